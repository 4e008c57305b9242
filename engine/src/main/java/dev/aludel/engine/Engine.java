package dev.aludel.engine;

import dev.aludel.engine.Attempt.Step;
import dev.aludel.engine.Lender.Loan;
import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialect;
import dev.aludel.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// One database, as a program sees it: a pool of connections, a dialect, a cache of rendered statements,
/// and the log.
///
/// ```java
/// try (Engine engine = Engine.create("postgresql://app:secret@localhost/trips",
///         options -> options.poolSize(16).maxOverflow(4).poolTimeout(Duration.ofSeconds(10)))) {
///     long open = engine.read(select(count()).from(TRIP)).scalarOne();
///     engine.run(connection -> connection.execute(update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(7L))));
/// }
/// ```
///
/// Make one for each database and share it: it is safe for any number of threads. Making it opens nothing.
public final class Engine implements AutoCloseable {
    private final DataSource source;
    private final Lender lender;
    private final @Nullable Pool owned;
    private final Dialect dialect;
    private final String name;
    private final String address;
    private final LongSupplier ticker;
    private final Pausing pausing;
    private final EngineLog log;
    private final CompiledCache cache;
    private final Runner runner;
    private final @Nullable CommitCheck commitCheck;
    private volatile boolean closed;

    private Engine(DataSource source, @Nullable Pool owned, Dialect dialect, String address, Options options) {
        this.source = source;
        this.owned = owned;
        this.dialect = dialect;
        this.address = address;
        lender = Lender.of(source);
        name = options.name();
        ticker = options.ticker();
        pausing = options.pausing();
        log = options.log();
        Duration check = options.commitCheck(dialect);
        commitCheck = check == null ? null : new CommitCheck(this, check);
        cache = new CompiledCache(dialect, options.cacheSize(), ticker, log);
        runner = new Runner(cache, log, ticker, options.limit(source, owned != null), address);
    }

    /// Makes an engine with a pool of its own, with the default [Options].
    ///
    /// The URL is `postgresql://user:password@host:port/database?key=value` (also `postgresql+pgjdbc://`),
    /// `h2:mem:name`, `h2:file:path`, or any `jdbc:` URL of PostgreSQL or H2. Special signs in its parts are
    /// percent-encoded; parameters go to the driver, except those that would make it load classes or write files.
    /// An in-memory H2 database stays until the JVM ends.
    ///
    /// @throws IllegalArgumentException if the URL is malformed (it is never shown), its dialect unknown, or
    ///     a parameter refused
    public static Engine create(String url) {
        return create(url, options -> {});
    }

    /// As [#create(String)], with options.
    ///
    /// @throws IllegalArgumentException as there, and for an option that is not allowed
    public static Engine create(String url, Consumer<Options> configure) {
        Options options = new Options();
        configure.accept(options);
        Target target = Targets.of(url, options.dialect());
        Pool pool = Pool.of(options.settings(target));
        return new Engine(pool, pool, target.dialect(), target.shown(), options);
    }

    /// Makes an engine on anybody's data source, with the default [Options]. Closing the engine leaves
    /// the source open.
    ///
    /// An Aludel [Pool] is told who asks: label, [WorkBorrower], [WorkScope] and [WorkDeadline]; other
    /// sources are not.
    public static Engine of(DataSource source, Dialect dialect) {
        return of(source, dialect, options -> {});
    }

    /// As [#of(DataSource, Dialect)], with options. An [Options#statementTimeout] must be shorter than the
    /// source's socket timeout, unless the source is an Aludel pool and nobody else sets its network timeout.
    ///
    /// @throws IllegalArgumentException for an option that is not allowed, or one of the pool
    public static Engine of(DataSource source, Dialect dialect, Consumer<Options> configure) {
        Options options = new Options();
        configure.accept(options);
        options.refusePoolOptions();
        String address = source instanceof Pool pool
                ? "the database of pool '" + pool.name() + "'"
                : "the database of the given " + source.getClass().getSimpleName();
        Dialect chosen = options.dialect() == null ? dialect : options.dialect();
        return new Engine(source, null, chosen, address, options);
    }

    /// Takes a connection. It must be closed; what was not committed by then is rolled back.
    ///
    /// @throws PoolTimeout if none is free in time
    /// @throws ConnectFailed if none can be opened
    /// @throws IllegalStateException if this engine is closed
    public SqlConnection connect() {
        return connect(null);
    }

    /// As [#connect()], for somebody.
    ///
    /// @param label who asks: a route, a job. It stands for the caller in usage, metrics and explanations.
    public SqlConnection connect(@Nullable String label) {
        return new SqlConnection(this, label, false);
    }

    /// Does something in one transaction: committed when it returns, rolled back when it throws.
    ///
    /// @throws X what the work throws, as it is
    public <X extends Exception> void run(Work<X> work) throws X {
        this.<@Nullable Void, X>call(connection -> {
            work.run(connection);
            return null;
        });
    }

    /// As [#run], with a value.
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> work) throws X {
        try (SqlConnection connection = connect()) {
            T value = work.call(connection);
            connection.commit();
            return value;
        }
    }

    /// Reads in one read-only transaction, so that all its queries may see one state of the database. Writing
    /// is refused, by this library and, where it can, by the database.
    ///
    /// @throws X what the work throws, as it is
    public <T extends @Nullable Object, X extends Exception> T readOnly(Call<T, X> work) throws X {
        try (SqlConnection connection = new SqlConnection(this, null, true)) {
            T value = work.call(connection);
            connection.commit();
            return value;
        }
    }

    /// Returns what runs units of work again that the database rolled back.
    ///
    /// ```java
    /// engine.retrying(Retry.atMost(5)).run(connection -> connection.execute(…));
    /// ```
    public Retrying retrying(Retry retry) {
        return new Retrying(this, retry);
    }

    /// Runs exactly one query in auto-commit, and gives the connection back after its last row.
    ///
    /// @throws IllegalArgumentException if the query writes
    /// @throws DatabaseException as its subclasses say
    public <R extends @Nullable Object> Result<R> read(Query<R> query) {
        return read(null, query);
    }

    /// As [#read(Query)], for somebody; see [#connect(String)].
    public <R extends @Nullable Object> Result<R> read(@Nullable String label, Query<R> query) {
        Lookup text = runner.compile(query);
        Reading.require(query, text.sql());
        Loan loan = lend(label);
        try {
            return runner.query(autoCommitting(loan), query, text, Step.READ);
        } catch (ConnectionLost | CommitOutcomeUnknown | VirtualMachineError fatal) {
            loan.invalidate(fatal);
            throw fatal;
        } finally {
            loan.close();
        }
    }

    Connection autoCommitting(Loan loan) {
        Connection connection = loan.connection();
        try {
            if (!connection.getAutoCommit()) connection.setAutoCommit(true);
            return connection;
        } catch (SQLException e) {
            throw runner.failed(e, Step.READ);
        }
    }

    Loan lend(@Nullable String label) {
        return lend(() -> lender.lend(label));
    }

    Loan lend(@Nullable String label, Duration limit) {
        return lend(() -> lender.lend(label, limit));
    }

    private Loan lend(Lending lending) {
        if (closed) throw new IllegalStateException(this + " is closed: make a new one with Engine.create");
        try {
            return lending.lend();
        } catch (SQLException e) {
            throw DatabaseException.fromCheckout(e, address);
        }
    }

    private interface Lending {
        Loan lend() throws SQLException;
    }

    @Nullable
    CommitCheck commitCheck() {
        return commitCheck;
    }

    String address() {
        return address;
    }

    Runner runner() {
        return runner;
    }

    EngineLog log() {
        return log;
    }

    /// Returns how SQL is spelt.
    public Dialect dialect() {
        return dialect;
    }

    /// Returns the name given by [Options#name], or an empty text.
    public String name() {
        return name;
    }

    /// Returns where the connections come from: the engine's own pool, or what was given.
    public DataSource dataSource() {
        return source;
    }

    /// Returns the pool, if the connections come from an Aludel pool.
    public Optional<Pool> pool() {
        return source instanceof Pool pool ? Optional.of(pool) : Optional.empty();
    }

    /// Returns what the cache of rendered statements has done.
    public CacheStatistics cache() {
        return cache.statistics();
    }

    /// Returns where the time comes from, in nanoseconds.
    public LongSupplier ticker() {
        return ticker;
    }

    /// Returns the time that [#park] waits by.
    long now() {
        return pausing.ticker().getAsLong();
    }

    /// Has the thread wait for so many nanoseconds, or less.
    void park(long nanos) {
        pausing.park().accept(nanos);
    }

    /// Closes the pool if the engine made it, as [Pool#close] does. A second call does nothing.
    @Override
    public void close() {
        closed = true;
        if (owned != null) owned.close();
    }

    /// Returns `Engine(postgresql://app:***@localhost/trips)`: where to, with every secret masked.
    @Override
    public String toString() {
        return "Engine(" + address + ")";
    }
}
