package dev.aludel.engine;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something went wrong between the engine and the database. The subclasses say what a caller can do about it.
///
/// The text holds the SQL with its placeholders, never a bind value and never a password: what it says comes from
/// the SQLState and from names (constraint, table, column), not from the database's own sentence, which may quote
/// values. That sentence is in the [cause][#getCause], the driver's exception.
public sealed class DatabaseException extends RuntimeException
        permits CommitOutcomeUnknown,
                ConnectFailed,
                ConnectionLost,
                ConstraintViolated,
                MappingMismatch,
                PoolTimeout,
                StatementTimeout,
                TransactionRolledBack {
    private static final long serialVersionUID = 1L;

    private final @Nullable String sql;
    private final @Nullable String sqlState;

    DatabaseException(String message, @Nullable String sql, SQLException cause) {
        super(text(message, sql, cause.getSQLState()), cause);
        this.sql = sql;
        this.sqlState = cause.getSQLState();
    }

    /// Takes the message as it is, where it does not come from a statement.
    DatabaseException(String message, SQLException cause) {
        super(message, cause);
        this.sql = null;
        this.sqlState = cause.getSQLState();
    }

    /// Returns the statement with its placeholders, if there was one.
    public final Optional<String> sql() {
        return Optional.ofNullable(sql);
    }

    /// Returns the five letters and digits by which databases classify errors, if the driver gave them.
    public final Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /// Translates what a driver threw while it executed, read, committed or rolled back. This and [#fromCheckout]
    /// are where `SQLException` ends.
    static DatabaseException from(SQLException cause, Attempt attempt) {
        Fault fault = Fault.of(cause);
        return switch (fault.kind(attempt)) {
            case CONSTRAINT -> new ConstraintViolated(fault, attempt, cause);
            case ROLLED_BACK -> new TransactionRolledBack(fault, attempt, cause);
            case OUTCOME_UNKNOWN -> new CommitOutcomeUnknown(fault, attempt, cause);
            case LOST -> new ConnectionLost(fault, attempt, cause);
            case TIMEOUT -> new StatementTimeout(fault, attempt, cause);
            case MISSING -> MappingMismatch.of(fault, attempt, cause);
            case OTHER -> new DatabaseException(fault.words(attempt), attempt.sql(), cause);
        };
    }

    /// Translates what a pool or driver threw when it was asked for a connection.
    ///
    /// @param address where to, in words, without a secret
    static DatabaseException fromCheckout(SQLException cause, String address) {
        return PoolTimeout.find(cause).orElseGet(() -> ConnectFailed.of(cause, address));
    }

    private static String text(String message, @Nullable String sql, @Nullable String state) {
        String head = state == null ? message : message + " (SQLState " + state + ")";
        return sql == null ? head : head + "\n[SQL: " + EngineLog.shortened(sql) + "]";
    }
}
