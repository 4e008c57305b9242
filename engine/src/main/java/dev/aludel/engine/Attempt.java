package dev.aludel.engine;

import dev.aludel.sql.Statement;
import dev.aludel.sql.Table;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the engine was about when a driver threw, as far as an error may tell of it.
///
/// @param statement the statement, or null for BEGIN, COMMIT, ROLLBACK or work on the JDBC connection
/// @param sql its text, with placeholders
/// @param address which database, in words, without a secret
/// @param timeout the statement's timeout; zero for none, null if it is not known here
/// @param transaction the transaction's number, if it is known
record Attempt(
        Step step,
        @Nullable Statement statement,
        @Nullable String sql,
        String address,
        @Nullable Duration timeout,
        @Nullable Long transaction) {
    enum Step {
        BEGIN,
        STATEMENT,
        READ,
        /// COMMIT is about to be sent.
        BEFORE_COMMIT,
        COMMIT,
        ROLLBACK,
        JDBC
    }

    /// Returns the tables that the statement uses, as far as they are known.
    Set<Table<?>> tables() {
        return statement == null ? Set.of() : statement.tables();
    }
}
