package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A pool that lets only so many wait. (reliability row F44)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ABoundedQueueTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool(int size, int maxWaiting) {
        return pools.pool(settings ->
                settings.name("trips").size(size).maxWaiting(maxWaiting).timeout(ofSeconds(3)));
    }

    /// Has somebody ask who must be refused, and returns the error.
    private static PoolOverloadedException refusal(Pool pool, String label) {
        Throwable thrown = catchThrowable(() -> pool.checkOut(label));
        assertThat(thrown).as(label).isInstanceOf(PoolOverloadedException.class);
        return (PoolOverloadedException) thrown;
    }

    /// Starts callers who wait, for what others have or for the server.
    private List<Caller<Checkout>> waiting(Pool pool, int callers) {
        return IntStream.range(0, callers)
                .mapToObj(i -> pools.waiting("caller " + i, pool))
                .toList();
    }

    @Test
    void refuses_at_once_who_finds_as_many_waiting_as_may() throws Exception {
        Pool pool = pool(1, 2);
        Checkout only = pool.checkOut("holder");
        List<Caller<Checkout>> two = waiting(pool, 2);

        refusal(pool, "third");

        assertThat(pool.snapshot().waiting()).isEqualTo(2);
        only.close();
        two.get(0).result().close();
        two.get(1).result().close();
    }

    @Test
    void lets_the_next_one_in_after_one_has_left() throws Exception {
        Pool pool = pool(1, 1);
        Checkout only = pool.checkOut("holder");
        Caller<Checkout> impatient = pools.waiting("impatient", pool, 1_000);
        refusal(pool, "too early");
        pools.clock.advance(Duration.ofNanos(1_000));
        assertThat(impatient.failure()).isNotInstanceOf(PoolOverloadedException.class);

        Caller<Checkout> next = pools.waiting("next", pool);
        refusal(pool, "too early again");

        only.close();
        next.result().close();
    }

    @Test
    void lets_the_next_one_in_after_one_was_served() throws Exception {
        Pool pool = pool(1, 1);
        Checkout only = pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("first", pool);
        only.close();
        Checkout his = first.result();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 0); // he is counted out a moment later

        Caller<Checkout> second = pools.waiting("second", pool);

        his.close();
        second.result().close();
    }

    @Test
    void counts_who_waits_for_a_connection_that_is_being_opened() {
        Pool pool = pool(20, 5);
        Gate connects = pools.database.every("connect").hangs();
        List<Caller<Checkout>> burst = waiting(pool, 5);

        refusal(pool, "sixth");

        connects.open();
        burst.forEach(caller -> caller.result().close());
    }

    @Test
    void lets_more_wait_when_the_pool_may_have_more() throws Exception {
        Pool pool = pool(1, 1);
        pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("first", pool);
        refusal(pool, "before");

        pool.resize(2, 0);
        first.result();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 0); // he is counted out a moment later
        pools.waiting("second", pool);

        refusal(pool, "one more");
    }

    @Test
    void never_refuses_who_had_his_turn_and_whose_connection_has_to_be_checked() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxWaiting(1).prePing(true));
        Checkout only = pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("first", pool);
        Gate ping = pools.database.next("isValid").hangs();

        only.close();
        ping.awaitHanging(1);

        refusal(pool, "second"); // the first still waits
        ping.open();
        first.result().close();
    }

    @Test
    void holds_while_the_pool_is_suspended() throws Exception {
        Pool pool = pool(2, 1);
        pool.checkOut("before").close();
        pool.suspend(Duration.ZERO);
        Pools.settle(pool);
        Caller<Checkout> first = pools.waiting("first", pool);

        PoolOverloadedException second = refusal(pool, "second");

        assertThat(second.explanation().diagnoses()).singleElement().isInstanceOf(Diagnosis.Suspended.class);
        pool.resume();
        first.result().close();
    }

    @Test
    void is_told_of_with_its_reason_in_words_and_as_data() throws Exception {
        Pool pool = pool(1, 1);
        Caller<Checkout> holder = Caller.start("holder", () -> pool.checkOut("GET /holds"));
        assertThat(holder.result().label()).isEqualTo("GET /holds");
        Caller<Checkout> waits = pools.waiting("GET /trips", pool);
        pools.clock.advance(ofSeconds(2));

        PoolOverloadedException refusal = refusal(pool, "GET /trips");

        assertThat((Throwable) refusal).hasMessageStartingWith("""
                        Pool 'trips': refused at once, with 1 waiting already (maxWaiting 1; open 1 of 1, connecting 0); looking back 2.0 s
                        why:  of 2.0 connection-seconds during this wait, 2.0 were held outside SQL: GET /holds 2.0; the threads that checked 1 of them out have ended, and nobody has used these for up to 2.0 s (likely)
                        who:  1 × GET /holds,""").hasMessageEndingWith("""

                        load: no connection came back during this wait, 1 waiting
                        try:  put the connection that GET /holds checks out in try-with-resources; if another thread goes on with it, have that one return it sooner
                        see:  docs/errors/pool-timeout.md""");
        assertThat((Throwable) refusal).hasNoCause().extracting("SQLState").isEqualTo("HYT00");
        assertThat(refusal.getMessage()).isEqualTo(refusal.explanation().text());
        assertThat(refusal.explanation().holders()).extracting(Holder::label).containsExactly("GET /holds");
        assertThat(refusal.explanation().waiters())
                .extracting(Explanation.Queued::label)
                .containsExactly("GET /trips");
        assertThat(Explanation.find(new IllegalStateException(refusal))).contains(refusal.explanation());
        assertThat(waits.isDone()).isFalse();
    }

    @Test
    void is_told_of_with_the_drivers_error_if_no_more_can_be_opened() throws Exception {
        Pool pool = pool(2, 1);
        pool.checkOut("holder");
        SQLException down = new SQLException("starting up", "57P03");
        pools.database.every("connect").fails(down);
        waiting(pool, 1);
        pools.awaitQuiet();

        assertThat((Throwable) refusal(pool, "one too many")).hasRootCauseMessage("starting up");
    }

    @Test
    void tells_all_who_are_refused_at_about_the_same_time_the_same_by_an_error_of_their_own() throws Exception {
        Pool pool = pool(1, 1);
        pool.checkOut("holder");
        pools.waiting("waiter", pool);
        PoolOverloadedException first = refusal(pool, "first");
        pools.clock.advance(ofMillis(100));
        PoolOverloadedException second = refusal(pool, "second");
        pools.clock.advance(ofMillis(1));
        PoolOverloadedException third = refusal(pool, "third");

        assertThat((Throwable) second).isNotSameAs(first);
        assertThat(second.explanation()).isSameAs(first.explanation());
        assertThat(third.explanation()).isNotSameAs(first.explanation());
        pool.suspend(Duration.ZERO);
        assertThat(refusal(pool, "fourth").explanation()).isNotSameAs(third.explanation());
    }

    @Test
    void counts_who_is_refused_among_the_timeouts() throws Exception {
        Pool pool = pool(1, 1);
        pool.checkOut("holder");
        pools.waiting("waiter", pool);

        refusal(pool, "first");
        refusal(pool, "second");

        assertThat(pool.snapshot().timeouts()).isEqualTo(2);
        assertThat(pool.snapshot().checkouts()).isEqualTo(1);
    }

    @Test
    void is_none_by_default() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout only = pool.checkOut("holder");
        List<Caller<Checkout>> all = waiting(pool, 50);

        only.close();

        for (Caller<Checkout> each : all) {
            each.result().close();
        }
    }

    @Test
    void of_a_thousand_turns_away_all_others_of_a_hundred_thousand() throws Exception {
        int callers = 100_000;
        int bound = 1_000;
        Pool pool = Pool.of(settings -> settings.connections(new QuietDriver())
                .size(2)
                .maxWaiting(bound)
                .timeout(ofMinutes(5)));
        List<Checkout> both = Pools.checkOut(pool, 2);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 0);
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < callers; i++) {
            threads.add(Thread.ofVirtual().start(() -> ask(pool, served, refused)));
        }
        Await.until(
                () -> refused.get() == callers - bound, ofMinutes(2), () -> refused + " refused: " + pool.snapshot());
        long end = System.nanoTime();
        assertThat(pool.snapshot().waiting()).isEqualTo(bound);
        assertThat(pool.snapshot().timeouts()).isEqualTo(callers - bound);
        both.forEach(Checkout::close);
        for (Thread thread : threads) {
            assertThat(thread.join(ofMinutes(1))).as(thread.toString()).isTrue();
        }
        assertThat(served.get()).isEqualTo(bound);
        assertThat(refused.get()).isEqualTo(callers - bound);
        assertThat(pool.snapshot())
                .extracting(PoolSnapshot::waiting, PoolSnapshot::idle, PoolSnapshot::checkedOut)
                .containsExactly(0, 2, 0);
        pool.close(ofSeconds(10));
        System.out.printf(
                "figures: of %,d callers of 2 connections all but %,d are refused: %.2f µs each%n",
                callers, bound, (end - began) / 1e3 / callers);
    }

    private static void ask(Pool pool, AtomicInteger served, AtomicInteger refused) {
        try (Checkout mine = pool.checkOut(null)) {
            served.addAndGet(mine.label() == null ? 1 : 0);
        } catch (PoolOverloadedException e) {
            refused.incrementAndGet();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
