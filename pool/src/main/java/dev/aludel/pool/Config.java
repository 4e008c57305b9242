package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checked settings, in the units that the pool computes with. Durations are nanoseconds; 0 means "off" where off
/// exists.
///
/// @param address       the server's address for messages, without secrets
/// @param maxWaiting    how many may wait at once, `Integer.MAX_VALUE` for no bound
/// @param maxPerTenant  how many connections one tenant may have at once, likewise
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
/// @param poolerConsole how to ask a pooler what it does, or null
/// @param kept          the setting by which each new connection is given what a session keeps, or null
record Config(
        ConnectionSource source,
        String address,
        String name,
        boolean named,
        int size,
        int maxOverflow,
        long timeout,
        int maxWaiting,
        int maxPerTenant,
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
        @Nullable Supplier<@Nullable Borrower> borrower,
        String readScope,
        boolean diagnosticConnection,
        Pooler pooler,
        @Nullable ConnectionSource poolerConsole,
        @Nullable String kept,
        boolean jmx,
        Scheduling scheduling,
        PoolKind kind,
        boolean lazy,
        boolean strict) {

    /// Returns settings in these units.
    ///
    /// @throws IllegalArgumentException if some do not go together
    static Config of(Settings s) {
        check(s);
        PoolKind kind = s.kind;
        Scheduling scheduling = s.scheduling == null ? Scheduling.system() : s.scheduling;
        boolean watched = s.stateReset != StateReset.TRACKED;
        return new Config(
                s.origin.source(watched, s.server, scheduling, s.connectTimeout.toNanos()),
                s.origin.address(),
                s.name == null ? "default" : s.name,
                s.name != null,
                kind.size(s.size),
                kind.maxOverflow(s.maxOverflow),
                s.timeout.toNanos(),
                s.maxWaiting,
                s.maxPerTenant,
                kind == PoolKind.NULL ? Settings.MOST : s.maxConnecting,
                s.connectTimeout.toNanos(),
                s.pingAfterIdle == null ? -1 : s.pingAfterIdle.toNanos(),
                Ranges.recycleAge(s.recycle, s.maxLifetime).toNanos(),
                s.maxLifetime.toNanos(),
                s.jitter,
                kind == PoolKind.NULL ? 0 : s.linger.toNanos(),
                s.idleTimeout.toNanos(),
                s.minIdle,
                s.keepAlive.toNanos(),
                s.leakAfter.toNanos(),
                s.clockResolution.toNanos(),
                Ranges.statementLimit(s.statementTimeout, s.socketTimeout).toNanos(),
                Ranges.socketLimit(s.statementTimeout, s.socketTimeout).toNanos(),
                s.statementTimeout != null,
                s.socketTimeout != null,
                s.resetOnReturn,
                s.stateReset,
                s.origin.role(),
                s.server,
                s.listener,
                s.label,
                s.deadline,
                s.borrower,
                s.readScope,
                s.diagnosticConnection,
                s.origin.pooler(),
                s.origin.poolerConsole(),
                s.origin.kept(),
                s.jmx,
                scheduling,
                kind,
                s.lazy,
                s.strict);
    }

    private static void check(Settings s) {
        s.given.stream().filter(s.kind::refuses).findFirst().ifPresent(setting -> {
            throw new IllegalArgumentException(setting + " cannot go with kind " + s.kind + ", which " + s.kind.reason
                    + ": leave one of the two out");
        });
        if (s.origin.poolerConsole() != null && s.origin.pooler() == Pooler.NONE) {
            throw new IllegalArgumentException(
                    "poolerConsole cannot go with pooler NONE, which says that there is no pooler: leave one of the two out");
        }
        if (s.origin.poolerConsole() != null && !s.diagnosticConnection) {
            throw new IllegalArgumentException(
                    "poolerConsole cannot go with diagnosticConnection false, with which nothing"
                            + " is asked: leave one of the two out");
        }
        if (s.origin.kept() != null && s.origin.pooler() == Pooler.TRANSACTION && s.origin.isOfPostgres()) {
            throw new IllegalArgumentException(s.origin.kept()
                    + " cannot go with pooler TRANSACTION, behind which a setting of a session is lost, or met by"
                    + " others: leave it out, and give the user or the database the setting (ALTER ROLE … SET …)");
        }
        int overflow = s.kind == PoolKind.QUEUE ? s.maxOverflow : 0;
        Ranges.capacity(Math.max(1, s.kind.size(s.size)), overflow, s.minIdle);
    }

    /// Returns who asks, as he says himself, and else as the layer above does.
    @Nullable
    Borrower borrower(@Nullable Borrower given) {
        if (borrower == null) {
            return given;
        }
        Borrower above = borrower.get();
        return given == null ? above : given.or(above);
    }

    /// Returns who asks, by his label.
    @Nullable
    String label(@Nullable String given, @Nullable Borrower asking) {
        String its = given == null && asking != null ? asking.label() : given;
        return its == null && label != null ? label.get() : its;
    }

    /// Returns on whose account somebody asks, if that is counted.
    @Nullable
    String tenant(@Nullable Borrower asking) {
        return asking == null || maxPerTenant == Integer.MAX_VALUE ? null : asking.tenant();
    }

    /// Returns until when somebody needs what he asks for.
    @Nullable
    Deadline deadline(@Nullable Deadline given, @Nullable Borrower asking) {
        Deadline its = given == null && asking != null ? asking.deadline() : given;
        return its == null && deadline != null ? deadline.get() : its;
    }

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
