package dev.aludel.pool;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;

/// Words for people.
final class Text {
    private static final int LONGEST_LABEL = 80;

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

    /// Returns a label, which may come from a request, without control characters and cut at 80 characters.
    static String shown(String label) {
        String clean = label.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= LONGEST_LABEL ? clean : clean.substring(0, LONGEST_LABEL - 1) + "…";
    }
}
