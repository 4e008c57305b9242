package dev.aludel.pool;

/// Which of several servers a pool's connections are to lead to.
public enum Role {
    /// Any that answers; new connections take turns. Nothing is asked.
    ANY,
    /// The one that takes writes.
    PRIMARY,
    /// One that follows another and takes no writes; new connections take turns.
    REPLICA,
    /// A replica; while none answers, the primary.
    PREFER_REPLICA
}
