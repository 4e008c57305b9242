package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ClosingAPoolTest {
    @RegisterExtension
    final Pools pools = new Pools();

    // reliability row F52: those who wait
    @Test
    void lends_nothing_to_who_was_given_a_connection_and_has_not_woken_yet() throws Exception {
        List<Thread> asleep = new CopyOnWriteArrayList<>();
        Consumer<Thread> wake = pools.clock::unpark;
        AtomicReference<Consumer<Thread>> unpark = new AtomicReference<>(wake);
        Scheduling usual = pools.scheduling();
        Pool pool = pools.pool(settings -> settings.size(1)
                .name("trips")
                .scheduling(new Scheduling(
                        usual.ticker(),
                        usual.park(),
                        thread -> unpark.get().accept(thread),
                        usual.executor(),
                        usual.random(),
                        usual.near())));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        unpark.set(asleep::add);
        lent.close();
        assertThat(asleep).contains(waiter.thread());

        pool.close(ZERO);
        unpark.set(wake);
        asleep.forEach(wake);

        assertThat(waiter.failure()).hasMessage("Pool 'trips' is closed: build a new one");
        Await.until(() -> pools.database.open() == 0, () -> "the connection to be closed");
    }

    private Caller<Boolean> closing(Pool pool, Duration bound) {
        return Caller.start("closer", () -> {
            pool.close(bound);
            return true;
        });
    }

    // reliability row F52: no lending
    @Test
    void refuses_who_comes_later() {
        Pool pool = pools.pool(settings -> settings.name("trips"));
        pool.close();

        assertThatThrownBy(pool::getConnection)
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasMessage("Pool 'trips' is closed: build a new one")
                .extracting("SQLState")
                .isEqualTo("08003");
        assertThatThrownBy(() -> pool.checkOut("late", ZERO)).hasMessage("Pool 'trips' is closed: build a new one");
        assertThat(pools.database.calls("connect")).isZero();
    }

    @Test
    void closes_what_is_idle() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        for (Checkout checkout : Pools.checkOut(pool, 3)) {
            checkout.close();
        }

        pool.close(ofSeconds(1)); // returns without the clock being moved

        assertThat(pools.database.closed()).isEqualTo(3);
    }

    // reliability row F52: those who wait
    @Test
    void fails_all_who_wait_each_with_an_error_of_its_own() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips"));
        Checkout lent = pool.checkOut(null);
        List<Caller<Checkout>> waiters = IntStream.range(0, 5)
                .mapToObj(i -> pools.waiting("waiter " + i, pool))
                .toList();

        Caller<Boolean> closer = closing(pool, ofSeconds(10));

        List<Throwable> errors = waiters.stream().map(Caller::failure).toList();
        assertThat(errors)
                .doesNotHaveDuplicates()
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(SQLNonTransientConnectionException.class)
                        .hasMessage("Pool 'trips' is closed: build a new one"));
        lent.close();
        assertThat(closer.result()).isTrue();
    }

    @Test
    void waits_for_what_is_lent_and_no_longer() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        Caller<Boolean> closer = closing(pool, ofSeconds(10));
        pools.clock.awaitParked(closer.thread());

        lent.get(0).close();
        pools.database.await(it -> it.closed() == 1);
        assertThat(closer.isDone()).isFalse();
        lent.get(1).close();

        assertThat(closer.result()).isTrue();
        assertThat(pools.database.aborted()).isZero();
        assertThat(pools.database.closed()).isEqualTo(2);
    }

    // reliability row F52: a time of grace
    @Test
    void lets_borrowers_finish_within_the_bound() throws Exception {
        // connection-model row 37: the model keeps what comes back after it was disposed of
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Boolean> closer = closing(pool, ofSeconds(10));
        pools.clock.awaitParked(closer.thread());

        assertThatCode(() -> lent.connection().createStatement().execute("select 1"))
                .doesNotThrowAnyException();

        lent.close();
        assertThat(closer.result()).isTrue();
    }

    // reliability row F52: the bound
    @Test
    void cuts_what_did_not_come_back_in_time() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Boolean> closer = closing(pool, ofSeconds(10));
        pools.clock.awaitParked(closer.thread());

        pools.clock.advance(ofSeconds(10).minusNanos(1));
        pools.clock.awaitParked(closer.thread());
        assertThat(Pools.backend(lent).isOpen()).isTrue();
        pools.clock.advance(ofNanos(1));

        assertThat(closer.result()).isTrue();
        pools.database.await(it -> it.aborted() == 1);
        assertThatThrownBy(() -> lent.connection().createStatement().execute("select 1"))
                .isInstanceOf(SQLException.class);
        lent.close();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() + snapshot.connecting() == 0);
    }

    // reliability row F52: cancel, then abort
    @Test
    void cuts_a_statement_that_runs() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> borrower = running(pool);
        running.awaitHanging(1);

        pool.close(ZERO);

        assertThat(borrower.failure())
                .isInstanceOf(SQLException.class)
                .hasFieldOrPropertyWithValue("SQLState", "57014");
        pools.database.await(it -> it.open() == 0 && it.calls("abort") == 1);
        assertThat(order("Statement.cancel", "abort")).containsExactly("Statement.cancel", "abort");
    }

    private List<String> order(String... methods) {
        return pools.database.calls().stream()
                .flatMap(call -> Stream.of(methods).filter(call::isNamed))
                .toList();
    }

    private Caller<Boolean> running(Pool pool) {
        return Caller.start("borrower", () -> {
            try (var connection = pool.getConnection();
                    var statement = connection.createStatement()) {
                return statement.execute("select pg_sleep(1000)");
            }
        });
    }

    @Test
    void cancels_what_runs_before_its_bound_and_ends_with_who_returns_then() {
        Pool pool = pools.pool(settings -> settings.size(2));
        Gate running = pools.database.next("execute", 2).hangs();
        List<Caller<Boolean>> borrowers = List.of(running(pool), running(pool));
        running.awaitHanging(2);
        Caller<Boolean> closer = closing(pool, ofSeconds(10));
        pools.clock.awaitParked(closer.thread());
        pools.clock.advance(Closing.CANCELLING.negated().plusSeconds(10).minusNanos(1));
        pools.clock.awaitParked(closer.thread());
        assertThat(pools.database.calls("Statement.cancel")).isZero();

        pools.clock.advance(ofNanos(1));

        borrowers.forEach(borrower -> assertThat(borrower.failure()).hasFieldOrPropertyWithValue("SQLState", "57014"));
        assertThat(closer.result()).isTrue(); // nobody moves the clock
        assertThat(pools.database.calls("abort")).isZero();
        assertThat(pools.database.open()).isZero();
    }

    @Test
    void cancels_nothing_on_a_connection_on_which_nothing_runs() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).connection().createStatement().execute("select 1");

        pool.close(ZERO);

        pools.database.await(it -> it.aborted() == 1);
        assertThat(pools.database.calls("Statement.cancel")).isZero();
    }

    @Test
    void does_not_wait_for_a_driver_whose_cancel_hangs_and_aborts_all_the_same() {
        Pool pool = pools.pool(settings -> settings.size(2));
        Gate running = pools.database.next("execute", 2).hangs();
        List<Caller<Boolean>> borrowers = List.of(running(pool), running(pool));
        running.awaitHanging(2);
        Gate cancel = pools.database.every("Statement.cancel").hangsDeaf();

        assertThat(closing(pool, ZERO).result()).isTrue();

        cancel.awaitHanging(2);
        pools.clock.awaitParked(1);
        assertThat(pools.database.calls("abort")).isZero();
        pools.clock.advance(Closing.CANCELLING);
        pools.database.await(it -> it.aborted() == 2);
        borrowers.forEach(borrower -> assertThat(borrower.failure()).isInstanceOf(SQLException.class));
        cancel.open();
    }

    @Test
    void aborts_if_a_cancel_throws() {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> borrower = running(pool);
        running.awaitHanging(1);
        pools.database.next("Statement.cancel").fails(new IllegalStateException("a bug in the driver"));

        pool.close(ZERO);

        pools.database.await(it -> it.aborted() == 1);
        assertThat(borrower.failure()).isInstanceOf(SQLException.class);
    }

    @Test
    void cancels_what_one_runs_on_a_shared_connection_before_another_has_it_aborted() throws Exception {
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        Checkout other = pool.checkOut("other");
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> borrower = running(pool);
        running.awaitHanging(1);

        pool.close(ZERO);

        assertThat(borrower.failure()).hasFieldOrPropertyWithValue("SQLState", "57014");
        pools.database.await(it -> it.open() == 0 && it.calls("abort") > 0);
        assertThat(order("Statement.cancel", "abort")).startsWith("Statement.cancel", "abort");
        other.close();
    }

    @Test
    void cancels_what_runs_through_a_lazy_handle() {
        Pool pool = pools.pool(settings -> settings.size(1).lazy(true));
        Gate running = pools.database.next("execute").hangs();
        Caller<Boolean> borrower = running(pool);
        running.awaitHanging(1);

        pool.close(ZERO);

        assertThat(borrower.failure()).hasFieldOrPropertyWithValue("SQLState", "57014");
        pools.database.await(it -> it.open() == 0 && it.calls("abort") == 1);
    }

    /// Reliability F46; found by a drawn schedule (invariant 13).
    @Test
    void does_not_wait_for_a_driver_whose_abort_hangs() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Gate abort = pools.database.next("abort").hangsDeaf();

        assertThat(closing(pool, ZERO).result()).isTrue();

        abort.awaitHanging(1);
        abort.open();
        lent.close();
    }

    @Test
    void with_a_bound_of_zero_waits_for_nobody() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null);

        pool.close(ZERO); // nobody moves the clock

        pools.database.await(it -> it.aborted() == 1);
    }

    @Test
    void goes_on_if_an_abort_throws() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        List<Checkout> lent = Pools.checkOut(pool, 2); // of which either may be the one that is not cut
        pools.database.next("abort").fails(new IllegalStateException("a bug in the driver"));

        pool.close(ZERO);

        pools.database.await(it -> it.calls("abort") == 2 && it.aborted() == 1);
        for (Checkout each : lent) {
            ((Loan) each).driver().close();
        }
    }

    // reliability row F52
    @Test
    void twice_is_the_same_as_once() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).close();

        pool.close(ofSeconds(1));
        pool.close(ofSeconds(1));
        pool.close();

        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void that_was_never_used_takes_no_time() {
        Pool pool = pools.pool(settings -> {});

        pool.close();

        assertThat(pool.snapshot())
                .extracting("idle", "checkedOut", "connecting")
                .containsExactly(0, 0, 0);
    }

    // reliability row F52
    @Test
    void while_a_connection_is_being_opened_closes_it_when_it_comes() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        Caller<Boolean> closer = closing(pool, ofSeconds(10));
        assertThat(caller.failure()).hasMessageContaining("is closed");
        pools.clock.awaitParked(closer.thread());

        connect.open();

        assertThat(closer.result()).isTrue();
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void by_an_interrupted_thread_does_not_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null);
        Caller<Boolean> closer = Caller.start("closer", () -> {
            Thread.currentThread().interrupt();
            pool.close(ofSeconds(10));
            return Thread.currentThread().isInterrupted();
        });

        assertThat(closer.result()).isTrue();
        pools.database.await(it -> it.aborted() == 1);
    }

    @Test
    void ends_the_waiting_of_those_who_close_overflow() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(1));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        lent.get(1).close();
        lent.get(0).close();
        pools.clock.awaitParked(1);

        pool.close(ofSeconds(1));

        pools.clock.awaitParked(0);
    }

    @RepeatedTest(50)
    void while_callers_come_and_go_leaves_nothing_open() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(1));
        CountDownLatch started = new CountDownLatch(8);
        List<Caller<Integer>> callers = IntStream.range(0, 8)
                .mapToObj(i -> Caller.start(Thread.ofPlatform().daemon(), () -> comeAndGo(pool, started)))
                .toList();
        started.await();

        pool.close(ofSeconds(10));

        callers.forEach(caller -> assertThat(caller.failure()).hasMessageContaining("is closed"));
        assertThat(pool.snapshot())
                .extracting("idle", "checkedOut", "connecting")
                .containsExactly(0, 0, 0);
        assertThat(pools.database.open()).isZero();
    }

    private static Integer comeAndGo(Pool pool, CountDownLatch started) throws SQLException {
        for (int i = 0; ; i++) {
            try (Checkout mine = pool.checkOut(null)) {
                if (i == 0) {
                    started.countDown();
                }
                LockSupport.parkNanos(1_000);
                if (mine.label() != null) {
                    return i;
                }
            }
        }
    }
}
