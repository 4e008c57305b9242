package dev.aludel.pool;

/// Where a connection is with its transaction, as far as its driver knows.
public enum TransactionState {
    /// No transaction is open, though auto-commit may be off: the next statement begins one.
    NONE,

    /// One is open.
    OPEN,

    /// One is open in which a statement failed, and the server takes nothing but its end.
    FAILED,

    /// The driver does not say.
    UNKNOWN
}
