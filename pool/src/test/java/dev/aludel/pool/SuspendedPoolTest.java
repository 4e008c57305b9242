package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reliability F51.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SuspendedPoolTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void has_no_connection_when_nobody_had_one() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Pools.checkOut(pool, 2).forEach(Checkout::close);

        assertThat(pool.suspend(ofSeconds(5))).isTrue();

        assertThat(pools.database.open()).isZero();
        assertThat(pool.snapshot().suspended()).isTrue();
    }

    @Test
    void waits_for_lent_connections() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Boolean> suspending = Caller.start("suspending", () -> pool.suspend(ofSeconds(5)));
        pools.clock.awaitParked(suspending.thread());

        lent.close();

        assertThat(suspending.result()).isTrue();
        assertThat(pools.database.open()).isZero();
    }

    @Test
    void says_when_some_did_not_come_back_in_time_and_closes_them_when_they_do() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);

        assertThat(pool.suspend(ZERO)).isFalse();

        assertThat(lent.connection().isValid(1)).isTrue();
        lent.close();
        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void lets_callers_wait_until_it_is_resumed() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.suspend(ZERO);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        assertThat(pools.database.opened()).isZero();

        pool.resume();

        waiting.result().close();
        assertThat(pool.snapshot().suspended()).isFalse();
    }

    @Test
    void hands_what_comes_back_to_nobody() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        pool.suspend(ZERO);

        lent.close();

        pools.database.await(it -> it.open() == 0);
        Pools.settle(pool);
        assertThat(waiting.isDone()).isFalse();
        pool.resume();
        waiting.result().close();
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void closes_what_was_being_opened() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        var stalled = pools.database.next("connect").hangs();
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        stalled.awaitHanging(1);
        pool.suspend(ZERO);

        stalled.open();

        pools.database.await(it -> it.closed() == 1);
        assertThat(waiting.isDone()).isFalse();
        pool.resume();
        waiting.result().close();
    }

    @Test
    void does_not_lend_a_connection_of_before_even_when_it_comes_back_after_the_resume() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout before = pool.checkOut(null);
        pool.suspend(ZERO);
        pool.resume();

        before.close();

        try (Checkout after = pool.checkOut(null)) {
            assertThat(Pools.backend(after).number()).isEqualTo(2);
        }
    }

    @Test
    void names_itself_as_the_cause_of_a_timeout() {
        Pool pool = pools.pool(settings -> settings.size(2).name("trips").timeout(ofMillis(300)));
        pool.suspend(ZERO);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);

        pools.clock.advance(ofMillis(300));

        PoolTimeoutException timeout = (PoolTimeoutException) waiting.failure();
        assertThat(timeout.explanation().diagnoses()).containsExactly(new Diagnosis.Suspended(ofMillis(300)));
        assertThat(timeout.getMessage()).isEqualTo("""
                        Pool 'trips': no connection within 0.30 s (open 0 of 2, connecting 0)
                        why:  the pool is suspended, since 0.30 s (certain)
                        load: no connection came back during this wait, 0 waiting
                        try:  call resume() on the pool when what it was suspended for is done
                        see:  docs/errors/pool-timeout.md""");
    }

    @Test
    void opens_none_that_shall_be_ready_before_it_is_resumed() {
        Pool pool = pools.pool(settings -> settings.size(2).minIdle(1));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        pool.suspend(ofSeconds(1));
        pools.clock.advance(ofSeconds(3));
        assertThat(pools.database.opened()).isEqualTo(1);

        pool.resume();

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void can_be_suspended_and_resumed_twice() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));

        pool.resume();
        pool.suspend(ZERO);
        pool.suspend(ZERO);
        pool.resume();
        pool.resume();

        pool.checkOut(null).close();
    }

    @Test
    void can_be_closed() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.suspend(ZERO);
        List<Caller<Checkout>> waiting = List.of(pools.waiting("one", pool), pools.waiting("two", pool));

        pool.close();

        for (Caller<Checkout> caller : waiting) {
            assertThat(caller.failure()).hasMessage("Pool 'default' is closed: build a new one");
        }
        assertThatThrownBy(pool::getConnection).hasMessage("Pool 'default' is closed: build a new one");
    }
}
