package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JainTest {
    @Test
    void a_known_sequence_of_trips_has_the_known_index() {
        assertThat(Jain.index(new long[] {1, 2, 3})).isEqualTo(36.0 / 42, within(1e-12));
        assertThat(Jain.index(new long[] {7, 7, 7, 7})).isEqualTo(1.0);
    }

    @Test
    void one_caller_that_gets_it_all_makes_one_nth() {
        assertThat(Jain.index(new long[] {0, 9, 0, 0})).isEqualTo(0.25);
    }

    @Test
    void a_pool_that_serves_nobody_does_not_look_fair() {
        assertThat(Jain.index(new long[] {0, 0})).isZero();
    }
}
