package dev.aludel.sql;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Names of tables, columns, aliases and labels: what is refused, and how they are quoted.
final class Identifier {
    private Identifier() {}

    /// Returns the name if any database could know it.
    ///
    /// @throws IllegalArgumentException if it is empty, has a NUL character or is not valid Unicode
    static String checked(String what, String name) {
        if (name.isEmpty()) throw new IllegalArgumentException(what + " must not be empty");
        int nul = name.indexOf('\0');
        if (nul >= 0) {
            throw new IllegalArgumentException(what + " has a NUL character at index " + nul + ": remove it");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException(what + " has half a surrogate pair, so it is no text: remove it");
        }
        return name;
    }

    /// Returns the name, in quotes unless it is in lower case, of plain letters, digits and underscores, and free.
    static String quoted(String name, Set<String> reserved) {
        return (isPlain(name) && !reserved.contains(name)) ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    private static boolean isPlain(String name) {
        if (isDigit(name.charAt(0))) return false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            if (!letter && c != '_' && !isDigit(c)) return false;
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
