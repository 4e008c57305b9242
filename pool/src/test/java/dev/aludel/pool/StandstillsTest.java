package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StandstillsTest {
    private static final long SECOND = 1_000_000_000;

    private final Standstills standstills = new Standstills();

    @Test
    void begin_when_a_thread_meant_to_wake_and_end_when_it_does() {
        standstills.woke(2 * SECOND, 5 * SECOND);

        assertThat(standstills.within(0, 10 * SECOND)).isEqualTo(3 * SECOND);
    }

    @Test
    void count_only_as_far_as_they_lie_within_the_time() {
        standstills.woke(2 * SECOND, 5 * SECOND);

        assertThat(standstills.within(3 * SECOND, 4 * SECOND)).isEqualTo(SECOND);
        assertThat(standstills.within(6 * SECOND, 9 * SECOND)).isZero();
        assertThat(standstills.within(0, 2 * SECOND)).isZero();
    }

    @Test
    void that_two_threads_saw_are_one() {
        standstills.woke(2 * SECOND, 5 * SECOND);
        standstills.woke(3 * SECOND, 6 * SECOND);
        standstills.woke(3 * SECOND, 4 * SECOND);

        assertThat(standstills.within(0, 10 * SECOND)).isEqualTo(4 * SECOND);
    }

    @Test
    void of_a_moment_are_none() {
        standstills.woke(SECOND, SECOND + Standstills.LATE - 1);

        assertThat(standstills.within(0, 10 * SECOND)).isZero();
    }

    @Test
    void are_kept_up_to_sixteen() {
        for (int i = 0; i < 40; i++) {
            standstills.woke(i * SECOND, i * SECOND + SECOND / 2);
        }

        assertThat(standstills.within(0, 100 * SECOND)).isEqualTo(8 * SECOND);
    }

    /// The time of a pool may be near the end of `long`.
    @Test
    void are_told_where_time_wraps() {
        long start = Long.MAX_VALUE - SECOND;
        standstills.woke(start, start + 3 * SECOND);

        assertThat(standstills.within(start - SECOND, start + 4 * SECOND)).isEqualTo(3 * SECOND);
    }
}
