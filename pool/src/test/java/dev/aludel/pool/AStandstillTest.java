package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A process that was stopped, or had no processor, for longer than its callers may wait: when it goes on, their
/// connections are about to come back.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AStandstillTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @RegisterExtension
    final Pools pools = new Pools();

    private final Pool pool = pools.pool(
            settings -> settings.size(1).maxOverflow(0).timeout(ofSeconds(3)).prePing(true));

    private Caller<Checkout> waiting() {
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.clock.advance(ofSeconds(60));
        pools.clock.awaitParked(waiter.thread());
        return waiter;
    }

    @Test
    void leaves_a_caller_a_second() throws Exception {
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = waiting();

        pools.clock.advance(ofMillis(999));
        pools.clock.awaitParked(waiter.thread());
        lent.close();

        assertThat(waiter.result().label()).isEqualTo("waiter");
    }

    @Test
    void leaves_a_caller_no_more_than_that() throws Exception {
        Pools.checkOut(pool, 1);
        Caller<Checkout> waiter = waiting();

        pools.clock.advance(ofSeconds(1));

        assertThat(waiter.failure()).isInstanceOf(PoolTimeoutException.class);
    }

    @Test
    void leaves_one_second_to_queueing_and_checking_together() throws Exception {
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = waiting();
        Gate ping = pools.database.next("isValid").hangs();

        pools.clock.advance(ofMillis(400));
        pools.clock.awaitParked(waiter.thread());
        lent.close();
        ping.awaitHanging(1);
        pools.clock.awaitParked(waiter.thread());
        pools.clock.advance(ofMillis(599));
        pools.clock.awaitParked(waiter.thread());
        pools.clock.advance(ofMillis(1));

        assertThat(waiter.failure()).isInstanceOf(PoolTimeoutException.class);
        ping.open();
    }

    private static Waiter queued(long deadline) {
        return new Waiter(new Accounts().of("waiter", null), 0, deadline);
    }

    @Test
    void leaves_the_second_to_whoever_is_late_for_the_first_time_when_it_waits_again() {
        Waiter again = queued(3 * SECOND).again();

        assertThat(again.until()).isEqualTo(3 * SECOND);
        assertThat(again.untilWoken(60 * SECOND)).isEqualTo(61 * SECOND);
    }

    @Test
    void leaves_the_second_once() {
        Waiter queued = queued(3 * SECOND);
        assertThat(queued.untilWoken(60 * SECOND)).isEqualTo(61 * SECOND);

        assertThat(queued.untilWoken(90 * SECOND)).isEqualTo(61 * SECOND);
        assertThat(queued.again().untilWoken(90 * SECOND)).isEqualTo(61 * SECOND);
    }

    @Test
    void is_not_what_ends_within_a_second_of_the_deadline() {
        assertThat(queued(3 * SECOND).untilWoken(4 * SECOND)).isEqualTo(3 * SECOND);
    }

    @Test
    void leaves_nothing_to_who_would_not_wait() {
        assertThat(queued(0).untilWoken(60 * SECOND)).isZero();
    }
}
