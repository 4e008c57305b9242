package dev.aludel.engine;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of things that a driver's exception is about. Names only: no value gets in here.
///
/// pgjdbc tells them by methods of its own, found by reflection so that the engine does not depend on it. H2 tells
/// them within its sentence, in English, at places where only names can stand.
record VendorFacts(
        @Nullable String constraint,
        @Nullable String table,
        @Nullable String column) {
    private static final VendorFacts NONE = new VendorFacts(null, null, null);
    private static final String NAME = "([\\w$]+)";
    private static final Pattern H2_UNIQUE = Pattern.compile("^[^\"]*: \"(?:" + NAME + "\\.)?" + NAME
            + " (?:INDEX|PRIMARY KEY)[^\"(']* ON (?:" + NAME + "\\.)?" + NAME + "\\(" + NAME);
    private static final Pattern H2_REFERENCE =
            Pattern.compile("^[^\"]*: \"" + NAME + ": (?:" + NAME + "\\.)?" + NAME + " FOREIGN KEY\\(" + NAME + "\\)");
    private static final Pattern H2_CHECK = Pattern.compile("^Check constraint violation: \"" + NAME + ": ");
    private static final Pattern H2_NULL = Pattern.compile("^NULL not allowed for column \"" + NAME + "\"");

    static VendorFacts of(SQLException cause) {
        String type = cause.getClass().getName();
        if (type.startsWith("org.postgresql.")) return ofPostgres(cause);
        if (type.startsWith("org.h2.")) return ofH2(cause.getMessage());
        return NONE;
    }

    private static VendorFacts ofPostgres(SQLException cause) {
        Object message = ask(cause, "getServerErrorMessage");
        if (message == null) return NONE;
        return new VendorFacts((String) ask(message, "getConstraint"), (String) ask(message, "getTable"), (String)
                ask(message, "getColumn"));
    }

    private static @Nullable Object ask(Object object, String name) {
        try {
            Method method = object.getClass().getMethod(name);
            return method.invoke(object);
        } catch (ReflectiveOperationException unknownDriver) {
            return null;
        }
    }

    private static VendorFacts ofH2(@Nullable String sentence) {
        if (sentence == null) return NONE;
        Matcher unique = H2_UNIQUE.matcher(sentence);
        if (unique.find()) return new VendorFacts(unique.group(2), unique.group(4), unique.group(5));
        Matcher reference = H2_REFERENCE.matcher(sentence);
        if (reference.find()) return new VendorFacts(reference.group(1), reference.group(3), reference.group(4));
        Matcher check = H2_CHECK.matcher(sentence);
        if (check.find()) return new VendorFacts(check.group(1), null, null);
        Matcher missing = H2_NULL.matcher(sentence);
        return missing.find() ? new VendorFacts(null, null, missing.group(1)) : NONE;
    }
}
