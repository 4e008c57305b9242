package dev.aludel.engine;

import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a driver's exception means, judged by its SQLState and its class, never by its sentence.
///
/// @param state the SQLState, or empty
record Fault(String state, SQLException cause, VendorFacts facts) {
    /// PostgreSQL: ended by an administrator, crash, not ready, database dropped, idle too long, transaction too
    /// long. H2: connection broken, database closed.
    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "90067", "90098", "90121");

    /// Query cancelled; lock not to be had in time (PostgreSQL, ODBC).
    private static final Set<String> TIMEOUTS = Set.of("57014", "55P03", "HYT00");

    /// Classes of SQLStates.
    private static final Set<String> REFUSALS = Set.of("23", "25", "40", "42");

    private static final Set<String> MISSING_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");
    private static final Set<String> MISSING_COLUMN = Set.of("42703", "42S22");

    enum Kind {
        CONSTRAINT,
        ROLLED_BACK,
        OUTCOME_UNKNOWN,
        LOST,
        TIMEOUT,
        MISSING,
        OTHER
    }

    static Fault of(SQLException cause) {
        String state = cause.getSQLState();
        return new Fault(state == null ? "" : state, cause, VendorFacts.of(cause));
    }

    Kind kind(Attempt attempt) {
        if (state.equals("40003")) return Kind.OUTCOME_UNKNOWN;
        if (attempt.step() == Attempt.Step.COMMIT && (isLost() || !isRefusal())) return Kind.OUTCOME_UNKNOWN;
        if (isLost()) return Kind.LOST;
        if (state.startsWith("40")) return Kind.ROLLED_BACK;
        if (state.startsWith("23") || cause instanceof SQLIntegrityConstraintViolationException) return Kind.CONSTRAINT;
        if (TIMEOUTS.contains(state) || cause instanceof SQLTimeoutException) return Kind.TIMEOUT;
        if (isTableMissing() || isColumnMissing()) return Kind.MISSING;
        return Kind.OTHER;
    }

    boolean isTableMissing() {
        return MISSING_TABLE.contains(state);
    }

    boolean isColumnMissing() {
        return MISSING_COLUMN.contains(state);
    }

    /// Whether the database has looked at the transaction and does not keep it: it violates a constraint, was rolled
    /// back, had failed before, or may not do what it did. Any other error of COMMIT may have come too late.
    private boolean isRefusal() {
        return cause instanceof SQLIntegrityConstraintViolationException
                || (state.length() >= 2 && REFUSALS.contains(state.substring(0, 2)));
    }

    boolean isLost() {
        return state.startsWith("08")
                || LOST.contains(state)
                || cause instanceof SQLRecoverableException
                || cause instanceof SQLNonTransientConnectionException;
    }

    /// Returns what went wrong and what to do, where no subclass says it better.
    String words(Attempt attempt) {
        String words = SqlStates.words(state);
        String complaint = quotable();
        return doing(attempt.step()) + ": " + words + (complaint == null ? "" : ": " + complaint);
    }

    /// Returns the driver's sentence where it can only quote the SQL text, as a complaint about syntax
    /// or names does.
    private @Nullable String quotable() {
        String sentence = cause.getMessage();
        if (!state.startsWith("42") || sentence == null) return null;
        int end = sentence.indexOf("; SQL statement:");
        String cut = end < 0 ? sentence : sentence.substring(0, end);
        return cut.lines().findFirst().orElse(null);
    }

    private static String doing(Attempt.Step step) {
        return switch (step) {
            case BEGIN -> "the transaction could not begin";
            case STATEMENT, READ -> "the database refused the statement";
            case BEFORE_COMMIT, COMMIT -> "COMMIT failed, nothing of the transaction was kept; call rollback()";
            case ROLLBACK -> "ROLLBACK failed";
            case JDBC -> "the work on the JDBC connection failed";
        };
    }
}
