package dev.aludel.pool;

/// What kind of pooler (PgBouncer and its like) stands between a pool and the server. See [Settings#pooler].
public enum Pooler {
    /// Found out at the first connection, as far as that can be: the default. A pooler is there if the
    /// server knows its session by another number than the driver was told. It is taken for one of
    /// [#TRANSACTION] only if two connections were seen to share a session, or one to change it. Of
    /// PostgreSQL only, and with at most one connection more, which is closed again. Connections that
    /// are opened meanwhile wait for what is seen, 2 s at most.
    DETECT,

    /// None; nothing is asked.
    NONE,

    /// One that gives each connection a session for as long as it is open. Nothing is refused. What the server
    /// shows of its sessions is not looked at, since none can be told to be the pool's.
    SESSION,

    /// One that gives each transaction, or each statement, any session that is free. What would be kept
    /// in a session is refused with a [java.sql.SQLFeatureNotSupportedException] that says what to do
    /// instead; and no session is reset at check-in, as it would be another one. Of PostgreSQL only:
    /// before another server it does not count, as the log says, and sessions are reset.
    TRANSACTION
}
