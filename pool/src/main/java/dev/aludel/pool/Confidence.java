package dev.aludel.pool;

/// How sure a diagnosis is.
public enum Confidence {
    /// It follows from the pool's accounting within the waiter's own wait.
    CERTAIN,
    /// It is the best reading of what was seen, which was not all, or not all of the wait.
    LIKELY,
    /// Nothing can be concluded from what was seen.
    UNKNOWN
}
