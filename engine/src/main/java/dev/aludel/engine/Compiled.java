package dev.aludel.engine;

/// A statement's text, kept for the next statement of the same shape.
final class Compiled {
    private static final long COARSE = 1_000_000;

    private final String sql;
    private final long madeAt;
    private volatile long usedAt;

    Compiled(String sql, long madeAt) {
        this.sql = sql;
        this.madeAt = madeAt;
        usedAt = madeAt;
    }

    String sql() {
        return sql;
    }

    /// Returns when it was rendered, on the engine's ticker.
    long madeAt() {
        return madeAt;
    }

    long usedAt() {
        return usedAt;
    }

    /// Notes a use, to the millisecond: many threads share a text, and a write for each use would be felt.
    void used(long now) {
        if (now - usedAt > COARSE) usedAt = now;
    }
}
