package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VirtualClockTest {
    final VirtualClock clock = new VirtualClock();

    @Test
    void stands_still_until_it_is_advanced() {
        assertThat(clock.getAsLong()).isZero();
        assertThat(clock.getAsLong()).isZero();

        clock.advance(Duration.ofMillis(3));

        assertThat(clock.getAsLong()).isEqualTo(3_000_000);
    }

    @Test
    void starts_where_it_is_told_to() {
        assertThat(new VirtualClock(-5).getAsLong()).isEqualTo(-5);
    }

    @Test
    void passes_the_end_of_long_as_nano_time_does() {
        // given a clock just before the end, and a thread that waits beyond it
        VirtualClock late = new VirtualClock(Long.MAX_VALUE - 10);
        Caller<Void> waiter = Caller.start("waiter", () -> {
            late.parkNanos(100);
            return null;
        });
        late.awaitParked(1);

        // when time passes the end, but not the deadline
        late.advance(Duration.ofNanos(99));

        // then the reading is negative and the thread still waits
        assertThat(late.getAsLong()).isNegative();
        assertThat(late.parked()).isEqualTo(1);
        late.advance(Duration.ofNanos(1));
        waiter.result();
        assertThat(late.getAsLong() - (Long.MAX_VALUE - 10)).isEqualTo(100);
    }

    @Test
    void does_not_go_back() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time moves forward only: advance by zero or more, but was PT-0.000000001S");
    }

    @Test
    void jumps_to_the_next_deadline_only_if_there_is_one() {
        Caller<Void> waiter = Caller.start("waiter", () -> {
            clock.park();
            return null;
        });
        clock.awaitParked(1);

        assertThatThrownBy(clock::advanceToNextDeadline)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no thread waits for a time")
                .hasMessageContaining("'waiter'");

        clock.unpark(waiter.thread());
        waiter.result();
    }

    @Test
    void says_which_threads_are_parked_and_until_when() {
        Caller<Void> waiter = Caller.start("waiter", () -> {
            clock.parkNanos(2_000_000_000);
            return null;
        });
        clock.awaitParked(1);

        assertThat(clock).hasToString("virtual clock at PT0S there were 1: ['waiter' until PT2S]");

        clock.advance(Duration.ofSeconds(2));
        waiter.result();
        assertThat(clock).hasToString("virtual clock at PT2S there were 0: []");
    }
}
