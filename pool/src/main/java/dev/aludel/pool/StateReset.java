package dev.aludel.pool;

/// How much of a session's state check-in puts back, so that the next borrower does not find it
/// changed.
///
/// A *full reset* puts back all that the server lets one put back; [Server] says how. Where there
/// is no such thing, the connection is closed, and a new one is opened in its place when it is
/// needed.
public enum StateReset {
    /// What JDBC's setters changed: auto-commit, read-only, isolation, catalog, schema,
    /// holdability, network timeout, type map, client info, warnings; the query timeout where that is
    /// the connection's. What a statement such as `SET` changed stays. No round trip if none was used.
    TRACKED,

    /// As [#TRACKED], and a full reset after a loan in which a statement ran that is not harmless
    /// by its words: one that neither reads nor writes rows, or that names something known to
    /// change the session, such as `set_config`.
    ///
    /// Its limit: what a function, a procedure or a trigger of one's own does is not in the
    /// statement's words. If `SELECT my_function()` changes a setting, the next borrower finds it
    /// changed.
    SMART,

    /// As [#TRACKED], and a full reset after each loan in which anything was done.
    ALWAYS
}
