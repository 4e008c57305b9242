package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a pool pauses after each of many connects that fail. (F15)
@DisplayNameGeneration(ReplaceUnderscores.class)
class PausesTest {
    private static List<Long> drawn(long seed, boolean ofLogins, int count) {
        Pauses pauses = new Pauses(new Random(seed));
        return LongStream.generate(() -> pauses.next(ofLogins) / 1_000_000)
                .limit(count)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void lie_between_a_tenth_and_eight_tenths_of_a_second_and_use_all_of_that(long seed) {
        List<Long> pauses = drawn(seed, false, 1_000);

        assertThat(pauses.getFirst()).isBetween(100L, 300L);
        assertThat(pauses).allMatch(pause -> pause >= 100 && pause <= 800);
        assertThat(pauses).anyMatch(pause -> pause < 200).anyMatch(pause -> pause > 700);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void are_three_times_as_long_as_the_one_before_at_most(long seed) {
        List<Long> pauses = drawn(seed, false, 1_000);

        for (int i = 1; i < pauses.size(); i++) {
            assertThat(pauses.get(i)).isLessThanOrEqualTo(3 * pauses.get(i - 1) + 3); // each was cut to a millisecond
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void of_refused_logins_grow_until_there_are_15_to_30_seconds_between_two(long seed) {
        List<Long> pauses = drawn(seed, true, 1_000);

        for (int i = 1; i < 10; i++) {
            assertThat(pauses.get(i)).isGreaterThanOrEqualTo(Math.min(15_000, pauses.get(i - 1) * 3 / 2));
        }
        assertThat(pauses.subList(20, 1_000)).allMatch(pause -> pause >= 15_000 && pause <= 30_000);
    }

    @Test
    void begin_anew_once_the_server_has_given_a_connection() {
        Pauses pauses = new Pauses(new Random(1));
        for (int i = 0; i < 20; i++) {
            pauses.next(true);
        }

        pauses.over();

        assertThat(Duration.ofNanos(pauses.next(false))).isLessThanOrEqualTo(Duration.ofMillis(300));
    }
}
