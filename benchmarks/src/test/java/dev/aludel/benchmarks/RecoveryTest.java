package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.benchmarks.Recovery.Window;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RecoveryTest {
    private static final Window WELL = new Window(100, 95);
    private static final Window ILL = new Window(100, 94);

    @Test
    void it_is_over_at_the_first_window_from_which_on_95_of_100_are_answered_in_time() {
        assertThat(Recovery.seconds(List.of(ILL, ILL, ILL, WELL, WELL))).isEqualTo(0.75);
    }

    @Test
    void a_relapse_counts() {
        assertThat(Recovery.seconds(List.of(WELL, WELL, ILL, WELL))).isEqualTo(0.75);
    }

    @Test
    void a_pool_that_was_well_all_the_time_is_so_at_once() {
        assertThat(Recovery.seconds(List.of(WELL, WELL))).isZero();
    }

    @Test
    void a_pool_whose_last_window_is_not_well_has_not_recovered() {
        assertThat(Recovery.seconds(List.of(WELL, WELL, ILL))).isInfinite();
    }

    @Test
    void a_window_in_which_nobody_arrives_is_well() {
        assertThat(Recovery.seconds(List.of(ILL, new Window(0, 0), WELL))).isEqualTo(0.25);
    }
}
