package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.Script;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each method that the pool itself calls, and each way in which a driver may fail it. Whatever
/// happens, the slot comes back and the next caller is served.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AFaultyDriverTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private enum Fault {
        EXCEPTION,
        LOST,
        BUG,
        ERROR,
        NULL
    }

    private Throwable play(Fault fault, Script script) {
        Throwable thrown = switch (fault) {
            case EXCEPTION, NULL -> new SQLException("no", "XX000");
            case LOST -> new SQLException("no", "08006");
            case BUG -> new IllegalStateException("no");
            case ERROR -> new OutOfMemoryError("no");
        };
        if (fault == Fault.NULL) {
            script.gives(null);
        } else {
            script.fails(thrown);
        }
        return thrown;
    }

    private Pool pool(ResetOnReturn reset) {
        return pools.pool(
                settings -> settings.size(2).prePing(true).resetOnReturn(reset).connectTimeout(ofSeconds(5)));
    }

    /// A borrower who changes all that a pool puts back, and leaves a transaction and a statement open.
    private static Checkout borrow(Pool pool) throws SQLException {
        Checkout mine = pool.checkOut("borrower");
        Connection connection = mine.connection();
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        connection.setCatalog("other");
        connection.setSchema("other");
        connection.setNetworkTimeout(Runnable::run, 1_000);
        connection.setTypeMap(Map.of("point", Object.class));
        connection.setClientInfo(new Properties());
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert into trips values (1)");
        return mine;
    }

    /// Both slots can be lent, to callers who wait for no time that passes.
    private void allIsWell(Pool pool) {
        Caller<List<Checkout>> next = Caller.start("next", () -> Pools.checkOut(pool, 2));
        List<Checkout> both = next.result();
        assertThat(both.stream().map(Pools::backend)).doesNotHaveDuplicates();
        both.forEach(Checkout::close);
        pools.check();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0); // the last may just be on its way back
    }

    // F45

    @ParameterizedTest
    @CsvSource({"connect", "getAutoCommit", "setNetworkTimeout"})
    void at_a_connect_tells_its_caller_and_costs_no_slot(String method) {
        for (Fault fault : Fault.values()) {
            Pool pool = pool(ResetOnReturn.ROLLBACK);
            Throwable thrown = play(fault, pools.database.next(method));

            Throwable told = catchThrowable(() -> pool.checkOut("first").close());

            if ((fault == Fault.EXCEPTION || fault == Fault.BUG) && method.equals("setNetworkTimeout")) {
                assertThat(told).as("a default").isNull();
            } else if (fault != Fault.NULL) {
                assertThat(told)
                        .as(method + " " + fault)
                        .isInstanceOf(ConnectFailedException.class)
                        .hasCause(thrown);
            }
            allIsWell(pool);
        }
    }

    @ParameterizedTest
    @CsvSource({"getMetaData", "DatabaseMetaData.getIdentifierQuoteString"})
    void that_says_nothing_of_itself_is_lent_from_all_the_same(String method) throws Exception {
        for (Fault fault : List.of(Fault.EXCEPTION, Fault.BUG, Fault.ERROR, Fault.NULL)) {
            Pool pool = pool(ResetOnReturn.ROLLBACK);
            play(fault, pools.database.next(method));

            pool.checkOut("first").close();

            allIsWell(pool);
        }
    }

    @Test
    void at_a_check_has_its_connection_replaced() throws Exception {
        for (Fault fault : Fault.values()) {
            Pool pool = pool(ResetOnReturn.ROLLBACK);
            Checkout first = pool.checkOut("first");
            first.close();
            play(fault, pools.database.next("isValid"));

            try (Checkout second = pool.checkOut("second")) {
                assertThat(Pools.backend(second)).as(fault.toString()).isNotSameAs(Pools.backend(first));
            }
            allIsWell(pool);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Statement.close",
        "rollback",
        "commit",
        "setAutoCommit",
        "setNetworkTimeout",
        "setReadOnly",
        "setTransactionIsolation",
        "setHoldability",
        "setCatalog",
        "setSchema",
        "setTypeMap",
        "setClientInfo",
        "clearWarnings"
    })
    void at_a_check_in_has_its_connection_closed_and_an_error_passed_on(String method) throws Exception {
        for (Fault fault : List.of(Fault.EXCEPTION, Fault.LOST, Fault.BUG, Fault.ERROR)) {
            Pool pool = pool(method.equals("commit") ? ResetOnReturn.COMMIT : ResetOnReturn.ROLLBACK);
            Checkout mine = borrow(pool);
            Throwable thrown = play(fault, pools.database.next(method));

            Throwable told = catchThrowable(mine::close);

            assertThat(told).as(method + " " + fault).isSameAs(fault == Fault.ERROR ? thrown : null);
            Backend backend = Pools.backend(mine);
            pools.database.await(it -> !backend.isOpen());
            allIsWell(pool);
        }
    }

    @ParameterizedTest
    @CsvSource({"Statement.close", "rollback", "setAutoCommit", "setSchema", "clearWarnings"})
    void at_the_check_in_of_a_shared_connection_has_it_closed_once_all_have_returned_it(String method)
            throws Exception {
        for (Fault fault : List.of(Fault.EXCEPTION, Fault.LOST, Fault.BUG, Fault.ERROR)) {
            Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
            Checkout mine = borrow(pool);
            Checkout other = pool.checkOut("other");
            other.connection().createStatement().execute("select 1");
            Throwable thrown = play(fault, pools.database.next(method));

            Throwable first = catchThrowable(mine::close);
            Throwable last = catchThrowable(other::close);

            Throwable told = first == null ? last : first;
            assertThat(told).as(method + " " + fault).isSameAs(fault == Fault.ERROR ? thrown : null);
            Backend backend = Pools.backend(mine);
            pools.database.await(it -> !backend.isOpen());
            Caller.start("next", () -> pool.checkOut("next")).result().close();
            pools.check();
        }
    }

    @Test
    void at_a_close_costs_no_slot() throws Exception {
        for (Fault fault : List.of(Fault.EXCEPTION, Fault.LOST, Fault.BUG, Fault.ERROR)) {
            Pool pool = pool(ResetOnReturn.ROLLBACK);
            Checkout mine = pool.checkOut("first");
            mine.invalidate(null);
            play(fault, pools.database.next("close"));

            mine.close();

            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0); // the driver has thrown by then
            ((Loan) mine).driver().close(); // at the second try
            allIsWell(pool);
        }
    }

    // F46

    @Test
    void whose_close_hangs_has_its_slot_back_after_the_connect_timeout() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Checkout mine = pool.checkOut("first");
        mine.invalidate(null);
        Gate close = pools.database.next("close").hangsDeaf();
        mine.close();
        close.awaitHanging(1);
        pools.clock.awaitParked(1);
        assertThat(pool.snapshot().connecting()).isEqualTo(1);

        pools.clock.advance(ofSeconds(5));

        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0 && snapshot.abandoned() == 1);
        List<Checkout> both = Pools.checkOut(pool, 2);
        close.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0);
        both.forEach(Checkout::close);
        allIsWell(pool);
    }

    @Test
    void whose_every_close_hangs_leaves_no_more_behind_than_the_pool_has_slots() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Gate closes = pools.database.every("close").hangsDeaf();
        for (int i = 0; i < 4; i++) {
            Checkout mine = pool.checkOut("borrower " + i);
            mine.invalidate(null);
            mine.close();
            closes.awaitHanging(i + 1);
            pools.clock.awaitParked(Math.max(1, i - 1));
            pools.clock.advance(ofSeconds(5));
            int abandoned = Math.min(2, i + 1);
            Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == abandoned);
        }

        assertThat(pool.snapshot())
                .extracting(PoolSnapshot::connecting, PoolSnapshot::abandoned)
                .containsExactly(2, 2);
        assertThat(pools.database.open()).isEqualTo(4);
        pools.database.every("close").works();
        closes.open();
        allIsWell(pool);
    }

    @Test
    void whose_connects_hang_deaf_leaves_no_more_behind_either() {
        Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
        Gate connects = pools.database.every("connect").hangsDeaf();
        Caller<Checkout> first = pools.waiting("first", pool);
        connects.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(5));
        assertThat(first.failure()).isInstanceOf(ConnectFailedException.class);

        Caller<Checkout> second = pools.waiting("second", pool);
        connects.awaitHanging(2);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(29));
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(1));

        assertThat(second.failure()).isInstanceOf(PoolTimeoutException.class);
        pools.clock.awaitParked(1); // until then its connect is not given up
        assertThat(pool.snapshot())
                .extracting(PoolSnapshot::connecting, PoolSnapshot::abandoned)
                .containsExactly(1, 1);
        pools.database.every("connect").works();
        connects.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0 && snapshot.connecting() == 0);
        pools.database.await(it -> it.open() == 0); // both came too late
    }

    /// Two of them are given up; there may be no more, and the third has its slot still.
    @Test
    void whose_checks_hang_deaf_does_not_keep_from_a_caller_that_no_other_can_be_opened() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).prePing(true).connectTimeout(ofMillis(200)));
        Pools.checkOut(pool, 2).forEach(Checkout::close);
        Gate checks = pools.database.every("isValid").hangsDeaf();
        Caller<Checkout> first = pools.waiting("first", pool);
        for (int hanging = 1; hanging <= 2; hanging++) {
            checks.awaitHanging(hanging);
            pools.clock.awaitParked(2);
            pools.clock.advance(ofMillis(200));
        }
        assertThat(first.failure()).isInstanceOf(ConnectFailedException.class);
        pool.checkOut("opens one").close();
        pools.database.every("connect").fails(new SQLException("no", "08001"));
        Caller<Checkout> second = pools.waiting("second", pool);
        checks.awaitHanging(3);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofMillis(200));

        assertThat(second.failure()).isInstanceOf(ConnectFailedException.class);
        pools.database.every("isValid").works();
        checks.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0 && snapshot.connecting() == 0);
    }

    @Test
    void whose_connects_hang_has_them_interrupted_and_their_slots_back_though_others_never_came_back() {
        Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
        Gate deaf = pools.database.next("connect").hangsDeaf();
        Caller<Checkout> first = pools.waiting("first", pool);
        deaf.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(5));
        assertThat(first.failure()).isInstanceOf(ConnectFailedException.class);
        Gate listens = pools.database.next("connect").hangs();
        Caller<Checkout> second = pools.waiting("second", pool);
        listens.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofSeconds(5));

        assertThat(second.failure()).isInstanceOf(ConnectFailedException.class);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 1 && snapshot.connecting() == 0);
        deaf.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0);
    }

    @Test
    void whose_close_hangs_does_not_keep_the_pool_from_closing() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        pool.checkOut("first").close();
        Gate close = pools.database.next("close").hangsDeaf();
        Caller<Boolean> closer = Caller.start("closer", () -> {
            pool.close(ofSeconds(3));
            return true;
        });
        close.awaitHanging(1);
        pools.clock.awaitParked(closer.thread());

        pools.clock.advance(ofSeconds(3));

        assertThat(closer.result()).isTrue();
        close.open();
        Pools.settle(pool);
    }

    @Test
    void whose_abort_hangs_does_not_keep_the_pool_from_closing_either() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        List<Checkout> lent = Pools.checkOut(pool, 2);
        Gate aborts = pools.database.every("abort").hangsDeaf();

        pool.close(Duration.ZERO);

        aborts.awaitHanging(2);
        aborts.open();
        lent.forEach(Checkout::close);
        Pools.settle(pool);
    }

    // F47

    @Test
    void that_calls_a_dead_connection_alive_is_found_out_by_the_first_statement() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        pool.checkOut("first").close();
        pools.database.next("isValid").runs(pools.database::killConnections).gives(true);

        try (Checkout mine = pool.checkOut("deceived")) {
            assertThat(catchThrowable(() -> mine.connection().createStatement().execute("select 1")))
                    .isInstanceOf(SQLException.class);
        }

        allIsWell(pool);
    }

    @ParameterizedTest
    @CsvSource({"isValid", "rollback", "setAutoCommit"})
    void cannot_take_a_callers_interrupt_back(String method) throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).prePing(true));
        pool.checkOut("first").close();
        Caller<Boolean> caller = Caller.start("caller", () -> {
            Checkout mine = borrow(pool);
            Thread.currentThread().interrupt();
            mine.close();
            boolean flag = Thread.currentThread().isInterrupted();
            return flag;
        });
        pools.database.every(method).runs(AFaultyDriverTest::clearFlag).works();

        assertThat(caller.result()).isTrue();
        pools.database.every(method).works();
    }

    private static void clearFlag() {
        boolean ignored = Thread.interrupted();
    }

    // F48

    @Test
    void that_leaves_no_memory_for_threads_costs_no_slot() throws Exception {
        for (int spared = 0; spared < 12; spared++) {
            Scheduling real = pools.scheduling();
            int[] left = {spared};
            boolean[] scarce = {true};
            Scheduling scarceThreads = new Scheduling(
                    pools.clock,
                    pools.clock::parkNanos,
                    pools.clock::unpark,
                    task -> {
                        if (scarce[0] && left[0]-- <= 0) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        real.executor().execute(task);
                    },
                    real.random(),
                    Deadlines.NEAR);
            Pool pool = pools.pool(settings -> settings.size(2).prePing(true).scheduling(scarceThreads));
            for (int i = 0; i < 4; i++) {
                Throwable told = catchThrowable(() -> {
                    Checkout mine = pool.checkOut("short of memory", Duration.ofSeconds(1));
                    mine.invalidate(null);
                    mine.close();
                });
                if (told != null) {
                    assertThat(told).isInstanceOf(ConnectFailedException.class).hasRootCauseInstanceOf(Error.class);
                }
            }
            scarce[0] = false;
            allIsWell(pool);
        }
    }

    private static @Nullable String noMemory() {
        throw new OutOfMemoryError("no");
    }

    @Test
    void is_not_needed_for_a_label_or_a_listener_that_has_no_memory_to_cost_no_slot() throws Exception {
        PoolListener listener = new PoolListener() {
            @Override
            public void checkedIn(String connection, @Nullable String label) {
                noMemory();
            }

            @Override
            public void closed(String connection) {
                noMemory();
            }
        };
        boolean[] scarce = {true};
        Pool pool = pools.pool(
                settings -> settings.size(2).listener(listener).label(() -> scarce[0] ? noMemory() : "enough"));
        for (int i = 0; i < 4; i++) {
            assertThat(catchThrowable(pool::getConnection)).isInstanceOf(OutOfMemoryError.class);
            Checkout mine = pool.checkOut("given");
            mine.invalidate(null);
            mine.close();
        }
        scarce[0] = false;

        allIsWell(pool);
    }
}
