package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.VirtualClock;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckoutTimeoutTest {
    @RegisterExtension
    final Pools pools = new Pools();

    /// A clock whose nanoseconds pass from the greatest number to the least within the test.
    @RegisterExtension
    final Pools late = new Pools(new VirtualClock(Long.MAX_VALUE - 1_000_000));

    @Test
    void ends_the_wait_after_the_pools_timeout_and_not_before() throws Exception {
        // connection-model row 29
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(3).maxOverflow(0).timeout(ofSeconds(2)));
        Pools.checkOut(pool, 3);
        Caller<Checkout> fourth = pools.waiting("fourth", pool);

        pools.clock.advance(ofSeconds(2).minusNanos(1));
        pools.clock.awaitParked(fourth.thread());
        pools.clock.advance(ofNanos(1));

        assertThat(fourth.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageStartingWith(
                        "QueuePool limit of size 3 overflow 0 reached, connection timed out, timeout 2.00");
        assertThat(pool.snapshot().timeouts()).isEqualTo(1);
    }

    @Test
    void of_many_at_a_time_looks_at_the_holders_once() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(0).timeout(ofSeconds(3)));
        Pools.checkOut(pool, 2);
        List<Caller<Checkout>> callers = IntStream.range(0, 20)
                .mapToObj(i -> pools.waiting("caller " + i, pool))
                .toList();
        pools.clock.advance(ofSeconds(3));

        List<List<Holder>> seen = callers.stream()
                .map(caller ->
                        ((PoolTimeoutException) caller.failure()).explanation().holders())
                .toList();
        assertThat(seen).allSatisfy(holders -> assertThat(holders).isSameAs(seen.getFirst()));
    }

    @Test
    void counts_fractions_of_a_second() throws Exception {
        // connection-model row 30
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).timeout(ofMillis(500)));
        Pools.checkOut(pool, 1);
        Caller<Checkout> second = pools.waiting("second", pool);

        pools.clock.advance(ofMillis(499));
        pools.clock.awaitParked(second.thread());
        pools.clock.advance(ofMillis(1));

        assertThat(second.failure()).hasMessageContaining("timeout 0.50");
    }

    @Test
    void lets_none_of_many_racing_callers_fail_early() throws Exception {
        // connection-model row 31
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(3).maxOverflow(0).timeout(ofSeconds(3)));
        List<Caller<Checkout>> callers = IntStream.range(0, 10)
                .mapToObj(i -> Caller.start("caller " + i, () -> pool.checkOut("caller " + i)))
                .toList();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 3 && snapshot.waiting() == 7);

        pools.clock.advance(ofSeconds(3).minusNanos(1));
        assertThat(pool.snapshot().timeouts()).isZero();
        pools.clock.advance(ofNanos(1));

        Await.until(
                () -> callers.stream().allMatch(Caller::isDone),
                () -> pool.snapshot().toString());
        assertThat(pool.snapshot().timeouts()).isEqualTo(7);
    }

    @Test
    void can_be_read_back_in_whole_seconds() {
        // connection-model row 32
        assertThat(loginTimeout(ofSeconds(7))).isEqualTo(7);
        assertThat(loginTimeout(ofMillis(1))).isEqualTo(1);
        assertThat(loginTimeout(ofMillis(7_001))).isEqualTo(8);
        assertThat(loginTimeout(Duration.ofDays(365))).isEqualTo(365 * 24 * 3600);
    }

    private int loginTimeout(Duration timeout) {
        return pools.pool(Settings.sqlalchemy(), settings -> settings.timeout(timeout))
                .getLoginTimeout();
    }

    @Test
    void of_zero_takes_what_is_idle() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).close();

        assertThat(pool.checkOut("hasty", ZERO).label()).isEqualTo("hasty");
    }

    @Test
    void of_zero_never_parks() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Pools.checkOut(pool, 1);

        // a caller who parked would stay so: nobody moves the clock
        assertThatThrownBy(() -> pool.checkOut("hasty", ZERO)).isInstanceOf(PoolTimeoutException.class);
    }

    @Test
    void of_zero_on_a_pool_without_connections_has_one_opened_for_the_next() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate connect = pools.database.next("connect").hangs();

        PoolTimeoutException timeout =
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("hasty", ZERO));

        assertThat(timeout.explanation().diagnoses()).singleElement().isInstanceOf(NotConnected.ConnectSlow.class);
        connect.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(pool.checkOut("hasty", ZERO).label()).isEqualTo("hasty");
    }

    @Test
    void is_one_deadline_over_queueing_and_checking() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(1).timeout(ofSeconds(3)).prePing(true));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        Gate ping = pools.database.next("isValid").hangs();

        pools.clock.advance(ofSeconds(2));
        lent.close();
        ping.awaitHanging(1);
        pools.clock.awaitParked(waiter.thread());
        pools.clock.advance(ofSeconds(1));

        assertThat(waiter.failure()).isInstanceOf(PoolTimeoutException.class);
        ping.open();
    }

    @Test
    void is_one_deadline_over_checking_and_connecting() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(1).timeout(ofSeconds(3)).prePing(true));
        pool.checkOut(null).close();
        pools.database.next("isValid").takes(ofMillis(900), pools.clock).gives(false);
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller"));
        pools.database.await(it -> it.calls("isValid") == 1);
        pools.clock.awaitParked(caller.thread());
        Await.until(() -> pools.clock.parked() == 3, pools.clock::toString); // caller, watchdog, ping

        pools.clock.advance(ofSeconds(1));
        connect.awaitHanging(1);
        pools.clock.awaitParked(caller.thread());
        pools.clock.advance(ofSeconds(2));

        assertThat(caller.failure()).isInstanceOf(PoolTimeoutException.class);
        connect.open();
    }

    @Test
    void leaves_a_connection_that_comes_too_late_to_the_next() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(3)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.advance(ofSeconds(3));
        assertThat(caller.failure())
                .hasMessageStartingWith("Pool 'default': no connection within 3.00 s (open 0 of 1, connecting 1)");

        connect.open();

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(Pools.backend(pool.checkOut("next")).number()).isEqualTo(1);
    }

    @Test
    void may_be_given_for_one_checkout() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(30)));
        Pools.checkOut(pool, 1);
        Caller<Checkout> hasty = pools.waiting("hasty", pool, ofMillis(20).toNanos());

        pools.clock.advance(ofMillis(20));

        assertThat(hasty.failure()).hasMessageContaining("timeout 0.02");
    }

    @Test
    void may_be_longer_than_nanoseconds_can_tell() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> patient =
                Caller.start("patient", () -> pool.checkOut("patient", Duration.ofSeconds(Long.MAX_VALUE)));
        pools.clock.awaitParked(patient.thread());

        pools.clock.advance(Duration.ofDays(300));
        pools.clock.awaitParked(patient.thread());
        lent.close();

        assertThat(patient.result().label()).isEqualTo("patient");
    }

    @Test
    void may_be_a_single_nanosecond() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofNanos(1)));
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller"));
        Await.until(() -> caller.isDone() || pools.clock.isParked(caller.thread()), pools.clock::toString);

        pools.clock.advance(ofNanos(1));

        Await.until(caller::isDone, pools.clock::toString);
    }

    @Test
    void below_zero_is_refused() {
        Pool pool = pools.pool(settings -> {});

        assertThatThrownBy(() -> pool.checkOut(null, ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be 0 or more, but was PT-0.001S: give how long to wait, or Duration.ZERO not"
                        + " to wait");
    }

    @Test
    void is_right_where_nanoseconds_wrap_around() throws Exception {
        Pool pool = late.pool(settings -> settings.size(1).timeout(ofSeconds(2)));
        Pools.checkOut(pool, 1);
        Caller<Checkout> waiter = late.waiting("waiter", pool);

        late.clock.advance(ofSeconds(2).minusNanos(1));
        late.clock.awaitParked(waiter.thread());
        late.clock.advance(ofNanos(1));

        PoolTimeoutException timeout = (PoolTimeoutException) waiter.failure();
        assertThat(timeout.explanation().waited()).isEqualTo(ofSeconds(2));
        assertThat(timeout.explanation().diagnoses())
                .singleElement()
                .satisfies(diagnosis -> assertThat(((Diagnosis.HeldOutsideSql) diagnosis).outsideSql())
                        .isEqualTo(2.0));
    }

    @Test
    void has_a_state_that_frameworks_know_as_a_timeout() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Pools.checkOut(pool, 1);

        assertThatThrownBy(() -> pool.checkOut(null, ZERO))
                .isInstanceOf(SQLTransientConnectionException.class)
                .extracting("SQLState")
                .isEqualTo("HYT00");
    }
}
