package dev.aludel.processor;

import java.util.Locale;

/// How names of Java become names of SQL and of constants.
final class Spelling {
    private Spelling() {}

    /// Returns `started_at` for `startedAt`, and `http_url2` for `httpURL2`.
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    /// Returns `TRIP_STOP` for `TripStop`.
    static String constant(String className) {
        return snakeCase(className).toUpperCase(Locale.ROOT);
    }

    /// Returns `Code` for `code`, as getters and setters need it.
    static String capitalised(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /// Whether a name has what no string literal and no line of a comment can hold.
    static boolean hasControlCharacter(String name) {
        return name.chars().anyMatch(Character::isISOControl);
    }

    /// Returns a text as a Java string literal.
    static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
