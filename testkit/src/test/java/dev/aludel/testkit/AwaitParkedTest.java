package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AwaitParkedTest {
    static final Duration IMPATIENT = Duration.ofMillis(5);

    final VirtualClock clock = new VirtualClock();

    @Test
    void returns_when_that_many_threads_are_parked() {
        List<Caller<Void>> waiters = IntStream.range(0, 50)
                .mapToObj(i -> parkOn(clock, "waiter " + i))
                .toList();

        clock.awaitParked(50);

        assertThat(clock.parked()).isEqualTo(50);
        clock.advance(Duration.ofSeconds(1));
        waiters.forEach(Caller::result);
        clock.awaitParked(0);
    }

    @Test
    void never_counts_a_thread_that_was_just_woken() {
        // given a thread that parks again and again
        int rounds = 5_000;
        Caller<Void> waiter = Caller.start("waiter", () -> {
            for (int i = 0; i < rounds; i++) {
                clock.parkNanos(1_000);
            }
            return null;
        });

        // when time moves on only while it is parked
        for (int i = 0; i < rounds; i++) {
            clock.awaitParked(1);
            clock.advance(Duration.ofNanos(1_000));
        }

        // then each advance was one round
        waiter.result();
        assertThat(clock.getAsLong()).isEqualTo(rounds * 1_000L);
    }

    @Test
    void fails_with_the_threads_that_were_parked() {
        Caller<Void> waiter = parkOn(clock, "waiter");
        clock.awaitParked(1);

        assertThatThrownBy(() -> clock.awaitParked(2, IMPATIENT))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "waited 5 ms in real time for 2 parked threads, but at PT0S there were 1: ['waiter' until PT1S]");

        clock.advance(Duration.ofSeconds(1));
        waiter.result();
    }

    @Test
    void fails_if_more_threads_are_parked_than_were_expected() {
        Caller<Void> waiter = parkOn(clock, "waiter");
        clock.awaitParked(1);

        assertThatThrownBy(() -> clock.awaitParked(0, IMPATIENT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("0 parked threads, but at PT0S there were 1");

        clock.advance(Duration.ofSeconds(1));
        waiter.result();
    }

    @Test
    void fails_with_where_the_thread_is_instead() {
        // given a thread that is parked on another clock
        VirtualClock other = new VirtualClock();
        Caller<Void> astray = parkOn(other, "astray");
        other.awaitParked(astray.thread());

        assertThatThrownBy(() -> clock.awaitParked(astray.thread(), IMPATIENT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("thread 'astray' to park, but it is WAITING in [")
                .hasMessageContaining("LockSupport.park");

        other.advance(Duration.ofSeconds(1));
        astray.result();
    }

    @Test
    void fails_if_the_test_itself_is_interrupted_and_keeps_the_flag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.awaitParked(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("interrupted while waiting for 1 parked threads");

        assertThat(Thread.interrupted()).isTrue();
    }

    private static Caller<Void> parkOn(VirtualClock clock, String name) {
        return Caller.start(name, () -> {
            clock.parkNanos(1_000_000_000);
            return null;
        });
    }
}
