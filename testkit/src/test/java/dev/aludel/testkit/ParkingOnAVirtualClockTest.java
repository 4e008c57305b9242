package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ParkingOnAVirtualClockTest {
    static final long SECOND = 1_000_000_000;

    final VirtualClock clock = new VirtualClock();

    static Stream<Thread.Builder> threads() {
        return Stream.of(
                Thread.ofPlatform().daemon().name("platform"),
                Thread.ofVirtual().name("virtual"));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void ends_when_its_time_has_passed_and_not_before(Thread.Builder kind) {
        Caller<Long> waiter = park(kind, 3 * SECOND);
        clock.awaitParked(waiter.thread());

        clock.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(clock.isParked(waiter.thread())).isTrue();

        clock.advance(Duration.ofNanos(1));
        assertThat(clock.isParked(waiter.thread())).isFalse();
        assertThat(waiter.result()).isEqualTo(3 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void counts_its_time_from_when_the_thread_last_read_the_clock(Thread.Builder kind) {
        Caller<Long> waiter = Caller.start(kind, () -> {
            long deadline = clock.getAsLong() + 3 * SECOND;
            clock.advance(Duration.ofSeconds(2));
            clock.parkNanos(3 * SECOND);
            return clock.getAsLong() - deadline;
        });
        clock.awaitParked(waiter.thread());

        clock.advance(Duration.ofSeconds(1));
        assertThat(waiter.result()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void does_not_begin_when_its_time_is_up_by_then(Thread.Builder kind) {
        Caller<Long> waiter = Caller.start(kind, () -> {
            long deadline = clock.getAsLong() + SECOND;
            clock.advance(Duration.ofSeconds(2));
            clock.parkNanos(SECOND);
            return clock.getAsLong() - deadline;
        });

        assertThat(waiter.result()).isEqualTo(SECOND);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void counts_the_time_of_a_second_one_from_where_the_first_ended(Thread.Builder kind) {
        Caller<Long> waiter = Caller.start(kind, () -> {
            long began = clock.getAsLong();
            clock.parkNanos(SECOND);
            clock.parkNanos(SECOND);
            return clock.getAsLong() - began;
        });
        clock.awaitParked(waiter.thread());
        clock.advance(Duration.ofSeconds(1));
        clock.awaitParked(waiter.thread());
        clock.advance(Duration.ofSeconds(1));

        assertThat(waiter.result()).isEqualTo(2 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void ends_when_the_thread_is_unparked(Thread.Builder kind) {
        Caller<Long> waiter = park(kind, 3 * SECOND);
        clock.awaitParked(waiter.thread());

        clock.unpark(waiter.thread());

        assertThat(clock.parked()).isZero();
        assertThat(waiter.result()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void ends_when_the_thread_is_interrupted_and_keeps_the_flag(Thread.Builder kind) {
        Caller<Boolean> waiter = Caller.start(kind, () -> {
            clock.park();
            return Thread.currentThread().isInterrupted();
        });
        clock.awaitParked(waiter.thread());

        waiter.interrupt();

        assertThat(clock.parked()).isZero();
        assertThat(waiter.result()).isTrue();
    }

    @Test
    void does_not_begin_in_an_interrupted_thread() {
        Thread.currentThread().interrupt();

        clock.park();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void does_not_begin_if_a_permit_is_there_and_uses_it_up() {
        clock.unpark(Thread.currentThread());

        clock.park();

        Caller<Long> next = park(Thread.ofVirtual().name("next"), SECOND);
        clock.awaitParked(next.thread());
        clock.unpark(next.thread());
        next.result();
    }

    @Test
    void uses_a_permit_up_even_in_an_interrupted_thread() {
        // given a permit and an interrupt
        Caller<Void> waiter = Caller.start("waiter", () -> {
            clock.unpark(Thread.currentThread());
            Thread.currentThread().interrupt();
            clock.park();
            Thread.interrupted();
            clock.park(); // the permit is gone
            return null;
        });

        // then the second park lasts
        clock.awaitParked(waiter.thread());
        clock.unpark(waiter.thread());
        waiter.result();
    }

    @Test
    void finds_only_one_permit_however_often_the_thread_was_unparked() {
        Caller<Void> waiter = Caller.start("waiter", () -> {
            clock.unpark(Thread.currentThread());
            clock.unpark(Thread.currentThread());
            clock.park();
            clock.park();
            return null;
        });

        clock.awaitParked(waiter.thread());
        clock.unpark(waiter.thread());
        waiter.result();
    }

    @Test
    void for_no_time_returns_at_once_and_leaves_the_permit() {
        clock.unpark(Thread.currentThread());

        clock.parkNanos(0);
        clock.parkNanos(-1);

        clock.park(); // would never return without the permit
        assertThat(clock.parked()).isZero();
    }

    @Test
    void a_permit_given_between_the_deadline_and_the_threads_next_park_is_kept() {
        Caller<Void> waiter = Caller.start("waiter", () -> {
            clock.parkNanos(SECOND);
            clock.park();
            return null;
        });
        clock.awaitParked(waiter.thread());

        // when its time is up and somebody unparks it too, whether or not it has run in between
        clock.advance(Duration.ofSeconds(1));
        clock.unpark(waiter.thread());

        waiter.result();
    }

    @Test
    void for_the_longest_time_ends_by_no_advance() {
        Caller<Long> waiter = park(Thread.ofVirtual().name("waiter"), Long.MAX_VALUE);
        clock.awaitParked(waiter.thread());

        clock.advance(Duration.ofNanos(Long.MAX_VALUE));
        clock.advance(Duration.ofDays(1));

        assertThat(clock.isParked(waiter.thread())).isTrue();
        clock.unpark(waiter.thread());
        waiter.result();
    }

    @Test
    void ends_deadline_by_deadline_when_time_jumps_from_one_to_the_next() {
        // given three threads that parked in another order than that of their deadlines
        List<String> awake = new CopyOnWriteArrayList<>();
        Caller<Boolean> third = park("third", 9 * SECOND, awake);
        Caller<Boolean> first = park("first", 2 * SECOND, awake);
        Caller<Boolean> second = park("second", 5 * SECOND, awake);

        // when time jumps
        assertThat(clock.advanceToNextDeadline()).isEqualTo(Duration.ofSeconds(2));
        first.result();
        assertThat(clock.advanceToNextDeadline()).isEqualTo(Duration.ofSeconds(3));
        second.result();
        assertThat(clock.advanceToNextDeadline()).isEqualTo(Duration.ofSeconds(4));
        third.result();

        // then each woke at its own
        assertThat(awake).containsExactly("first", "second", "third");
    }

    @Test
    void ends_for_all_threads_that_are_due_in_one_advance() {
        List<String> awake = new CopyOnWriteArrayList<>();
        Caller<Boolean> first = park("first", SECOND, awake);
        Caller<Boolean> second = park("second", 2 * SECOND, awake);
        Caller<Boolean> late = park("late", 4 * SECOND, awake);

        clock.advance(Duration.ofSeconds(3));

        first.result();
        second.result();
        assertThat(clock.isParked(late.thread())).isTrue();
        clock.advance(Duration.ofSeconds(1));
        late.result();
    }

    @Test
    void is_never_missed_by_an_unpark_however_the_two_race() throws Exception {
        // given a thread that parks as often as another unparks it
        int rounds = 20_000;
        CyclicBarrier start = new CyclicBarrier(2);
        Caller<Void> waiter = Caller.start("waiter", () -> {
            for (int i = 0; i < rounds; i++) {
                start.await();
                clock.park();
            }
            return null;
        });

        // when they meet in all orders
        for (int i = 0; i < rounds; i++) {
            start.await();
            clock.unpark(waiter.thread());
        }

        // then each unpark ended one park
        waiter.result();
        assertThat(clock.parked()).isZero();
    }

    @Test
    void ends_by_each_of_many_interrupts_at_its_very_beginning() throws Exception {
        int rounds = 5_000;
        CyclicBarrier start = new CyclicBarrier(2);
        CyclicBarrier end = new CyclicBarrier(2);
        Caller<Integer> waiter = Caller.start("waiter", () -> {
            int interrupts = 0;
            for (int i = 0; i < rounds; i++) {
                start.await();
                clock.park();
                interrupts += Thread.interrupted() ? 1 : 0;
                end.await();
            }
            return interrupts;
        });

        for (int i = 0; i < rounds; i++) {
            start.await();
            clock.awaitParked(waiter.thread()); // past the barrier, which an interrupt would break
            waiter.interrupt();
            end.await();
        }

        assertThat(waiter.result()).isEqualTo(rounds);
    }

    private Caller<Long> park(Thread.Builder kind, long nanos) {
        return Caller.start(kind, () -> {
            clock.parkNanos(nanos);
            return clock.getAsLong();
        });
    }

    private Caller<Boolean> park(String name, long nanos, List<String> awake) {
        Caller<Boolean> caller = Caller.start(name, () -> {
            clock.parkNanos(nanos);
            return awake.add(name);
        });
        clock.awaitParked(caller.thread());
        return caller;
    }
}
