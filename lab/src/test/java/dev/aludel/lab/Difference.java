package dev.aludel.lab;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// A difference between the model's log and ours, and how many rows it touches. [#TABLE] holds all that there may be.
///
/// Those of the model's side turn its rows into the rows that we must write, in this order. Those of our side put a
/// placeholder into ours for what changes from run to run, and is the same placeholder in the reference.
///
/// @param warm    how many rows of the warm reference it must touch
/// @param prePing how many rows of the one with pings
/// @param cold    how many rows of the one of an engine that had never connected
/// @param change  the row that it makes of a row, or empty if there must be none
record Difference(String name, Side side, int warm, int prePing, int cold, Function<LogRow, Optional<LogRow>> change) {
    static final List<Difference> TABLE = List.of(
            new Difference("probes of the driver are not sent", Side.MODEL, 0, 0, 12, without(Difference::isProbe)),
            new Difference(
                    "name of the engine's logger",
                    Side.MODEL,
                    18,
                    18,
                    18,
                    renamed("sqlalchemy.engine.Engine", "dev.aludel.engine.Engine")),
            new Difference(
                    "name of the pool's logger",
                    Side.MODEL,
                    9,
                    12,
                    10,
                    renamed("sqlalchemy.pool.impl.QueuePool", "dev.aludel.pool.QueuePool")),
            new Difference("levels one step down", Side.MODEL, 45, 48, 46, changed(Difference::oneStepDown)),
            new Difference("(nothing sent) is said", Side.MODEL, 3, 3, 3, changed(Difference::sayNothingSent)),
            new Difference("text of the connection", Side.OURS, 9, 12, 10, masked("(onnection )\\S+", "<conn>")),
            new Difference("times", Side.OURS, 3, 3, 3, masked("(generated in |cached since )[0-9.]+", "<t>")));

    /// Whose rows a difference changes.
    enum Side {
        MODEL,
        OURS
    }

    /// One of the three references.
    enum Reference {
        WARM("session-walkthrough.levels.tsv", 45),
        PRE_PING("session-walkthrough-preping.tsv", 48),
        COLD("session-walkthrough-cold.tsv", 58);

        final String file;
        final int size;

        Reference(String file, int size) {
            this.file = file;
            this.size = size;
        }
    }

    /// Returns how many rows it must touch.
    int expectedIn(Reference reference) {
        return switch (reference) {
            case WARM -> warm;
            case PRE_PING -> prePing;
            case COLD -> cold;
        };
    }

    long touchedOf(List<LogRow> rows) {
        return rows.stream()
                .filter(row -> !change.apply(row).equals(Optional.of(row)))
                .count();
    }

    List<LogRow> applyTo(List<LogRow> rows) {
        return rows.stream().map(change).flatMap(Optional::stream).toList();
    }

    private static Function<LogRow, Optional<LogRow>> without(Predicate<LogRow> condition) {
        return row -> condition.test(row) ? Optional.empty() : Optional.of(row);
    }

    private static Function<LogRow, Optional<LogRow>> changed(UnaryOperator<LogRow> change) {
        return row -> Optional.of(change.apply(row));
    }

    private static Function<LogRow, Optional<LogRow>> renamed(String from, String to) {
        return changed(row -> row.logger().equals(from) ? row.logger(to) : row);
    }

    /// The pattern's first group stays; what follows it is replaced.
    private static Function<LogRow, Optional<LogRow>> masked(String pattern, String placeholder) {
        Pattern compiled = Pattern.compile(pattern);
        return changed(row -> row.message(compiled.matcher(row.message()).replaceFirst("$1" + placeholder)));
    }

    private static LogRow oneStepDown(LogRow row) {
        return row.level(row.level().equals("INFO") ? "DEBUG" : "TRACE");
    }

    private static LogRow sayNothingSent(LogRow row) {
        return row.message().endsWith(" rollback-on-return") ? row.message(row.message() + " (nothing sent)") : row;
    }

    private static boolean isProbe(LogRow row) {
        return row.message().startsWith("Row ('PostgreSQL ")
                || List.of(
                                "select pg_catalog.version()",
                                "select current_schema()",
                                "show standard_conforming_strings",
                                "[raw sql] {}",
                                "Col ('version',)",
                                "Col ('current_schema',)",
                                "Col ('standard_conforming_strings',)",
                                "Row ('public',)",
                                "Row ('on',)")
                        .contains(row.message());
    }
}
