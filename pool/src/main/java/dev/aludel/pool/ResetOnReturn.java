package dev.aludel.pool;

/// What happens at check-in to a transaction that is still open.
public enum ResetOnReturn {
    /// It is rolled back.
    ROLLBACK,
    /// It is committed.
    COMMIT,
    /// Nothing: the next borrower finds it as it was left. Only for drivers without transactions.
    NONE
}
