package dev.aludel.pool;

/// A bound on connections that the server keeps. The one that looks is not counted.
///
/// @param scope    whose connections count
/// @param name     the database or user; empty for the whole server
/// @param limit    how many there may be
/// @param reserved how many of them are not for ordinary users
/// @param used     how many there are
public record ConnectionLimit(Scope scope, String name, int limit, int reserved, int used) {
    /// Whose connections a limit counts.
    public enum Scope {
        /// All.
        SERVER,
        /// Those to the database that was asked.
        DATABASE,
        /// Those of the user who asks.
        USER
    }

    /// Returns how many more an ordinary user may open; never negative.
    public int room() {
        return Math.max(0, limit - reserved - used);
    }
}
