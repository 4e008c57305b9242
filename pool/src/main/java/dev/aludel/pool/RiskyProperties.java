package dev.aludel.pool;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Driver properties that make the driver load a class, touch a file of this machine or run code: in the hands of
/// whoever may write an address they are a way in. They are refused in an address and in text, and taken in code.
/// This is a list of what is bad, for drivers of which nothing is known: it cannot be complete. See [KnownDriver].
final class RiskyProperties {
    /// Of PostgreSQL's, MySQL's, MariaDB's, H2's, SQLite's and SQL Server's drivers, in small letters.
    private static final Set<String> NAMES = Set.of(
            "loggerfile",
            "loggerlevel",
            "logger",
            "classloaderstrategy",
            "connectexecutor",
            "connectexecutorarg",
            "autodeserialize",
            "allowlocalinfile",
            "allowloadlocalinfile",
            "allowloadlocalinfileinpath",
            "allowurlinlocalinfile",
            "clientinfoprovider",
            "profilereventhandler",
            "propertiestransform",
            "useconfigs",
            "init",
            "trace_level_file",
            "tracefile",
            "tracedirectory",
            "enable_load_extension");

    /// How names end that hold the name of a class, whatever the driver.
    private static final List<String> ENDS = List.of(
            "engine",
            "factory",
            "factoryarg",
            "class",
            "classname",
            "plugin",
            "plugins",
            "interceptor",
            "interceptors",
            "listener",
            "callback",
            "verifier",
            "serializer",
            "handler",
            "checker",
            "strategy",
            "function",
            "script",
            "jndiname");

    private static final Pattern NAME = Pattern.compile("(?<![^\\s?&;,:/()=\"'])([^\\s?&;,:/()=\"']++)\\s*+=");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final Pattern ESCAPE = Pattern.compile("%([0-9a-fA-F]{2})");

    /// H2 drops a backslash before any character when it takes its settings apart.
    private static final Pattern BACKSLASH = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private RiskyProperties() {}

    /// @throws IllegalArgumentException if an address sets such a property, or hides a control character; it is not
    ///     shown
    static void refuseIn(String url) {
        for (String plain : readings(url)) {
            refuseControl("url", plain);
            refuse(plain);
            refuse(BACKSLASH.matcher(plain).replaceAll("$1"));
        }
    }

    /// @throws IllegalArgumentException if an address holds a control character, escaped or not; it is not shown
    static void refuseHiddenControl(String url) {
        readings(url).forEach(plain -> refuseControl("url", plain));
    }

    /// Returns an address as a driver may read it.
    static String decoded(String url) {
        return readings(url).getLast();
    }

    /// Drivers decode once; nobody means anything by twice.
    private static List<String> readings(String url) {
        String once = ESCAPE.matcher(url).replaceAll(RiskyProperties::character);
        return List.of(url, once, ESCAPE.matcher(once).replaceAll(RiskyProperties::character));
    }

    private static void refuse(String plain) {
        Matcher names = NAME.matcher(plain);
        while (names.find()) {
            String rule = rule(names.group(1));
            if (rule != null) {
                throw refused("url", rule, "leave it out, or set it in code with driverProperty(…)");
            }
        }
    }

    /// @throws IllegalArgumentException if there is such a property among those that were given as text
    static void refuseAmong(Collection<String> names, String remedy) {
        for (String name : names) {
            String rule = rule(name);
            if (rule != null) {
                throw refused("driver properties", rule, remedy);
            }
        }
    }

    /// @throws IllegalArgumentException if a text holds a control character; it is not shown
    static String refuseControl(String key, String text) {
        if (CONTROL.matcher(text).find()) {
            throw new IllegalArgumentException(
                    key + " must not contain NUL or control characters (its value is not shown): remove them");
        }
        return text;
    }

    /// Returns the rule that a name breaks, in words of our own: what was given may be part of a secret.
    static @Nullable String rule(String given) {
        String name = folded(given);
        if (name.equals("sspiserviceclass")) { // a name in Kerberos
            return null;
        }
        if (NAMES.contains(name)) {
            return "'" + name + "'";
        }
        return ENDS.stream()
                .filter(name::endsWith)
                .findFirst()
                .map(end -> "a property that ends in '" + end + "'")
                .orElse(null);
    }

    /// Returns a name in small letters, as drivers fold it either way.
    static String folded(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    static IllegalArgumentException refused(String key, String rule, String remedy) {
        return new IllegalArgumentException(
                key + ": " + rule + " is not taken from an address or text, because it makes"
                        + " the driver load a class, touch a file or run code (the value is not shown): " + remedy);
    }

    private static String character(MatchResult escape) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 16)));
    }
}
