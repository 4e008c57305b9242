package dev.aludel.junit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Something that a test did with connections and was not to do.
sealed interface Finding {
    /// A connection was held outside SQL for too long.
    record Held(String site, Duration outsideSql, Duration inSql, int statements, Duration allowed)
            implements Finding {}

    /// A thread that had connections checked out one more.
    record Nested(String site, List<String> held, int allowed) implements Finding {}

    /// Too many statements were run.
    record TooMany(int statements, int allowed, String sql, String site, int times) implements Finding {}

    /// The same statement was run too often from one line.
    record Repeated(String sql, String site, int times, int allowed) implements Finding {}

    /// A connection was not given back.
    record Leaked(String site, int statements) implements Finding {}

    /// Returns what happened, and where.
    default String what() {
        return switch (this) {
            case Held held ->
                "a connection was held for " + millis(held.outsideSql) + " outside SQL, " + millis(held.allowed)
                        + " are allowed: " + held.site + ", with " + count(held.statements, "statement") + " in "
                        + millis(held.inSql);
            case Nested nested ->
                "a connection was checked out by a thread that has " + nested.held.size() + " already, "
                        + nested.allowed + " at a time " + (nested.allowed == 1 ? "is" : "are") + " allowed: "
                        + nested.site + ", the first at " + nested.held.getFirst();
            case TooMany many ->
                count(many.statements, "statement") + (many.statements == 1 ? " was" : " were") + " run, "
                        + many.allowed + " are allowed; most often, " + many.times + " ×: " + many.sql + ", "
                        + many.site;
            case Repeated repeated ->
                "a statement was run " + repeated.times + " times from one line, " + repeated.allowed + " are allowed: "
                        + repeated.sql + ", " + repeated.site;
            case Leaked leaked ->
                "a connection was not given back: " + leaked.site + ", after " + count(leaked.statements, "statement");
        };
    }

    /// Returns why that is bad.
    default String why() {
        return switch (this) {
            case Held held -> "nobody else can have it meanwhile, and the database is asked for nothing";
            case Nested nested -> "as many such threads as the pool has connections wait for each other for ever";
            case TooMany many -> "each is a round trip to the server, on a connection that is held";
            case Repeated repeated -> "a statement for each row makes as many round trips as there are rows";
            case Leaked leaked -> "its place in the pool is lost until the process ends";
        };
    }

    /// Returns what to do about it.
    default String remedy() {
        return switch (this) {
            case Held held ->
                "do what is not SQL before the checkout or after the commit; or @WithBudget(heldOutsideSqlMillis = "
                        + held.outsideSql.plusNanos(999_999).toMillis() + ")";
            case Nested nested ->
                "hand the first connection on, or close it before; or @WithBudget(connections = "
                        + (nested.held.size() + 1) + ")";
            case TooMany many ->
                "read what belongs together at once; or @WithBudget(statements = " + many.statements + ")";
            case Repeated repeated ->
                "read all rows with one statement (a join, IN), or write them in one batch; or @WithBudget(repeats = "
                        + repeated.times + ")";
            case Leaked leaked -> "put it in try-with-resources";
        };
    }

    static String text(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.what() + "\n  why:  " + finding.why() + "\n  try:  " + finding.remedy())
                .collect(Collectors.joining("\n"));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String millis(Duration time) {
        double millis = time.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 && millis != Math.rint(millis) ? "%.1f ms" : "%.0f ms", millis);
    }
}
