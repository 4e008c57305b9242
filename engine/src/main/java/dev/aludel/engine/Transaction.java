package dev.aludel.engine;

/// A transaction begun by [SqlConnection#begin], to be used as a block:
///
/// ```java
/// try (Transaction transaction = connection.begin()) {
///     connection.execute(…);
///     transaction.commit();
/// }                                    // rolled back if commit was not reached
/// ```
public final class Transaction implements AutoCloseable {
    /// How far a transaction has come.
    enum State {
        ACTIVE("is active"),
        COMMITTED("was committed already"),
        ROLLED_BACK("was rolled back already"),
        FAILED("could not be committed");

        private final String words;

        State(String words) {
            this.words = words;
        }
    }

    private final SqlConnection connection;
    private State state = State.ACTIVE;

    Transaction(SqlConnection connection) {
        this.connection = connection;
    }

    /// Commits.
    ///
    /// @throws IllegalStateException if this transaction is finished, since then nothing would be made durable
    /// @throws DatabaseException if the database does not commit; then [#rollback] or [#close] ends it
    public void commit() {
        connection.commit(this);
    }

    /// Rolls back. Does nothing if this transaction is finished.
    public void rollback() {
        connection.rollback(this);
    }

    /// Whether this transaction has neither been committed nor rolled back, and its connection is not lost.
    public boolean isActive() {
        return connection.isActive(this);
    }

    /// Rolls back unless this transaction is finished. What was begun after it on the same connection
    /// is left alone.
    @Override
    public void close() {
        rollback();
    }

    State state() {
        return state;
    }

    void ended(State how) {
        state = how;
    }

    IllegalStateException finished() {
        return new IllegalStateException("commit() on a transaction that " + state.words
                + ": nothing was done; call begin() on the connection for a new one");
    }
}
