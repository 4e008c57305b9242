package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Who has long to wait parks without an end; one thread for all of them sees to their deadlines.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingWithoutATimerTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();

    /// How long each park was to be.
    private final Queue<Long> parks = new ConcurrentLinkedQueue<>();

    private final Queue<Thread> spawned = new ConcurrentLinkedQueue<>();
    private volatile boolean outOfThreads;
    private Pool pool;
    private Checkout held;

    @BeforeEach
    void hold_the_only_connection() throws SQLException {
        pool = Pool.of(new Settings()
                .connections(database::connect)
                .size(1)
                .maxOverflow(0)
                .maxPerTenant(1)
                .scheduling(
                        new Scheduling(clock, this::park, clock::unpark, this::spawn, new Random(1), Deadlines.NEAR)));
        pool.warmUp(ofSeconds(5));
        held = pool.checkOut("holder");
        Await.until(() -> spawned.stream().noneMatch(Thread::isAlive), () -> "the connect to be over");
        spawned.clear();
        parks.clear();
    }

    @AfterEach
    void close() {
        held.close();
        pool.close(Duration.ZERO);
        clock.advance(ofSeconds(60));
        awaitNoThread();
    }

    private void awaitNoThread() {
        Await.until(
                () -> spawned.stream().noneMatch(Thread::isAlive),
                () -> "no thread to be left, but " + clock + " there are "
                        + spawned.stream()
                                .filter(Thread::isAlive)
                                .map(thread -> List.of(thread.getStackTrace()))
                                .toList());
    }

    private void park(long nanos) {
        parks.add(nanos);
        clock.parkNanos(nanos);
    }

    private void spawn(Runnable task) {
        if (outOfThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        spawned.add(Thread.ofVirtual().start(task));
    }

    private Caller<Checkout> waiting(Duration patience) {
        Caller<Checkout> caller = Caller.start("patient " + patience, () -> pool.checkOut("waiter", patience));
        clock.awaitParked(caller.thread());
        return caller;
    }

    private void assertTimesOut(Caller<Checkout> caller) {
        assertThat(caller.failure()).isInstanceOf(PoolTimeoutException.class);
    }

    @Test
    void parks_without_an_end_and_leaves_at_the_deadline_all_the_same() {
        Caller<Checkout> caller = waiting(ofSeconds(10));
        clock.awaitParked(2);
        assertThat(parks).containsExactlyInAnyOrder(Long.MAX_VALUE, Deadlines.BEAT);

        clock.advance(ofMillis(9_800));
        Await.until(() -> parks.contains(ofMillis(200).toNanos()), () -> "a timer for what is left, but " + parks);
        clock.awaitParked(caller.thread());
        clock.advance(ofMillis(199));
        assertThat(clock.isParked(caller.thread())).isTrue();
        clock.advance(ofMillis(1));
        assertTimesOut(caller);
    }

    @Test
    void does_so_too_while_his_tenant_has_all_it_may() throws SQLException {
        held.close();
        held = pool.checkOutFor(Borrower.of("holder").tenant("acme"));
        parks.clear();
        Caller<Checkout> caller = Caller.start(
                "at the cap", () -> pool.checkOutFor(Borrower.of("waiter").tenant("acme")));
        clock.awaitParked(caller.thread());
        clock.awaitParked(2);
        assertThat(parks).containsExactlyInAnyOrder(Long.MAX_VALUE, Deadlines.BEAT);

        clock.advance(ofSeconds(29).plusMillis(800));
        Await.until(() -> parks.contains(ofMillis(200).toNanos()), () -> "a timer for what is left, but " + parks);
        clock.awaitParked(caller.thread());
        clock.advance(ofMillis(199));
        assertThat(clock.isParked(caller.thread())).isTrue();
        clock.advance(ofMillis(1));
        assertTimesOut(caller);
    }

    @Test
    void has_a_timer_if_the_deadline_is_near() {
        Caller<Checkout> caller = waiting(ofMillis(200));
        assertThat(parks).containsExactly(ofMillis(200).toNanos());
        assertThat(spawned).isEmpty();

        clock.advance(ofMillis(200));
        assertTimesOut(caller);
    }

    @Test
    void takes_one_more_thread_for_however_many() {
        List<Caller<Checkout>> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            callers.add(waiting(ofSeconds(10).plusMillis(i)));
        }
        clock.awaitParked(51);
        assertThat(spawned).hasSize(1);

        clock.advance(ofSeconds(11));
        callers.forEach(this::assertTimesOut);
        Await.until(() -> spawned.stream().noneMatch(Thread::isAlive), () -> "the thread to end with the last");
    }

    @Test
    void whose_deadline_is_before_that_of_the_first_is_seen_to_in_time() {
        Caller<Checkout> first = waiting(ofSeconds(10));
        clock.awaitParked(2);
        Caller<Checkout> second = waiting(ofSeconds(1));
        Await.until(() -> parks.size() == 4, () -> "an earlier look, but " + parks);
        clock.awaitParked(3);

        clock.advance(ofMillis(800));
        Await.until(() -> parks.contains(ofMillis(200).toNanos()), () -> "a timer for what is left, but " + parks);
        clock.awaitParked(3);
        clock.advance(ofMillis(200));
        assertTimesOut(second);

        clock.advance(ofSeconds(9));
        assertTimesOut(first);
    }

    @Test
    void of_several_that_end_in_quick_succession_all_are_woken_at_one_look() {
        Caller<Checkout> first = waiting(ofSeconds(1));
        Caller<Checkout> second = waiting(ofMillis(1_050));
        clock.awaitParked(3);

        clock.advance(ofMillis(800));
        Await.until(() -> parks.contains(ofMillis(100).toNanos()), () -> "the next look after 100 ms, but " + parks);
        clock.awaitParked(3);
        clock.advance(ofMillis(100));
        Await.until(() -> parks.contains(ofMillis(150).toNanos()), () -> "150 ms for the second, but " + parks);
        clock.awaitParked(2);
        clock.advance(ofMillis(100));
        assertTimesOut(first);
        clock.advance(ofMillis(50));
        assertTimesOut(second);
    }

    @Test
    void falls_back_to_timers_when_there_is_no_thread_to_be_had_and_asks_for_one_again_after_a_second() {
        outOfThreads = true;
        Caller<Checkout> near = waiting(ofMillis(900));
        Caller<Checkout> caller = waiting(ofSeconds(10));
        assertThat(parks).containsOnly(ofMillis(900).toNanos(), ofSeconds(1).toNanos());
        clock.advance(ofMillis(900));
        assertTimesOut(near);

        outOfThreads = false;
        clock.advance(ofMillis(1_100));
        Await.until(() -> parks.contains(Long.MAX_VALUE), () -> "one that needs no timer any more, but " + parks);
        Caller<Checkout> later = waiting(ofSeconds(10));
        clock.awaitParked(3);
        assertThat(parks).contains(Long.MAX_VALUE);

        clock.advance(ofSeconds(8));
        assertTimesOut(caller);
        clock.awaitParked(2);
        clock.advance(ofSeconds(2));
        assertTimesOut(later);
    }

    @Test
    void leaves_no_thread_behind_when_the_pool_closes() {
        Caller<Checkout> caller = waiting(ofSeconds(10));
        clock.awaitParked(2);
        held.close();
        caller.result().close();
        pool.close(ofSeconds(1));
        awaitNoThread();
    }
}
