package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A call of the driver that did not come to its end: nobody knows what the server still sends.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ACallHalfWayTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged log = new Logged();

    private Pool pool() {
        return pools.pool(settings -> settings.size(1).name("trips"));
    }

    private static boolean execute(Connection connection) throws SQLException {
        return connection.createStatement().execute("select pg_sleep(60)");
    }

    // reliability row F31

    @Test
    void is_cancelled_when_another_thread_closes_the_connection_which_is_not_lent_again() throws Exception {
        Pool pool = pool();
        Checkout mine = pool.checkOut("mine");
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> caller = Caller.start("caller", () -> execute(mine.connection()));
        running.awaitHanging(1);

        mine.close();

        assertThat(caller.failure()).isInstanceOf(SQLException.class);
        try (Checkout next = pool.checkOut("next")) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
        pools.database.await(it -> it.open() == 1);
        assertThat(pools.database.log(1)).contains("Statement.cancel");
        assertThat(log.lines(Level.WARN))
                .containsExactly("Connection trips#1 was closed while a call of the driver ran on it: cutting it");
    }

    @Test
    void is_cut_too_if_a_short_call_of_the_closing_thread_came_and_went_meanwhile() throws Exception {
        FakeDatabase database = new FakeDatabase(); // whose connections may meet
        try (Pool pool = Pool.of(
                settings -> settings.connections(database::connect).size(1).name("trips"))) {
            Checkout mine = pool.checkOut("mine");
            Gate running = database.next("execute").hangs();
            Caller<Boolean> caller = Caller.start("caller", () -> execute(mine.connection()));
            running.awaitHanging(1);

            assertThat(mine.connection().isValid(1)).isTrue();
            mine.close();

            assertThat(caller.failure()).isInstanceOf(SQLException.class);
            try (Checkout next = pool.checkOut("next")) {
                assertThat(Pools.backend(next).number()).isEqualTo(2);
            }
            assertThat(log.lines(Level.WARN))
                    .contains("Connection trips#1 was closed while a call of the driver ran on it: cutting it");
        }
    }

    @Test
    void holds_nobody_up_whose_driver_is_deaf() throws Exception {
        Pool pool = pool();
        Checkout mine = pool.checkOut("mine");
        Gate running = pools.database.next("execute").hangsDeaf();
        Caller<Boolean> caller = Caller.start("caller", () -> execute(mine.connection()));
        running.awaitHanging(1);

        mine.close();

        try (Checkout next = pool.checkOut("next")) {
            assertThat(Pools.backend(next).number()).isEqualTo(2);
        }
        running.open();
        assertThat(catchThrowable(caller::result)).isInstanceOfAny(AssertionError.class, SQLException.class);
    }

    // reliability row F29

    @RepeatedTest(20)
    void is_not_what_ten_threads_make_that_close_at_once() throws Exception {
        Pool pool = pool();
        Checkout mine = pool.checkOut("mine");
        CountDownLatch ready = new CountDownLatch(10);
        AtomicInteger over = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                mine.close();
                over.incrementAndGet();
            });
        }
        try (Checkout next = pool.checkOut("next")) {
            Await.until(() -> over.get() == 10, () -> over + " have closed");
            assertThat(next.connection().isClosed()).isFalse();
            assertThat(Pools.backend(next).number()).isEqualTo(1);
            assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
        }
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    // reliability row F32

    @Test
    void that_meets_one_of_another_thread_is_told_of_once_with_both_places() throws Exception {
        FakeDatabase database = new FakeDatabase(); // whose connections may meet
        Pool pool = Pool.of(
                settings -> settings.connections(database::connect).size(1).name("trips"));
        for (int i = 0; i < 2; i++) {
            CountDownLatch lent = new CountDownLatch(1);
            Gate running = database.next("execute").hangs();
            Checkout[] theirs = new Checkout[1];
            Caller<Boolean> owner = Caller.start("owner", () -> {
                theirs[0] = pool.checkOut("owner");
                lent.countDown();
                return execute(theirs[0].connection());
            });
            lent.await();
            running.awaitHanging(1);

            Caller<Boolean> guest =
                    Caller.start("guest", () -> theirs[0].connection().isValid(1));
            assertThat(guest.result()).isTrue();
            running.open();
            assertThat(owner.result()).isTrue();
            theirs[0].close();
        }
        pool.close();

        assertThat(log.lines(Level.WARN))
                .hasSize(1)
                .first()
                .asString()
                .matches(
                        "Connection trips#1 is used by two threads at the same time: by one in ACallHalfWayTest\\S+, and by the"
                                + " one that checked it out, in ACallHalfWayTest\\.execute\\S+\\. Give each a connection of its"
                                + " own \\(this is said once\\)");
    }

    @Test
    void is_not_what_a_connection_is_in_that_is_passed_from_thread_to_thread() throws Exception {
        Pool pool = pool();
        try (Checkout mine = pool.checkOut("mine")) {
            assertThat(Caller.start("other", () -> mine.connection().isValid(1)).result())
                    .isTrue();
            assertThat(mine.connection().isValid(1)).isTrue();
        }

        assertThat(log.lines(Level.WARN)).isEmpty();
    }

    // reliability row F34

    @Test
    void because_of_an_interrupt_costs_the_connection() throws Exception {
        Pool pool = pool();
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> caller = Caller.start("caller", () -> {
            try (Checkout mine = pool.checkOut("mine")) {
                Throwable told = catchThrowable(() -> execute(mine.connection()));
                assertThat(told).isInstanceOf(SQLException.class);
                return Thread.currentThread().isInterrupted();
            }
        });
        running.awaitHanging(1);

        caller.interrupt();

        assertThat(caller.result()).isTrue();
        assertThat(Pools.backend(pool.checkOut("next")).number()).isEqualTo(2);
    }

    @Test
    void is_known_by_the_flag_or_by_the_cause_whatever_the_driver_calls_it() throws Exception {
        List<SQLException> known = List.of(
                new SQLException("no", "HY000", new InterruptedException()),
                new SQLException("no", "HY000", new RuntimeException(new InterruptedIOException())),
                new SQLException("no", "HY000", new SocketTimeoutException()));
        for (SQLException thrown : known) {
            assertThat(isLentAgainAfter(thrown, false))
                    .as(thrown.getCause() + "")
                    .isFalse();
        }
        assertThat(isLentAgainAfter(new SQLException("no", "HY000"), true)).isFalse();
        assertThat(isLentAgainAfter(new SQLException("no", "HY000"), false)).isTrue();
        assertThat(isLentAgainAfter(new SQLException("canceling statement due to its timeout", "57014"), false))
                .isTrue();
    }

    private boolean isLentAgainAfter(SQLException thrown, boolean interrupted) throws Exception {
        Pool pool = pool();
        Caller<Integer> caller = Caller.start("caller", () -> {
            try (Checkout mine = pool.checkOut("mine")) {
                pools.database.next("execute").fails(thrown);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                assertThat(catchThrowable(() -> execute(mine.connection()))).isSameAs(thrown);
                return Pools.backend(mine).number();
            }
        });
        int before = caller.result();
        try (Checkout next = pool.checkOut("next")) {
            return Pools.backend(next).number() == before;
        }
    }
}
