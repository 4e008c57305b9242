package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TimesTest {
    @Test
    void a_percentile_is_that_of_what_was_recorded_to_a_thousandth() {
        Times times = new Times();
        for (int i = 1; i <= 1_000; i++) {
            times.record(Duration.ofMillis(i).toNanos());
        }

        assertThat(times.percentile(50)).isCloseTo(500, withinPercentage(0.1));
        assertThat(times.percentile(99)).isCloseTo(990, withinPercentage(0.1));
        assertThat(times.longest()).isCloseTo(1_000, withinPercentage(0.1));
    }

    @Test
    void of_nothing_there_is_none() {
        assertThat(new Times().percentile(99)).isNaN();
    }

    @Test
    void who_came_early_was_not_late_and_who_took_hours_took_long() {
        Times times = new Times();
        times.record(-1);
        times.record(Duration.ofHours(3).toNanos());

        assertThat(times.percentile(50)).isZero();
        assertThat(times.longest()).isCloseTo(120_000, withinPercentage(0.1));
    }
}
