package dev.aludel.pool;

/// Whose turn comes first, of those who wait for a connection. Among equals it is the one who came first.
public enum Priority {
    /// Before all others: a health check, the answer to somebody who waits at a till.
    HIGH,
    /// What a caller has who says nothing.
    NORMAL,
    /// When nobody else waits: a batch, a report, what can be done tomorrow as well. While others keep
    /// coming it is not served at all, until its timeout.
    LOW
}
