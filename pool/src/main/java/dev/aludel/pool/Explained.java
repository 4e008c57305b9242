package dev.aludel.pool;

/// An error that carries its explanation as data.
public interface Explained {
    /// Returns why it happened, who is involved and what to do about it.
    Explanation explanation();
}
