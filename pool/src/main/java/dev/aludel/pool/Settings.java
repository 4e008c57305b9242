package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What a pool is to be like. The defaults are meant for production.
///
/// ```java
/// Pool pool = Pool.of(settings -> settings
///         .url("jdbc:postgresql://localhost/trips").user("app").password(secret)
///         .name("trips").size(16).maxOverflow(4).timeout(Duration.ofSeconds(10)));
/// ```
///
/// Every value is checked when it is set, and refused with an [IllegalArgumentException] that names the setting,
/// the value and the rule. Values that may hold a secret (url, user, password) are never shown.
public final class Settings {
    static final int MOST = 10_000;

    final Origin origin = new Origin();

    @Nullable
    String name;

    PoolKind kind = PoolKind.QUEUE;
    boolean lazy;
    final Set<String> given = new TreeSet<>();
    int size = 10;
    int maxOverflow;
    Duration timeout = Duration.ofSeconds(30);
    int maxWaiting = Integer.MAX_VALUE;
    int maxPerTenant = Integer.MAX_VALUE;
    int maxConnecting = 4;
    Duration connectTimeout = Duration.ofSeconds(10);

    @Nullable
    Duration pingAfterIdle = Duration.ofMillis(500);

    @Nullable
    Duration recycle;

    double jitter = 0.25;
    Duration maxLifetime = Duration.ZERO;
    Duration linger = Duration.ofSeconds(30);
    Duration idleTimeout = Duration.ZERO;
    Duration keepAlive = Duration.ZERO;
    Duration leakAfter = Duration.ZERO;
    Duration clockResolution = Duration.ZERO;
    int minIdle;

    @Nullable
    Duration statementTimeout;

    @Nullable
    Duration socketTimeout;

    ResetOnReturn resetOnReturn = ResetOnReturn.ROLLBACK;
    StateReset stateReset = StateReset.SMART;

    @Nullable
    Server server;

    PoolListener listener = Events.SILENT;

    @Nullable
    Supplier<@Nullable String> label;

    @Nullable
    Supplier<@Nullable Deadline> deadline;

    @Nullable
    Supplier<@Nullable Borrower> borrower;

    String readScope = "auto-commit and close the connection after each statement";
    boolean diagnosticConnection = true;
    boolean jmx;
    boolean strict;

    @Nullable
    Scheduling scheduling;

    /// Makes settings with the defaults.
    public Settings() {}

    /// Returns settings with SQLAlchemy's defaults: size 5, overflow 10 that is closed when it comes back, no check
    /// before lending, connections of any age, no statement or socket timeout, state reset [StateReset#TRACKED].
    public static Settings sqlalchemy() {
        Settings settings = new Settings();
        settings.size = 5;
        settings.maxOverflow = 10;
        settings.pingAfterIdle = null;
        settings.recycle = Duration.ZERO;
        settings.jitter = 0;
        settings.linger = Duration.ZERO;
        settings.statementTimeout = Duration.ZERO;
        settings.socketTimeout = Duration.ZERO;
        settings.stateReset = StateReset.TRACKED;
        settings.diagnosticConnection = false;
        settings.origin.pooler(Pooler.NONE);
        return settings;
    }

    /// Sets the address, in JDBC's form. The driver is found among those on the class path.
    ///
    /// Addresses come from files and forms, and some parameters make a driver load a class, write a file or run
    /// code (`socketFactory`, `loggerFile`, H2's `INIT`). So an address for PostgreSQL, MariaDB, MySQL, H2 or
    /// SQLite may set only what is known to do no harm; one for another driver, all but what looks harmful. The
    /// others are refused by name: set them in code, with [#driverProperty].
    public Settings url(String value) {
        origin.url(value);
        return this;
    }

    /// Sets the addresses of several servers, in place of [#url]: one primary and its replicas, say. Each connect
    /// tries them one after another, first those that have not lately failed, until one has the [#role].
    ///
    /// - One that does not answer within half a second is overtaken by the next; all together have
    ///   [#connectTimeout]. One that failed or had another role is tried last for ten seconds.
    /// - User, password, credentials and driver properties are the same for all.
    /// - The addresses differ, and begin alike (`jdbc:postgresql:`). What [#url] says of parameters goes for each.
    public Settings urls(List<String> value) {
        origin.urls(value);
        return this;
    }

    /// Sets which of the servers the connections are to lead to. Default [Role#ANY]. Without [#urls] it tells
    /// whether the only one may be used.
    ///
    /// The server is asked when a connection is opened, and by `PRIMARY` and `REPLICA` again whenever it is
    /// checked, at the latest at the first checkout ten seconds after it was asked last. A primary's refusal to
    /// write (SQLState 25006) has its connection checked when it comes back. Once one has lost the role, all are
    /// checked before they are lent, and those that have lost it are replaced; loans go on.
    ///
    /// PostgreSQL, MariaDB and MySQL can be asked, and a [#server] of one's own that says it. Of connections from a
    /// source of one's own to another server, [Connection#isReadOnly] decides.
    public Settings role(Role value) {
        origin.role(value);
        return this;
    }

    /// Sets the database user.
    public Settings user(String value) {
        origin.user(value);
        return this;
    }

    /// Sets the password. It is in no message, log line or `toString`.
    public Settings password(String value) {
        origin.password(value);
        return this;
    }

    /// Sets who is asked for user and password whenever a connection is opened, in place of [#user] and
    /// [#password]: for passwords that change and tokens that expire. It is called off the callers' threads,
    /// several times at once if several connections are opened; what it throws is the cause of a
    /// [ConnectFailedException].
    public Settings credentials(Supplier<Credentials> value) {
        origin.credentials(value);
        return this;
    }

    /// Takes connections from a source of one's own, in place of [#url].
    public Settings connections(ConnectionSource value) {
        origin.connections(value);
        return this;
    }

    /// Takes connections from a data source without a pool, in place of [#url].
    public Settings connections(DataSource value) {
        return connections((ConnectionSource) value::getConnection);
    }

    /// Sets the name, for messages, logs and metrics. Default: `default`, with no name in the logger's.
    public Settings name(String value) {
        name = Ranges.visible("name", RiskyProperties.refuseControl("name", value));
        return this;
    }

    /// Sets what the pool does with its connections. Default [PoolKind#QUEUE]. Settings that have no meaning for
    /// the kind are refused together with it: see there.
    public Settings kind(PoolKind value) {
        kind = value;
        return this;
    }

    /// Sets whether a borrower has a connection only while he needs one. Default false.
    ///
    /// `getConnection` then gives a handle without a connection. One is checked out at the first statement of a
    /// transaction, waiting [#timeout] at most, and checked in at commit, rollback or close; in auto-commit, when
    /// the last open statement is closed. So a transaction without SQL costs no connection, and slow work before
    /// the first statement or after the commit holds none, whatever framework it runs under.
    ///
    /// - Auto-commit, read-only, isolation, schema, catalog, holdability, client info, network timeout
    ///   and type map are remembered and set on each connection that the handle gets. A getter that
    ///   nobody has set before asks a connection, once for the whole pool.
    /// - `isValid`, `nativeSQL`, `getClientInfo` and `isWrapperFor` ask one each time, which goes back at once.
    /// - Statements, result sets and metadata end with the transaction that they were made in: using one
    ///   later is SQLState 08003. Prepare again; drivers keep what they need to do that fast.
    /// - `getMetaData` keeps the connection until the transaction's end or, in auto-commit, until close;
    ///   `unwrap` to a class of the driver and sharding keys until close.
    public Settings lazy(boolean value) {
        lazy = value;
        return this;
    }

    /// Sets how many connections are kept open, 1 or more. Default 10. They are opened when they are first needed.
    public Settings size(int value) {
        given.add("size");
        size = Ranges.checkedSize(value);
        return this;
    }

    /// Sets how many connections may be opened beyond [#size] when all are lent, 0 or more. Default 0.
    public Settings maxOverflow(int value) {
        given.add("maxOverflow");
        maxOverflow = Ranges.checkedOverflow(value);
        return this;
    }

    /// Sets how long a checkout may take in all: queueing, connecting and checking together. Default 30 s.
    public Settings timeout(Duration value) {
        timeout = Ranges.positive("timeout", value);
        return this;
    }

    /// Sets how many callers may wait at once, 1 or more: who comes while as many do is refused at once, with a
    /// [PoolOverloadedException]. Default: no bound. All wait, in strict order, until their [#timeout]; nobody can
    /// tell from here which of them could do without. Set it where callers are better told at once that it would
    /// take long, and do something else then.
    ///
    /// - All who wait are counted, also for a connection that is being opened: give [#size] and [#maxOverflow]
    ///   together, or more, if as many may come while nothing is open yet.
    /// - Who had his turn, and waits since his connection has to be checked or replaced, is counted, but never
    ///   refused.
    /// - Who was just given a connection counts until he is counted out, a moment later.
    /// - All are counted, whatever their [Priority] and their tenant.
    public Settings maxWaiting(int value) {
        given.add("maxWaiting");
        maxWaiting = Ranges.checkedWaiting(value);
        return this;
    }

    /// Sets how many connections those of one tenant ([Borrower#tenant]) may have at once, 1 or more.
    /// Default: no bound. Who comes while his tenant has as many waits for one of them to come back, in
    /// order, and then for a connection, like all others; his [#timeout] and his deadline count through
    /// both. He holds up nobody of another tenant. Who names no tenant is not bound. Refused with kinds
    /// of one connection.
    public Settings maxPerTenant(int value) {
        given.add("maxPerTenant");
        maxPerTenant = Ranges.checkedPerTenant(value);
        return this;
    }

    /// Sets how many connections are opened at once, 1 or more: a server that is back is not met by all who waited.
    /// One that takes a second counts no more. Default 4; it holds always, since a server may be back unnoticed.
    public Settings maxConnecting(int value) {
        given.add("maxConnecting");
        maxConnecting = Ranges.checkedConnecting(value);
        return this;
    }

    /// Sets how long opening one connection may take before it is abandoned. Default 10 s.
    ///
    /// A caller waits no longer than [#timeout]; this bounds the attempt itself, which goes on without the caller.
    public Settings connectTimeout(Duration value) {
        connectTimeout = Ranges.positive("connectTimeout", value);
        return this;
    }

    /// Sets whether a connection is checked before it is lent: `true` always, `false` never, unless another
    /// connection was found dead since. Default: if it was idle for more than 500 ms. One just opened is not
    /// checked.
    public Settings prePing(boolean value) {
        pingAfterIdle = value ? Duration.ZERO : null;
        return this;
    }

    /// Sets the age after which a connection is replaced, at its next checkout. Zero: never. Default 30 min, or
    /// [#maxLifetime] if that is longer. If both are given, the shorter counts. Up to 25 % less at random, so that
    /// connections opened together do not end together.
    public Settings recycle(Duration value) {
        recycle = Ranges.notNegative("recycle", value);
        return this;
    }

    /// Sets the age after which a connection is closed, within a second, once nobody has it, whether or not anybody
    /// asks for it. Zero: never. Default zero, since [#recycle] replaces it when it is needed. If both are given,
    /// the shorter is the age for both; this alone may be longer than the default of [#recycle], which then is as
    /// long. Give a few seconds less than any limit of the server or the network. Up to 25 % less at random, as
    /// with [#recycle].
    public Settings maxLifetime(Duration value) {
        given.add("maxLifetime");
        maxLifetime = Ranges.notNegative("maxLifetime", value);
        return this;
    }

    /// Sets how long a connection within [#size] stays open unused, if more than [#minIdle] are idle. Zero: for
    /// ever. Default zero.
    public Settings idleTimeout(Duration value) {
        given.add("idleTimeout");
        idleTimeout = Ranges.notNegative("idleTimeout", value);
        return this;
    }

    /// Sets how many connections are to be ready and idle, 0 to [#size]. Default 0: they are opened when they are
    /// first needed. Those that are missing are opened at once when the pool is built, and within a second later.
    public Settings minIdle(int value) {
        given.add("minIdle");
        minIdle = Ranges.checkedIdle(value);
        return this;
    }

    /// Sets after which time without use an idle connection is checked, so that neither the server nor the network
    /// takes it for dead. Zero: never. Default zero. One that does not answer is replaced.
    public Settings keepAlive(Duration value) {
        given.add("keepAlive");
        keepAlive = Ranges.notNegative("keepAlive", value);
        return this;
    }

    /// Sets how long an overflow connection stays open unused. Zero: closed when it comes back. Default 30 s.
    public Settings linger(Duration value) {
        given.add("linger");
        linger = Ranges.notNegative("linger", value);
        return this;
    }

    /// Sets what happens at check-in to an open transaction. Default: rollback.
    public Settings resetOnReturn(ResetOnReturn value) {
        resetOnReturn = value;
        return this;
    }

    /// Sets how much of what a borrower changed in the session is put back at check-in. Default:
    /// [StateReset#SMART].
    public Settings stateReset(StateReset value) {
        stateReset = value;
        return this;
    }

    /// Sets what the pool has to know of the server. Default: what [Server#of] makes of the first connection.
    public Settings server(Server value) {
        server = value;
        return this;
    }

    /// Sets the query timeout that every statement starts with, in whole seconds (a part of one counts as one).
    /// Zero: none. Default 30 s, or half the [#socketTimeout] if that is set and less than a minute, 1 s at least.
    ///
    /// A driver that has no query timeouts is used without the default, and the log is told once; if one was set
    /// here, no statement can be made.
    public Settings statementTimeout(Duration value) {
        statementTimeout = Ranges.notNegative("statementTimeout", value);
        return this;
    }

    /// Sets how long the driver may wait for an answer of the server before the connection counts as lost. Zero:
    /// for ever. Default: 30 s longer than a statement may take, 60 s at least; for ever if that is for ever. In
    /// whole milliseconds (a part of one counts as one), and longer than [#statementTimeout] if both are set.
    ///
    /// A borrower who gives a statement a longer query timeout, or none, has his connection wait as much longer
    /// until he returns it, unless he has set its network timeout himself.
    ///
    /// A driver that has no network timeouts is used without the default, and the log is told once; if one was set
    /// here, no connection can be opened.
    public Settings socketTimeout(Duration value) {
        socketTimeout = Ranges.notNegative("socketTimeout", value);
        return this;
    }

    /// Sets after which time a connection that is still out is told of in the log, as a warning with its label, the
    /// line that checked it out and where its thread is now; and once more when it comes back after all. Zero:
    /// never. Default zero. If it is on, checkouts have their line of code recorded, a microsecond each.
    ///
    /// Whatever it is, a connection is taken back, with a warning, when the garbage collector has found that
    /// nothing refers any more to its handle, nor to anything made with it: it is rolled back, closed, and replaced
    /// when somebody needs one. That is looked for while callers wait for longer than a second, when one's time has
    /// run out, and each second if this, [#minIdle], [#idleTimeout], [#maxLifetime] or [#keepAlive] is set. It is
    /// left alone if its borrower has unwrapped the driver's own object, which he may still use.
    public Settings leakAfter(Duration value) {
        leakAfter = Ranges.notNegative("leakAfter", value);
        return this;
    }

    /// Sets how exact the times are that loans are charged: how long they last, how long their SQL takes. Zero, or
    /// 0.1 to 100 ms. Default zero: the clock is read at each checkout, check-in and call of the driver, 20 to 30
    /// ns each time. Else a thread of the pool's reads it so often while there are checkouts, and all others read
    /// what it read. Sums are right but for a small part; a single time is off by as much, or by more on a busy
    /// machine. Deadlines stay exact.
    ///
    /// 1 ms pays from some 200,000 checkouts a second on, or 60,000 with a statement each: below, the thread costs
    /// more than it saves.
    public Settings clockResolution(Duration value) {
        clockResolution = Ranges.resolution("clockResolution", value);
        return this;
    }

    /// Sets who is told what the pool does.
    public Settings listener(PoolListener value) {
        listener = value;
        return this;
    }

    /// Sets where the label of a checkout comes from when the caller gives none, say a scoped value of the request.
    /// It is asked on the caller's thread, before the timeout begins; a checkout throws what it throws.
    public Settings label(Supplier<@Nullable String> value) {
        label = value;
        return this;
    }

    /// Likewise, where the deadline of a caller comes from who gives none: see [Pool#checkOut(String, Deadline)].
    public Settings deadline(Supplier<@Nullable Deadline> value) {
        deadline = value;
        return this;
    }

    /// Sets where it comes from who asks: his tenant, his scope and whatever else a caller does not say
    /// of himself by [Pool#checkOutFor(Borrower)], one by one (see [Borrower]). It is asked as [#label]
    /// is. What it leaves open is left to [#label] and [#deadline].
    public Settings borrower(Supplier<@Nullable Borrower> value) {
        borrower = value;
        return this;
    }

    /// Sets what the layer above calls its way of reading without keeping a connection, for remedies: "only reads
    /// so far: use …".
    public Settings readScope(String value) {
        readScope = RiskyProperties.refuseControl("readScope", value);
        return this;
    }

    /// Sets whether the server is asked what it does (sessions, locks, limits), over one connection more that is
    /// opened for it, when a caller's time is about to run out. Default: it is, every other second at most, and an
    /// explanation tells slow SQL from SQL that waits for a lock. Off behind a [#pooler], which hides who is who.
    public Settings diagnosticConnection(boolean value) {
        diagnosticConnection = value;
        return this;
    }

    /// Sets what kind of pooler (PgBouncer and its like) is between pool and server. Default [Pooler#DETECT].
    public Settings pooler(Pooler value) {
        origin.pooler(value);
        return this;
    }

    /// Sets how to connect to the console of a PgBouncer in between (its database `pgbouncer`, as one of its
    /// `stats_users`), asked like the server for an explanation. Default: none.
    public Settings poolerConsole(ConnectionSource value) {
        origin.poolerConsole(value);
        return this;
    }

    /// Sets whether who has a connection is refused a second one, with an [AlreadyCheckedOutException] that
    /// names both: a [scope][Borrower#scope], on whatever thread; if one of the two checkouts has none, a
    /// thread, unless another has used the connection. Default: it is not. Where a second connection is a
    /// mistake, it finds at once what starves a pool under load. A [#lazy] handle counts while it has one.
    public Settings strict(boolean value) {
        strict = value;
        return this;
    }

    /// Sets whether the pool is shown over JMX, as [PoolMXBean], until it is closed. Default: it is not. Needs the
    /// module `java.management`: a pool that is to be shown is not built without it.
    public Settings jmx(boolean value) {
        jmx = value;
        return this;
    }

    /// Sets what the driver is given beside user and password, if [#url] is used: one property, under the driver's
    /// name for it. Here, in code, any is taken. Its value is in no message.
    public Settings driverProperty(String key, String value) {
        origin.driverProperty(key, value);
        return this;
    }

    Settings scheduling(Scheduling value) {
        scheduling = value;
        return this;
    }

    Origin origin() {
        return origin;
    }

    Config config() {
        return Config.of(this);
    }

    /// Returns the settings without url, user and password.
    @Override
    public String toString() {
        return "Settings[name=" + name + ", size=" + size + ", maxOverflow=" + maxOverflow + ", timeout=" + timeout
                + "]";
    }
}
