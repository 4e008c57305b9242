package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checked settings, in the units that the pool computes with. Durations are nanoseconds; 0 means "off" where off
/// exists.
///
/// @param address       the server's address for messages, without secrets
/// @param maxWaiting    how many may wait at once, `Integer.MAX_VALUE` for no bound
/// @param maxConnecting how many connections are opened at once
/// @param pingAfterIdle idle time after which a connection is checked before it is lent; negative: never
/// @param recycle       age after which a connection is replaced at its next checkout, or 0
/// @param maxLifetime   age after which it is closed as soon as nobody has it, or 0
/// @param jitter        share by which either age may be shorter, so that not all end at once
/// @param linger        how long an overflow connection stays open unused
/// @param idleTimeout   how long any other does, or 0
/// @param minIdle       how many are to be ready
/// @param keepAlive     how long a connection may go without use or check, or 0
/// @param leakAfter     how long one may be out before the log is told, or 0
/// @param clockResolution how exact the times of loans are, or 0
/// @param statementTimeoutGiven whether it was asked for, and is no default
/// @param socketTimeoutGiven    likewise
/// @param role          which of several servers the connections are to lead to
/// @param server        what the server is, or null to ask it
record Config(
        ConnectionSource source,
        String address,
        String name,
        boolean named,
        int size,
        int maxOverflow,
        long timeout,
        int maxWaiting,
        int maxConnecting,
        long connectTimeout,
        long pingAfterIdle,
        long recycle,
        long maxLifetime,
        double jitter,
        long linger,
        long idleTimeout,
        int minIdle,
        long keepAlive,
        long leakAfter,
        long clockResolution,
        long statementTimeout,
        long socketTimeout,
        boolean statementTimeoutGiven,
        boolean socketTimeoutGiven,
        ResetOnReturn resetOnReturn,
        StateReset stateReset,
        Role role,
        @Nullable Server server,
        PoolListener listener,
        @Nullable Supplier<@Nullable String> label,
        @Nullable Supplier<@Nullable Deadline> deadline,
        String readScope,
        boolean diagnosticConnection,
        boolean jmx,
        Scheduling scheduling,
        PoolKind kind,
        boolean lazy,
        boolean strict) {

    /// Returns whether all connections lead to the same server, as far as is known.
    boolean isOfOneServer() {
        return !(source instanceof Hosts) && role == Role.ANY && !address.contains(",");
    }

    /// Returns the statement timeout in JDBC's unit, rounded up; 0 if there is none.
    int statementSeconds() {
        return (int) Math.min(Integer.MAX_VALUE, seconds(statementTimeout));
    }

    /// Returns the socket timeout in JDBC's unit, rounded up; 0 if there is none.
    int socketMillis() {
        return (int) Math.min(Integer.MAX_VALUE, millis(socketTimeout));
    }

    static long seconds(long nanos) {
        return Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
    }

    static long millis(long nanos) {
        return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }

    /// Returns the age at which a connection is not lent again, or 0.
    long age() {
        return recycle == 0 || maxLifetime == 0 ? recycle + maxLifetime : Math.min(recycle, maxLifetime);
    }

    /// Returns whether connections need more looking after than idle overflow does.
    boolean hasUpkeep() {
        return leakAfter > 0 || minIdle > 0 || idleTimeout > 0 || keepAlive > 0 || maxLifetime > 0;
    }
}
