package dev.aludel.pool;

/// What happens at check-in to a transaction that is still open.
public enum ResetOnReturn {
    /// It is rolled back.
    ROLLBACK,
    /// It is committed.
    COMMIT,
    /// Neither is sent: a connection that comes back in the middle of a transaction is closed instead of kept, and the
    /// server rolls back. For those who end every transaction themselves and want to see when they did not.
    NONE
}
