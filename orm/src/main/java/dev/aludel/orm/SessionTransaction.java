package dev.aludel.orm;

/// A transaction of a session as a block: leaving it rolls back, unless [#commit] was called.
///
/// ```java
/// try (SessionTransaction transaction = session.begin()) {
///     session.add(trip);
///     transaction.commit();       // the last line: flushes and commits
/// }
/// ```
///
/// Once it is committed or rolled back, by itself or by the session's methods, the session refuses work until the
/// block is left: it would run in another transaction than it seems.
public final class SessionTransaction implements AutoCloseable {
    private final Session session;
    private State state = State.ACTIVE;

    SessionTransaction(Session session) {
        this.session = session;
    }

    /// Flushes and commits, and gives the connection back.
    ///
    /// @throws IllegalStateException if this was committed or rolled back already
    public void commit() {
        session.commit(this);
    }

    /// Rolls back, and gives the connection back. Does nothing if this was rolled back already.
    ///
    /// @throws IllegalStateException if this was committed
    public void rollback() {
        session.rollback(this);
    }

    /// Whether this was neither committed nor rolled back.
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /// Leaves the block: rolls back if this is active.
    @Override
    public void close() {
        session.leave(this);
    }

    void requireActive() {
        if (state == State.ACTIVE) return;
        throw new IllegalStateException("this transaction is finished: it was " + state.word
                + " already, and cannot be committed: begin another with session.begin()");
    }

    void requireNotCommitted() {
        if (state != State.COMMITTED) return;
        throw new IllegalStateException(
                "this transaction was committed and cannot be rolled back: undo it by a new one");
    }

    void end(State end) {
        if (state == State.ACTIVE) state = end;
    }

    enum State {
        ACTIVE("begun"),
        COMMITTED("committed"),
        ROLLED_BACK("rolled back");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }
}
