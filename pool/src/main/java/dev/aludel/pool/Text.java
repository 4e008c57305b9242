package dev.aludel.pool;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Words for people.
final class Text {
    private static final int LONGEST_LABEL = 80;
    private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Text() {}

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /// Returns an error's class and SQLState; its text may hold values, unless it is the pool's own.
    static String kind(Throwable error) {
        if (error instanceof NoHostException
                || error instanceof RoleNotKnownException
                || error instanceof LimitRefusedException) {
            return Objects.requireNonNull(error.getMessage());
        }
        String name = error.getClass().getSimpleName();
        return error instanceof SQLException e && e.getSQLState() != null ? name + " " + e.getSQLState() : name;
    }

    /// Returns names as `'audit' and 'trips'`.
    static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(" and "));
    }

    /// Returns who it is: the label, else the line of code.
    static String named(@Nullable String label, @Nullable String site) {
        if (label != null) {
            return shown(label);
        }
        return site == null ? "callers without a label" : site;
    }

    /// Returns who it is, and where: the label and the line of code, as far as there are any.
    static String placed(@Nullable String label, @Nullable Site site) {
        String where = site == null ? null : site.text();
        return label == null || where == null ? named(label, where) : shown(label) + " at " + where;
    }

    /// Returns a label, which may come from a request, without control characters and cut at 80 characters.
    static String shown(String label) {
        String clean = plain(label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL + 1));
        return clean.length() <= LONGEST_LABEL ? clean : clean.substring(0, LONGEST_LABEL - 1) + "…";
    }

    /// Returns a text without characters that break a line, or change how the others are shown.
    static String plain(String text) {
        return UNSHOWN.matcher(text).replaceAll("?");
    }
}
