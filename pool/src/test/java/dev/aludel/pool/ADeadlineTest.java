package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Callers who say until when they need a connection. What many of them make of an overload is in [OverloadTest].
@DisplayNameGeneration(ReplaceUnderscores.class)
class ADeadlineTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final List<Caller<Checkout>> waiting = new ArrayList<>();

    /// A pool of one connection that is usually held for 100 ms, for which so many wait.
    private Pool pool(int waiters) throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips").prePing(false));
        for (int i = 0; i < 3; i++) {
            Checkout checkout = pool.checkOut("teaches");
            pools.clock.advance(ofMillis(100));
            checkout.close();
        }
        Caller.start("holder", () -> pool.checkOut("holder")).result();
        for (int i = 0; i < waiters; i++) {
            waiting.add(pools.waiting("patient", pool));
        }
        return pool;
    }

    private static PoolOverloadedException refusal(Pool pool, Duration left) {
        return catchThrowableOfType(PoolOverloadedException.class, () -> pool.checkOut("hasty", () -> left));
    }

    @Test
    void is_refused_at_once_if_the_turn_would_come_after_half_of_it() throws Exception {
        Pool pool = pool(4);

        PoolOverloadedException refusal = refusal(pool, ofMillis(999));

        assertThat((Throwable) refusal)
                .hasMessageStartingWith(
                        "Pool 'trips': refused at once, as half of the time to the deadline of who asks is over before his"
                                + " turn would come (4 waiting already, held for 0.10 s each; open 1 of 1, connecting 0);"
                                + " looking back");
        assertThat(refusal.getSQLState()).isEqualTo("HYT00");
        assertThat(pool.snapshot().timeouts()).isEqualTo(1);
        assertThat(pool.snapshot().waiting()).isEqualTo(4);
    }

    @Test
    void that_can_be_met_is_waited_for() throws Exception {
        Pool pool = pool(4);
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", () -> ofSeconds(1)));
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(ofSeconds(1));

        assertThat(caller.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(PoolOverloadedException.class);
    }

    @Test
    void that_has_passed_is_refused_even_if_a_connection_is_idle() {
        Pool pool = pools.pool(settings -> settings.size(1));

        assertThat((Throwable) refusal(pool, Duration.ZERO)).isNotNull();
        assertThat((Throwable) refusal(pool, ofSeconds(-3))).isNotNull();
        assertThat(pools.database.calls("connect")).isZero();
    }

    @Test
    void says_how_much_sooner_the_turn_would_have_to_come() throws Exception {
        assertThat(refusal(pool(4), ofMillis(300)).retryAfter()).isEqualTo(ofMillis(350));
    }

    @Test
    void of_who_takes_an_idle_connection_does_not_matter() throws Exception {
        Pool pool = pool(0);
        pool.resize(2, 0);

        assertThat(pool.checkOut("caller", () -> ofMillis(10)).label()).isEqualTo("caller");
    }

    @Test
    void is_not_judged_while_nothing_is_known() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut("holder");
        pools.waiting("patient", pool);
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", () -> ofMillis(1)));
        pools.clock.awaitParked(caller.thread());

        assertThat(pool.snapshot().waiting()).isEqualTo(2);
        pools.clock.advance(ofMillis(1));
        assertThat(caller.failure()).isNotInstanceOf(PoolOverloadedException.class);
    }

    @Test
    void that_is_not_stated_is_never_refused() throws Exception {
        Pool pool = pool(1_000);

        assertThat(pools.waiting("patient", pool).thread().isAlive()).isTrue();
        assertThat(pool.snapshot().timeouts()).isZero();
    }

    /// It is known by its scope, whichever thread has checked out.
    @Test
    void of_work_that_has_a_connection_already_is_not_refused() throws Exception {
        Pool pool = pool(0);
        pool.resize(2, 0);
        Borrower request = Borrower.of("GET /trips").scope("request 7");
        Checkout first =
                Caller.start("checks out", () -> pool.checkOutFor(request)).result();
        waiting.add(pools.waiting("patient", pool));
        Caller<Checkout> caller = Caller.start("goes on", () -> pool.checkOutFor(request.deadline(() -> ofMillis(10))));
        Caller<Checkout> other = Caller.start(
                "other work", () -> pool.checkOutFor(request.scope("request 8").deadline(() -> ofMillis(10))));
        assertThat(other.failure()).isInstanceOf(PoolOverloadedException.class);
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(ofMillis(10));

        assertThat(caller.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(PoolOverloadedException.class);
        first.close();
    }

    /// Refusing him would waste what he has done so far.
    @Test
    void of_who_has_a_connection_already_is_not_refused() throws Exception {
        Pool pool = pool(0);
        pool.resize(2, 0);
        CountDownLatch others = new CountDownLatch(1);
        Caller<Checkout> caller = Caller.start("caller", () -> {
            try (Checkout first = pool.checkOut("first")) {
                assertThat(first.label()).isEqualTo("first");
                others.await();
                return pool.checkOut("second", () -> ofMillis(10));
            }
        });
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 2);
        waiting.add(pools.waiting("patient", pool));
        others.countDown();
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(ofMillis(10));

        assertThat(caller.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(PoolOverloadedException.class);
    }

    @Test
    void later_than_the_pools_timeout_does_not_prolong_it() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(2)));
        pool.checkOut("holder");
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", () -> ofSeconds(60)));
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(ofSeconds(2));

        assertThat(caller.failure()).isInstanceOf(PoolTimeoutException.class);
    }

    @Test
    void counts_from_when_it_was_made() {
        Deadline deadline = Deadline.in(ofSeconds(60));

        assertThat(deadline.left()).isBetween(ofSeconds(50), ofSeconds(60));
        assertThat(Deadline.in(ofSeconds(-1)).left()).isNegative();
        assertThat(Deadline.in(Duration.ofDays(100_000)).left()).isGreaterThan(Duration.ofDays(364));
    }
}
