package dev.aludel.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Lends JDBC connections to whoever asks first, takes them back, and can say where they are.
///
/// ```java
/// try (Pool pool = Pool.of(settings ->
/// settings.url("jdbc:postgresql://localhost/trips").user("app").password(secret))) {
///     try (Connection connection = pool.getConnection()) { … }
/// }
/// ```
///
/// A pool opens nothing before the first checkout, but for [Settings#minIdle]. Callers are served in
/// order of arrival. One deadline bounds queueing, connecting and checking together. Safe for any
/// number of threads, virtual or not.
///
/// The model is SQLAlchemy's `QueuePool`; what differs is said at [Settings].
public interface Pool extends DataSource, AutoCloseable {
    /// Builds a pool.
    ///
    /// @throws IllegalArgumentException if a setting is not allowed; the text names it, its value and the rule
    static Pool of(Consumer<Settings> configure) {
        Settings settings = new Settings();
        configure.accept(settings);
        return of(settings);
    }

    /// Builds a pool from settings, such as [Settings#sqlalchemy].
    static Pool of(Settings settings) {
        Config config = settings.config();
        QueuePool pool = switch (config.kind()) {
            case QUEUE -> new QueuePool(config);
            case NULL -> new NullPool(config);
            case STATIC -> new StaticPool(config);
            case ASSERTION -> new AssertionPool(config);
        };
        return config.lazy() ? new LazyPool(pool) : pool;
    }

    /// Builds a pool from text, to put it under any framework: `aludel.pool.url`, `.user`, `.password`, `.name`,
    /// `.size`, `.maxOverflow`, `.timeout` …, each setting under its own name.
    ///
    /// Times are written `250ms`, `10s`, `5m` or in ISO form (`PT10S`). If there are keys that begin with
    /// `spring.datasource.hikari.` these are read too, see [HikariImport]; Aludel's own count more. All other
    /// keys are left alone.
    ///
    /// @throws IllegalArgumentException if a key is unknown (the text names the nearest known one) or a value not
    ///                                  allowed
    static Pool of(Map<String, String> properties) {
        return of(TextSettings.read(properties));
    }

    /// Returns the pool's name.
    String name();

    /// Checks a connection out. Closing it checks it in.
    ///
    /// @throws PoolTimeoutException   if there is none within [Settings#timeout]; it carries the explanation. A
    ///                                [PoolOverloadedException] if too many wait already ([Settings#maxWaiting])
    /// @throws ConnectFailedException if none could be opened
    /// @throws SQLException           if the pool is closed, or the thread was interrupted (its flag stays set)
    @Override
    Connection getConnection() throws SQLException;

    /// Checks a connection out for somebody.
    ///
    /// @param label who asks: a route, a job. It stands for the caller in usage, metrics and explanations, so there
    ///              should
    ///              be few different ones. Null: what [Settings#label] gives, if anything.
    /// @throws SQLException as [#getConnection()]
    Checkout checkOut(@Nullable String label) throws SQLException;

    /// Checks a connection out, waiting no longer than a given time. Zero: only if one is idle that needs no check.
    ///
    /// @throws SQLException as [#getConnection()]
    Checkout checkOut(@Nullable String label, Duration timeout) throws SQLException;

    /// Checks a connection out for somebody who needs it by a deadline, and waits no longer than until
    /// then, nor than [Settings#timeout]. Who states a deadline is refused at once when his turn would
    /// come after half of the time that is left, as far as the last loans tell: the other half is for
    /// the work. So a pool of which ten times too much is asked still serves as many in time as it can,
    /// in order of arrival, and the others are told at once. Who has stated none is not
    /// refused for that.
    ///
    /// @throws PoolOverloadedException if the deadline has passed, or his turn would come too late; the
    ///               latter not while the database cannot be reached, nor if he has a connection of
    ///               this pool already
    /// @throws SQLException            as [#getConnection()]
    Checkout checkOut(@Nullable String label, Deadline deadline) throws SQLException;

    /// Checks a connection out for somebody of whom more is known than a label: his deadline, the scope
    /// and the tenant that he works for, his priority.
    ///
    /// @throws SQLException as [#getConnection()], and [#checkOut(String, Deadline)] if there is a
    ///               deadline
    Checkout checkOutFor(Borrower borrower) throws SQLException;

    /// Returns the deadline that a checkout by this thread has now if it states none: what [Settings#borrower] and
    /// [Settings#deadline] give. For who would state another one, and is not to loosen it. Null: none.
    default @Nullable Deadline deadline() {
        return null;
    }

    /// Returns what the pool knows of itself now.
    PoolSnapshot snapshot();

    /// Returns where connection time went so far, by label and line of code, what is still lent included.
    List<Usage> usage();

    /// Returns what a timeout would say now: judged by the time since the pool was built, or the last
    /// [Settings#timeout]. It has the server looked at over a connection of its own, unless
    /// [Settings#diagnosticConnection] is off, and waits for that, 0.3 s at most.
    Explanation explain();

    /// Makes every connection that is open now one that is not lent again: idle ones are closed, lent ones when they
    /// come back.
    void invalidate();

    /// Opens connections until [Settings#size] are open, all at once, and waits for them: for a start
    /// that finds a warm pool, or fails when there is no database.
    ///
    /// @param bound how long to wait; what is not there by then is opened all the same
    /// @return how many are open, overflow not counted
    /// @throws ConnectFailedException if one could not be opened; those that could stay open. A server that refuses
    ///                                one after another is not asked for the rest
    int warmUp(Duration bound) throws SQLException;

    /// Changes how many connections there may be, while the pool runs. More: callers who wait get new ones at once.
    /// Fewer: idle ones that are too many are closed, lent ones when they come back.
    ///
    /// @throws IllegalArgumentException as [Settings#size] and [Settings#maxOverflow] do; then nothing is changed
    void resize(int size, int maxOverflow);

    /// Stops lending until [#resume]: for a checkpoint of the process, or while the database moves.
    /// Callers wait, each up to its timeout. Idle connections are closed; lent ones when they come
    /// back, also after `resume`.
    ///
    /// @param bound how long to wait for lent connections
    /// @return whether all connections are closed
    boolean suspend(Duration bound);

    /// Lends again. Connections are opened when they are needed, or as [Settings#minIdle] says.
    void resume();

    /// Closes the pool, waiting 10 s at most for lent connections. The same as `close(Duration.ofSeconds(10))`.
    @Override
    default void close() {
        close(Duration.ofSeconds(10));
    }

    /// Stops lending, fails all who wait, closes idle connections, waits for the lent ones, and cuts those that
    /// did not come back in time; at once if the closing thread is interrupted. A second call does nothing.
    ///
    /// A statement that still runs is cancelled, so that its server does not work on, and commit, for
    /// nobody: when half a second of the bound is left, or a tenth if that is less, and once more before its
    /// connection is aborted. What is done after the bound is not waited for, so with a bound of zero a
    /// process that ends at once may be faster than the cancel.
    void close(Duration bound);

    /// Not supported: a pool has one user.
    @Override
    default Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "a pool lends connections of one user: build another pool for another user", "0A000");
    }

    /// Not supported: a pool lends any connection that is idle, not one that was made to order.
    @Override
    default ConnectionBuilder createConnectionBuilder() throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "a pool lends any idle connection, and cannot build one for a user or a sharding key: check one out and"
                        + " call setShardingKey on it, or build a pool for each shard",
                "0A000");
    }

    /// Not supported: only the driver knows what its keys are made of.
    @Override
    default ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "only the driver's own DataSource makes sharding keys: ask that, and give the key to setShardingKey of"
                        + " a connection",
                "0A000");
    }

    /// Returns the pool itself.
    @Override
    default <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("the pool is not a " + type.getName() + "; ask isWrapperFor first", "0A000");
    }

    @Override
    default boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    /// Returns null: the pool logs through SLF4J.
    @Override
    default @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /// Not supported: the pool logs through SLF4J.
    @Override
    default void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("the pool logs through SLF4J: configure that", "0A000");
    }

    /// Returns [Settings#timeout] in whole seconds, rounded up.
    @Override
    int getLoginTimeout();

    /// Not supported: a pool does not change while it runs.
    @Override
    default void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("set Settings.timeout when the pool is built", "0A000");
    }

    /// Not supported: the pool logs through SLF4J.
    @Override
    default Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool logs through SLF4J", "0A000");
    }
}
