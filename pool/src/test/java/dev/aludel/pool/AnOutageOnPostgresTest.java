package dev.aludel.pool;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.servers.MortalPostgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A PostgreSQL that goes down under a pool, and comes back.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnOutageOnPostgresTest {
    private static final int SIZE = 20;
    private static final int WAITERS = 500;

    /// More than any machine needs: what is to be shown is that it happens at all, and how.
    private static final Duration PATIENCE = ofMinutes(2);

    @RegisterExtension
    final Canary canary = new Canary();

    private final MortalPostgres server = MortalPostgres.start(Map.of("max_connections", "50"));
    private final AtomicInteger connecting = new AtomicInteger();
    private final AtomicInteger mostConnecting = new AtomicInteger();
    private final AtomicLong longestConnect = new AtomicLong();
    private final Map<Thread, Long> connects = new ConcurrentHashMap<>();
    private final Lateness lateness = new Lateness();
    private final List<Pool> pools = new ArrayList<>();

    @AfterEach
    void ends() {
        lateness.close();
        pools.forEach(pool -> pool.close(Duration.ZERO));
        server.close();
    }

    /// Connects, and counts how many do so at the same time.
    private Connection connect() throws SQLException {
        mostConnecting.accumulateAndGet(connecting.incrementAndGet(), Math::max);
        long began = System.nanoTime();
        connects.put(Thread.currentThread(), began);
        try {
            return DriverManager.getConnection(server.jdbcUrl(), Canary.USER, Canary.PASSWORD);
        } finally {
            longestConnect.accumulateAndGet(System.nanoTime() - began, Math::max);
            connects.remove(Thread.currentThread());
            connecting.decrementAndGet();
        }
    }

    /// Those count that are under way.
    private Duration longestConnect() {
        long now = System.nanoTime();
        long underWay =
                connects.values().stream().mapToLong(began -> now - began).max().orElse(0);
        return Duration.ofNanos(Math.max(underWay, longestConnect.get()));
    }

    private void countConnects() {
        longestConnect.set(0);
        mostConnecting.set(0);
    }

    /// One that takes a second counts no more. The pool counts from when it asked for a thread, which
    /// on a slow machine comes later.
    private void assertConnectsAtOnce(int most) {
        Duration longest = longestConnect().plus(lateness.most());
        assertThat(mostConnecting)
                .as("the longest connect took %s", longest)
                .hasValueBetween(1, most * (1 + (int) longest.toSeconds()));
    }

    private Pool pool(Consumer<Settings> configure) throws SQLException {
        Canary.nest(server.dataSource());
        Pool pool = Pool.of(settings -> configure.accept(settings.connections(this::connect)
                .name("trips")
                .timeout(PATIENCE)
                .diagnosticConnection(false)));
        pools.add(pool);
        return canary.watch(pool);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(Canary.ask(connection, sql));
    }

    private static long pid(Connection connection) throws SQLException {
        return number(connection, "select pg_backend_pid()");
    }

    /// Callers who each want a connection and run a statement on it; all of them wait when this returns.
    private static List<Caller<Long>> waiters(Pool pool) {
        List<Caller<Long>> waiters = IntStream.range(0, WAITERS)
                .mapToObj(i -> Caller.start("waiter " + i, () -> {
                    try (Connection connection = pool.getConnection()) {
                        return pid(connection);
                    }
                }))
                .toList();
        Await.until(
                () -> pool.snapshot().waiting() == WAITERS,
                PATIENCE,
                () -> pool.snapshot().toString());
        return waiters;
    }

    private void find(Checkout dead) {
        Throwable error = catchThrowable(() -> pid(dead.connection()));
        assertThat(canary.thrown(error)).isInstanceOf(SQLException.class);
        dead.close();
    }

    private static void areServed(Pool pool, List<Caller<Long>> waiters) {
        for (Caller<Long> waiter : waiters) {
            Await.until(waiter::isDone, PATIENCE, () -> pool.snapshot().toString());
            assertThat(waiter.result()).isPositive();
        }
    }

    // F02, F15
    @Test
    void that_nobody_noticed_is_made_up_for_by_no_more_connects_at_once_than_may_be() throws Exception {
        Pool pool = pool(settings -> settings.size(SIZE));
        List<Checkout> holders = Pools.checkOut(pool, SIZE);
        List<Caller<Long>> waiters = waiters(pool);
        server.stopImmediately();
        server.startAgain();
        countConnects();

        holders.forEach(this::find);

        areServed(pool, waiters);
        assertConnectsAtOnce(4);
        assertThat(pool.snapshot().timeouts()).isZero();
    }

    // F15
    @Test
    void that_was_noticed_is_over_for_all_who_wait_although_one_keeps_a_connection() throws Exception {
        Pool pool = pool(settings -> settings.size(SIZE).maxConnecting(2));
        List<Checkout> holders = Pools.checkOut(pool, SIZE);
        Checkout last = holders.removeLast(); // whom the others wait for, so that they are not told at once
        List<Caller<Long>> waiters = waiters(pool);
        server.stopImmediately();
        holders.forEach(this::find);
        PoolTimeoutException late = canary.thrown(
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late", ofSeconds(2))));
        assertThat(late.explanation().diagnoses()).hasAtLeastOneElementOfType(NotConnected.ConnectionRefused.class);

        countConnects();
        server.startAgain();

        areServed(pool, waiters); // how soon: TheEndOfAnOutageOnPostgresTest
        assertConnectsAtOnce(2);
        find(last);
    }

    // F02
    @Test
    void is_told_at_once_to_who_has_nothing_to_wait_for() throws Exception {
        Pool pool = pool(settings -> settings.size(SIZE));
        List<Checkout> holders = Pools.checkOut(pool, SIZE);
        List<Caller<Long>> waiters = waiters(pool);
        server.stopImmediately();

        holders.forEach(this::find);

        for (Caller<Long> waiter : waiters) {
            Await.until(waiter::isDone, PATIENCE, () -> pool.snapshot().toString());
            assertThat(canary.thrown(waiter.failure()))
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("nobody listens there");
        }
        server.startAgain();
        assertThat(pool.checkOut("afterwards").label()).isEqualTo("afterwards");
    }

    // F02
    @Test
    void leaves_nothing_of_a_transaction() throws Exception {
        Pool pool = pool(settings -> settings.size(2));
        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "create table trips (id int)");
        }
        Checkout lent = pool.checkOut("writes");
        lent.connection().setAutoCommit(false);
        Sql.run(lent.connection(), "insert into trips values (1)");
        server.stopImmediately();

        assertThat(canary.thrown(catchThrowable(lent.connection()::commit))).isInstanceOf(SQLException.class);
        lent.close();
        server.startAgain();

        try (Connection connection = pool.getConnection()) {
            assertThat(number(connection, "select count(*) from trips")).isZero();
        }
    }

    // F01
    @Test
    void of_one_process_lends_nobody_a_connection_that_died_with_it() throws Exception {
        Pool pool = pool(settings -> settings.size(5));
        List<Checkout> lent = Pools.checkOut(pool, 5);
        String all = lent.stream().map(AnOutageOnPostgresTest::backend).collect(joining(", "));
        long killed = pid(lent.getFirst().connection());
        lent.subList(1, 5).forEach(Checkout::close);
        Caller<Long> query =
                Caller.start("query", () -> number(lent.getFirst().connection(), "select count(pg_sleep(600))"));
        Await.until(() -> runs(killed), () -> "the statement runs");

        server.kill(killed);

        SQLException error = (SQLException) canary.thrown(query.failure());
        assertThat(error.getSQLState()).isIn("08006", "57P02");
        Await.until(() -> areGone(all), PATIENCE, () -> "the server ends the others, too");
        lent.getFirst().close();
        Checkout next = afterRecovery(pool);
        assertThat(pid(next.connection())).isNotEqualTo(killed);
        next.close();
        for (Checkout each : Pools.checkOut(pool, 5)) { // those that were idle among them: all are alive
            assertThat(pid(each.connection())).isPositive();
            each.close();
        }
    }

    private static String backend(Checkout lent) {
        try {
            return String.valueOf(pid(lent.connection()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private boolean areGone(String backends) {
        try (Connection connection = server.dataSource().getConnection()) {
            return number(connection, "select count(*) from pg_stat_activity where pid in (" + backends + ")") == 0;
        } catch (SQLException e) {
            return false; // it is about to begin anew
        }
    }

    private boolean runs(long backend) {
        try (Connection connection = server.dataSource().getConnection()) {
            return number(
                            connection,
                            "select count(*) from pg_stat_activity where state = 'active' and pid = " + backend)
                    == 1;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// While the server begins anew it takes no connections, and who has nothing to wait for is told so.
    private Checkout afterRecovery(Pool pool) {
        List<Checkout> served = new ArrayList<>();
        Await.until(
                () -> {
                    try {
                        served.add(pool.checkOut("next"));
                        return true;
                    } catch (ConnectFailedException e) {
                        canary.thrown(e);
                        return false;
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                },
                PATIENCE,
                () -> pool.snapshot().toString());
        return served.getFirst();
    }
}
