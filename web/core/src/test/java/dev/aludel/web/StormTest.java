package dev.aludel.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.VirtualClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// One report serves a storm of equal failures.
@DisplayNameGeneration(ReplaceUnderscores.class)
class StormTest {
    private final VirtualClock clock = new VirtualClock();
    private final Storm storm = new Storm(clock);

    @Test
    void reports_its_first_failure() {
        assertThat(storm.report()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void only_counts_those_of_the_next_minute() {
        storm.report();
        clock.advance(Duration.ofMillis(59_999));
        assertThat(storm.report()).isEmpty();
        assertThat(storm.report()).isEmpty();
    }

    @Test
    void that_goes_on_is_reported_once_a_minute_with_the_number_of_those_that_were_not() {
        storm.report();
        storm.report();
        storm.report();
        clock.advance(Duration.ofMinutes(1));
        assertThat(storm.report()).isEqualTo(OptionalLong.of(2));
        assertThat(storm.report()).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(storm.report()).isEqualTo(OptionalLong.of(1));
    }
}
