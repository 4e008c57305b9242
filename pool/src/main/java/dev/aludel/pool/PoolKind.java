package dev.aludel.pool;

import java.util.Set;

/// What a pool does with its connections.
public enum PoolKind {
    /// Keeps connections and lends each to one borrower at a time, in order of arrival. The default.
    QUEUE(""),

    /// Opens a connection for each checkout and closes it at check-in: for use behind an external
    /// pooler, which keeps them. How many there are at once is the pooler's to limit; this pool stops
    /// at 10,000. Nobody waits for what others have, but for those of one tenant if `maxPerTenant` is
    /// set.
    ///
    /// Refused with it: `size`, `maxOverflow`, `maxWaiting`, `maxConnecting`, `linger`, `minIdle`,
    /// `idleTimeout`, `keepAlive`, `maxLifetime`. A new connection needs neither check nor replacement,
    /// so `prePing` and `recycle` may be given and do nothing.
    NULL("keeps no connection"),

    /// Has one connection, which all borrowers share, at the same time too: for databases that live in
    /// one connection, such as SQLite's in memory, and for tests.
    ///
    /// Each borrower has a handle of its own. What the pool keeps about them is safe under threads, and
    /// a JDBC driver lets several threads call one connection. But there is one transaction: who
    /// commits or rolls back does so for all, and who turns auto-commit off turns it off for all. A
    /// check-in closes the borrower's own statements; the last of those who overlap ends the
    /// transaction and puts back what all of them changed. Callers who are not to see each other's
    /// half-done work need [#QUEUE] with size 1.
    ///
    /// One that was invalidated is replaced once the last borrower has returned it; callers wait for
    /// that. Refused with it: `size`, `maxOverflow`, `maxWaiting`, `maxPerTenant`, `maxConnecting`,
    /// `linger`.
    STATIC("has one connection"),

    /// Lends one connection to one borrower. A second checkout meanwhile fails at once, with an
    /// [AlreadyCheckedOutException] that shows where the first was made: for tests of code that shall
    /// need one only. Refused with it: `size`, `maxOverflow`, `maxWaiting`, `maxPerTenant`,
    /// `maxConnecting`, `linger`.
    ASSERTION("has one connection");

    private static final Set<String> OF_MANY = Set.of("size", "maxOverflow", "linger", "maxWaiting", "maxConnecting");
    private static final Set<String> OF_KEPT = Set.of("minIdle", "idleTimeout", "keepAlive", "maxLifetime");

    /// What makes the refused settings pointless.
    final String reason;

    PoolKind(String reason) {
        this.reason = reason;
    }

    /// Returns whether a setting has no meaning for the kind.
    boolean refuses(String setting) {
        return switch (this) {
            case QUEUE -> false;
            case NULL -> OF_MANY.contains(setting) || OF_KEPT.contains(setting);
            case STATIC, ASSERTION -> OF_MANY.contains(setting) || "maxPerTenant".equals(setting);
        };
    }

    int size(int given) {
        return switch (this) {
            case QUEUE -> given;
            case NULL -> 0;
            case STATIC, ASSERTION -> 1;
        };
    }

    int maxOverflow(int given) {
        return switch (this) {
            case QUEUE -> given;
            case NULL -> Settings.MOST;
            case STATIC, ASSERTION -> 0;
        };
    }
}
