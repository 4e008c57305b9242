package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A stage with threads of its own, in real time, with a PostgreSQL: sleeps, locks and refusals are the server's.
///
/// It waits for what must have happened, however long that takes, and measures by how much the machine was late.
final class PostgresStage extends Stage {
    /// So many rows of the table belong to each stage; the first of them is the one that is locked.
    private static final int ROWS = 1_000;

    /// Who rests no longer lets others come first, which takes as long as it takes.
    private static final long AWHILE = 20 * MILLISECOND;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private final Postgres server;
    private final String database;
    private final int first;
    private final long began = System.nanoTime();
    private final AtomicInteger rows = new AtomicInteger();
    private final CountDownLatch cleared = new CountDownLatch(1);
    private final CountDownLatch locked = new CountDownLatch(1);
    private final List<Thread> people = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private @Nullable Connection stranger;
    private int lent = -1;
    private Duration late = Duration.ZERO;

    /// @param number of the stages that play on that database at the same time none has the same
    PostgresStage(Postgres server, String database, int number, long seed) {
        super(new SplittableRandom(seed));
        this.server = server;
        this.database = database;
        this.first = 1 + number * ROWS;
        prepare(settings).server(Server.postgres()).name("stage" + seed);
    }

    /// Makes what stages play with.
    static void build(Connection connection, int stages) throws SQLException {
        Sql.run(connection, "create table trips (id int primary key, seats int, fare int)");
        Sql.run(connection, "insert into trips select n, 4, 7 from generate_series(1, " + stages * ROWS + ") as n");
        Sql.run(connection, "create table users (id int primary key, name text)");
        Sql.run(connection, "create table audit (id int)");
    }

    /// Returns by how much the machine was late while it was played.
    Duration late() {
        return late;
    }

    /// Connections that cannot be opened are not waited for: so many are lent when all is set.
    void lendsOnly(int count) {
        lent = count;
    }

    String address() {
        return "jdbc:postgresql://localhost:" + server.port() + "/" + database;
    }

    @Override
    long now() {
        return System.nanoTime() - began;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database));
    }

    /// Does something as who may do all.
    void outside(String sql) throws SQLException {
        try (Connection connection = connect()) {
            Sql.run(connection, sql);
        }
    }

    @Override
    public void rest(long nanos) {
        if (nanos > 0 && nanos <= AWHILE) {
            awaitQuietly(this::isAllLent);
        }
        await(nanos);
    }

    private void await(long nanos) {
        try {
            boolean over = cleared.await(nanos, TimeUnit.NANOSECONDS);
            assertThat(over || nanos < FOR_GOOD).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // a thread of the pool that connects and is given up
        }
    }

    private void awaitQuietly(BooleanSupplier condition) {
        long end = System.nanoTime() + A_MOMENT.toNanos();
        while (!isOver() && !condition.getAsBoolean() && System.nanoTime() < end) {
            await(MILLISECOND);
        }
    }

    private boolean isAllLent() {
        PoolSnapshot now = pool().snapshot();
        return now.checkedOut() == (lent < 0 ? now.size() + now.maxOverflow() : lent) || now.suspended();
    }

    @Override
    void isSet() {
        Await.until(
                () -> isOver() || isAllLent(), PATIENCE, () -> pool().snapshot().toString());
    }

    /// One that takes long sleeps; a short one is what it says, on a row of its own.
    @Override
    public void sql(Checkout checkout, String sql, long nanos) throws SQLException {
        String own = sql.replace("id = 7", "id = " + (first + 1 + rows.incrementAndGet() % (ROWS - 1)));
        run(checkout, nanos <= MILLISECOND ? own : "select pg_sleep(" + Math.min(nanos, FOR_GOOD) / 1e9 + ")");
    }

    private static void run(Checkout checkout, String sql) throws SQLException {
        try (Statement statement = checkout.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void waitsForALock(Checkout checkout, String sql) throws SQLException {
        if (locked.getCount() > 0) {
            hasAStrangerLockIt();
        }
        run(checkout, sql.replace("id = 7", "id = " + first));
    }

    private synchronized void hasAStrangerLockIt() throws SQLException {
        if (stranger == null) {
            stranger = DriverManager.getConnection(server.jdbcUrl(database) + "&ApplicationName=billing");
            stranger.setAutoCommit(false);
            Sql.run(stranger, "update trips set seats = 3 where id = " + first);
        }
    }

    @Override
    public void hasTheLock(Checkout checkout) throws SQLException {
        run(checkout, "update trips set seats = 3 where id = " + first);
        locked.countDown();
    }

    @Override
    void awaitsTheLock() {
        Await.until(() -> isOver() || locked.getCount() == 0, PATIENCE, () -> "nobody has the lock");
    }

    @Override
    void hidesTheServer() {
        settings.diagnosticConnection(false);
    }

    @Override
    void begins(String who, Runnable part) {
        people.add(Thread.ofVirtual().name(who).unstarted(() -> {
            try {
                part.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        }));
    }

    @Override
    void wakeAll() {
        cleared.countDown();
    }

    @Override
    Optional<Explanation> play() {
        try (Lateness lateness = new Lateness()) {
            pool();
            people.forEach(Thread::start);
            for (Thread one : people) {
                assertThat(one.join(PATIENCE)).as(one.getName()).isTrue();
            }
            late = lateness.most();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            end();
        }
        assertThat(failures).isEmpty();
        return told();
    }

    private void end() {
        try {
            clear();
            if (stranger != null) {
                stranger.close();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    // what cannot be acted out here

    @Override
    public void sharedSql(Checkout checkout, String sql, long alone, int most) {
        throw new UnsupportedOperationException("a PostgreSQL shares its processors by itself");
    }

    @Override
    public void rollsBackFor(long nanos) {
        throw new UnsupportedOperationException("a rollback takes no time on PostgreSQL");
    }

    @Override
    void hasAPooler(long width) {
        throw new UnsupportedOperationException("see BehindPgBouncerTest");
    }

    @Override
    void standStill(long from, long to) {
        throw new UnsupportedOperationException("see AStoppedProcessTest");
    }
}
