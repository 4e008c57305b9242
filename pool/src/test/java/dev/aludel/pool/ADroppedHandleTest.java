package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A handle that its borrower dropped without closing it: the garbage collector finds it, and the pool has its
/// connection back. (reliability row F28)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ADroppedHandleTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged log = new Logged();

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    private final PoolListener listener = new PoolListener() {
        @Override
        public void reset(String connection, boolean inTransaction) {
            heard.add("reset " + connection + (inTransaction ? " in transaction" : ""));
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            heard.add("checkedIn " + connection + " " + label);
        }

        @Override
        public void closed(String connection) {
            heard.add("closed " + connection);
        }
    };

    private Pool pool(Consumer<Settings> configure) {
        return pools.pool(
                Settings.sqlalchemy(),
                settings -> configure.accept(
                        settings.size(1).maxOverflow(0).name("trips").listener(listener)));
    }

    /// What a borrower does before he forgets that he has a connection.
    private interface Work {
        @Nullable
        Object in(Checkout checkout) throws SQLException;
    }

    /// In a method of its own, so that no variable of the test keeps the handle.
    private static @Nullable Object drop(Pool pool, String label, Work work) throws SQLException {
        return work.in(pool.checkOut(label));
    }

    private static @Nullable Object insert(Checkout checkout) throws SQLException {
        Connection connection = checkout.connection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert into trip values (1)");
        return null;
    }

    private static @Nullable Object nothing(Checkout checkout) {
        return null;
    }

    /// Callers come and find nothing, while the garbage collector is at work.
    private void until(Pool pool, BooleanSupplier condition) {
        pools.clock.advance(ofSeconds(1));
        Await.until(
                () -> {
                    System.gc();
                    try {
                        pool.checkOut("comes", ZERO).close();
                    } catch (SQLException e) {
                        // as expected
                    }
                    return condition.getAsBoolean();
                },
                () -> pool.snapshot().toString());
    }

    private boolean isTakenBack() {
        return !dropped().isEmpty();
    }

    private List<String> dropped() {
        return log.lines(Level.WARN).stream()
                .filter(line -> line.contains("was dropped"))
                .toList();
    }

    @Test
    void is_rolled_back_and_closed_and_its_place_serves_others() throws Exception {
        // connection-model row 20; the connection is not used again, as what it is like is not known any more
        Pool pool = pool(settings -> {});
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        until(pool, () -> pools.database.closed() == 1);

        assertThat(pools.database.rollbacks()).isEqualTo(1);
        assertThat(heard).startsWith("reset trips#1 in transaction", "checkedIn trips#1 GET /trips", "closed trips#1");
        try (Checkout next = pool.checkOut("next")) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
    }

    @Test
    void that_had_replaced_another_at_its_check_is_the_one_that_is_rolled_back() throws Exception {
        // connection-model row 72
        Pool pool = pool(settings -> settings.prePing(true));
        pool.checkOut("before").close();
        pools.database.killConnections();
        drop(pool, "GET /trips", ADroppedHandleTest::insert);
        assertThat(pools.database.opened()).isEqualTo(2);
        assertThat(pools.database.closed()).isEqualTo(1);
        heard.clear();

        until(pool, () -> pools.database.closed() == 2);

        assertThat(pools.database.log(1)).doesNotContain("rollback");
        assertThat(pools.database.log(2)).contains("rollback");
        assertThat(heard).startsWith("reset trips#2 in transaction", "checkedIn trips#2 GET /trips", "closed trips#2");
    }

    @Test
    void is_told_of_once_with_label_line_time_and_what_to_do() throws Exception {
        Pool pool = pool(settings -> {});
        drop(pool, "GET /trips", ADroppedHandleTest::nothing);

        until(pool, this::isTakenBack);

        assertThat(dropped())
                .singleElement()
                .asString()
                .matches("Connection trips#1 was dropped without being closed: nothing refers to it any more, 1\\.00 s"
                        + " after its checkout \\(label GET /trips, by ADroppedHandleTest\\.drop\\S+, on thread .+\\)\\. What was not"
                        + " committed is rolled back, and it is closed, so that its place is free again\\. Put it in"
                        + " try-with-resources");
    }

    /// In a thread that ends with it, and whose stack was all that held it.
    private static void fallsWithItsThread(Thread.Builder builder, Pool pool) throws Exception {
        builder.uncaughtExceptionHandler((ended, error) -> {})
                .start(() -> {
                    Checkout mine;
                    try {
                        mine = pool.checkOut("GET /trips");
                        insert(mine);
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                    throw new StackOverflowError("with " + mine.label());
                })
                .join();
    }

    @Test
    void of_a_thread_that_ended_with_an_error_is_rolled_back_and_told_of_with_its_name() throws Exception {
        Pool pool = pool(settings -> {});
        fallsWithItsThread(Thread.ofPlatform().name("worker-7"), pool);

        until(pool, () -> pools.database.closed() == 1);

        assertThat(pools.database.rollbacks()).isEqualTo(1);
        assertThat(dropped())
                .singleElement()
                .asString()
                .matches("Connection trips#1 was dropped .+, 1\\.00 s after its checkout \\(label GET /trips, by"
                        + " ADroppedHandleTest\\S+, on thread worker-7\\).+");
        try (Checkout next = pool.checkOut("next")) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
    }

    @Test
    void of_a_thread_without_a_name_is_told_of_with_its_number() throws Exception {
        Pool pool = pool(settings -> {});
        fallsWithItsThread(Thread.ofVirtual(), pool);

        until(pool, () -> pools.database.closed() == 1);

        assertThat(dropped()).singleElement().asString().containsPattern(", on thread #\\d+\\)");
    }

    @Test
    void that_was_invalidated_is_only_checked_in() throws Exception {
        // connection-model row 21
        Pool pool = pool(settings -> {});
        drop(pool, "GET /trips", checkout -> {
            insert(checkout);
            checkout.invalidate(null);
            return null;
        });

        until(pool, () -> pools.database.closed() == 1);

        assertThat(heard).startsWith("checkedIn trips#1 GET /trips", "closed trips#1");
        assertThat(pools.database.rollbacks()).isZero();
    }

    @Test
    void whose_driver_does_not_let_itself_be_asked_is_cut_without_a_rollback() throws Exception {
        // connection-model row 22: what cannot be reset safely is terminated, with a warning, and its place is free;
        // each driver of JDBC can terminate
        Pool pool = pool(settings -> {});
        drop(pool, "GET /trips", ADroppedHandleTest::insert);
        pools.database.next("getAutoCommit").fails(new SQLException("not now", "XX000"));

        until(pool, () -> pools.database.closed() == 1);

        assertThat(dropped()).singleElement().asString().contains("was dropped without being closed");
        assertThat(heard).startsWith("checkedIn trips#1 GET /trips", "closed trips#1");
        assertThat(pools.database.rollbacks() + pools.database.commits()).isZero();
        try (Checkout next = pool.checkOut("next")) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(ResetOnReturn.class)
    void is_committed_by_no_setting(ResetOnReturn reset) throws Exception {
        Pool pool = pool(settings -> settings.resetOnReturn(reset));
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        until(pool, () -> pools.database.closed() == 1);

        assertThat(pools.database.commits()).isZero();
        assertThat(pools.database.rollbacks()).isEqualTo(1);
    }

    @Test
    void serves_a_caller_who_waits_for_longer_than_a_second() throws Exception {
        Pool pool = pool(settings -> settings.scheduling(new Scheduling(
                pools.clock,
                pools.clock::parkNanos,
                pools.clock::unpark,
                Thread.ofVirtual()::start,
                new Random(1),
                Deadlines.NEAR)));
        drop(pool, "GET /trips", ADroppedHandleTest::insert);
        Caller<Checkout> caller = Caller.start("next", () -> pool.checkOut("next"));
        pools.clock.awaitParked(2);

        Await.until(
                () -> {
                    System.gc();
                    pools.clock.advance(ofMillis(100));
                    return !caller.thread().isAlive();
                },
                () -> pool.snapshot().toString());

        try (Checkout next = caller.result()) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
    }

    @Test
    void of_which_a_statement_is_left_is_not_dropped() throws Exception {
        Pool pool = pool(settings -> settings.size(2));
        Statement left = (Statement) Objects.requireNonNull(
                drop(pool, "uses a statement", checkout -> checkout.connection().createStatement()));
        drop(pool, "GET /trips", ADroppedHandleTest::nothing);

        until(pool, this::isTakenBack);
        until(pool, () -> pool.snapshot().idle() == 1);

        assertThat(dropped()).singleElement().asString().contains("GET /trips");
        left.execute("select 1");
        left.getConnection().close();
        assertThat(pool.snapshot().idle()).as("works on, and comes back").isEqualTo(2);
    }

    @Test
    void whose_driver_object_is_left_is_not_dropped() throws Exception {
        Pool pool = pool(settings -> settings.size(2));
        Object left = drop(pool, "unwraps", checkout -> {
            Connection connection = checkout.connection();
            return connection.unwrap(Backend.class);
        });
        drop(pool, "GET /trips", ADroppedHandleTest::nothing);

        until(pool, this::isTakenBack);
        until(pool, () -> pool.snapshot().idle() == 1);

        assertThat(dropped()).singleElement().asString().contains("GET /trips");
        assertThat(pools.database.openBackends()).contains((Backend) left);
    }

    @Test
    void that_comes_back_late_was_not_dropped() throws Exception {
        Pool pool = pool(settings -> settings.size(2));
        Checkout late = pool.checkOut("late");
        drop(pool, "GET /trips", ADroppedHandleTest::nothing);
        until(pool, () -> isTakenBack() && pool.snapshot().checkedOut() == 1);
        heard.clear();
        assertThat(pool.explain().holders())
                .singleElement()
                .extracting(Holder::label)
                .isEqualTo("late");

        late.close();
        late.close();

        assertThat(heard).filteredOn(line -> line.endsWith("late")).containsExactly("checkedIn trips#1 late");
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void of_a_lazy_pool_is_found_as_well() throws Exception {
        Pool pool = pool(settings -> settings.lazy(true));
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        until(pool, () -> {
            try (Checkout next = pool.checkOut("next", ZERO)) {
                next.connection().createStatement().close();
            } catch (SQLException e) {
                return false; // as expected
            }
            return true;
        });

        assertThat(dropped()).singleElement().asString().contains("GET /trips");
        assertThat(pools.database.rollbacks()).isEqualTo(1);
    }

    @Test
    void of_a_connection_that_others_share_leaves_it_to_them() throws Exception {
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        Checkout other = pool.checkOut("other");
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        pools.clock.advance(ofSeconds(1));
        Await.until(
                () -> {
                    System.gc();
                    ((QueuePool) pool).dropped().look(((QueuePool) pool).now());
                    return pool.snapshot().checkedOut() == 1;
                },
                () -> pool.snapshot().toString());

        assertThat(pools.database.rollbacks()).isZero();
        other.connection().createStatement().execute("select 1");
        other.close();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 0 && snapshot.connecting() == 0);
        assertThat(pools.database.rollbacks()).isEqualTo(1);
        assertThat(pools.database.closed()).as("it may have been changed").isEqualTo(1);
    }

    @Test
    void that_was_told_of_as_a_leak_has_not_come_back_after_all() throws Exception {
        Pool pool = pool(settings -> settings.leakAfter(ofSeconds(5)));
        pools.clock.awaitParked(1);
        drop(pool, "GET /trips", ADroppedHandleTest::nothing);

        for (int i = 0; i < 12; i++) {
            pools.clock.advance(ofMillis(500));
            pools.clock.awaitParked(1);
        }
        assertThat(log.lines(Level.WARN)).hasSize(1).first().asString().contains("has been out for");
        Await.until(
                () -> {
                    System.gc();
                    pools.clock.advance(ofMillis(500));
                    pools.clock.awaitParked(1);
                    return isTakenBack();
                },
                () -> pool.snapshot().toString());
        pools.clock.advance(ofSeconds(1));
        pools.clock.awaitParked(1);

        assertThat(log.lines(Level.INFO)).noneMatch(line -> line.contains("came back after all"));
    }

    @Test
    void is_closed_with_its_pool() throws Exception {
        Pool pool = pool(settings -> {});
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        pool.close(ZERO);

        pools.database.await(database -> database.open() == 0);
    }

    @Test
    void is_none_that_is_just_being_closed() throws Exception {
        QueuePool pool = (QueuePool) pool(settings -> settings.size(2));
        List<Caller<Integer>> borrowers = List.of(borrower(pool), borrower(pool));

        int looks = 0;
        while (borrowers.stream().anyMatch(borrower -> borrower.thread().isAlive())) {
            pool.dropped().look(pool.now() + Dropped.ROUND);
            if (++looks % 1_000 == 0) {
                System.gc();
            }
        }

        for (Caller<Integer> borrower : borrowers) {
            assertThat(borrower.result()).isEqualTo(4_000);
        }
        assertThat(dropped()).isEmpty();
        assertThat(heard).filteredOn(line -> line.startsWith("checkedIn")).hasSize(8_000);
        assertThat(pools.database.closed()).isZero();
    }

    private static Caller<Integer> borrower(Pool pool) {
        return Caller.start(Thread.ofPlatform().daemon(), () -> {
            int loans = 0;
            while (loans < 4_000) {
                pool.checkOut("works").close();
                loans++;
            }
            return loans;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"minIdle", "idleTimeout", "maxLifetime", "keepAlive"})
    void is_found_each_second_though_nobody_comes_if_there_is_upkeep(String setting) throws Exception {
        Pool pool = pool(settings -> lookAfter(setting, settings));
        drop(pool, "GET /trips", ADroppedHandleTest::insert);

        Await.until(
                () -> {
                    System.gc();
                    pools.clock.advance(ofMillis(500));
                    return pools.database.rollbacks() == 1;
                },
                () -> pool.snapshot().toString());

        assertThat(dropped()).singleElement().asString().contains("GET /trips");
    }

    private static void lookAfter(String setting, Settings settings) {
        switch (setting) {
            case "minIdle" -> settings.minIdle(1);
            case "idleTimeout" -> settings.idleTimeout(ofSeconds(30));
            case "maxLifetime" -> settings.maxLifetime(ofSeconds(30));
            default -> settings.keepAlive(ofSeconds(30));
        }
    }
}
