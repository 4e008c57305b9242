package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CourseTest {
    private static final int SEATS = 10;
    private static final Pace.Calm CALM = new Pace.Calm(1_000, Duration.ofMillis(20), Duration.ofMillis(15), 5, 250, 0);

    private static Course course(double length, double loans, long held, double arrivals, Pace.@Nullable Calm calm) {
        return new Course(length, SEATS, 0, 0, loans, Duration.ofMillis(held), arrivals, true, true, calm);
    }

    @ParameterizedTest
    @CsvSource({"20, 1000, true", "19, 1000, false", "20, 1001, false"})
    void flows_if_each_connection_came_back_twice_and_none_was_kept_for_a_quarter_of_the_wait(
            double loans, long held, boolean flows) {
        assertThat(course(4, loans, held, Double.NaN, null).flows()).isEqualTo(flows);
    }

    @ParameterizedTest
    @CsvSource({"25, true, false", "26, false, false", "29, false, false", "30, false, true"})
    void is_as_fast_as_ever_up_to_a_quarter_more_and_slower_from_half_as_much_again_on(
            long held, boolean fast, boolean slower) {
        Course course = course(4, 1_000, held, Double.NaN, CALM);

        assertThat(course.isAsFast()).isEqualTo(fast);
        assertThat(course.isSlower()).isEqualTo(slower);
    }

    @ParameterizedTest
    @CsvSource({"799, false", "800, true", "1250, true", "1251, false"})
    void serves_as_many_from_four_fifths_to_a_quarter_more(double loans, boolean asMany) {
        assertThat(course(4, loans, 20, Double.NaN, CALM).servesAsMany()).isEqualTo(asMany);
    }

    @Test
    void does_not_flow_if_each_is_kept_for_more_than_a_second() {
        assertThat(course(40, 1_000, 1_000, Double.NaN, null).flows()).isTrue();
        assertThat(course(40, 1_000, 1_001, Double.NaN, null).flows()).isFalse();
    }

    /// It may last for long.
    @Test
    void is_no_burst_if_the_pool_was_not_calm_just_before() {
        assertThat(new Course(1, SEATS, 0, 0, 1_000, Duration.ofMillis(20), Double.NaN, true, false, CALM).isBurst())
                .isFalse();
    }

    @Test
    void needs_as_many_connections_as_arrivals_keep_busy_that_take_as_long_as_usual() {
        assertThat(course(4, 1_000, 60, 900, CALM).needed()).isEqualTo(18);
    }

    @Test
    void does_not_say_how_many_are_needed_if_nobody_knows_how_many_come() {
        assertThat(course(4, 1_000, 20, Double.NaN, CALM).needed()).isNull();
    }

    @Test
    void says_nothing_where_nobody_was_seen_to_be_served_without_waiting() {
        Course course = course(1, 1_000, 20, 900, null);

        assertThat(course.needed()).isNull();
        assertThat(course.isAsFast()).isFalse();
        assertThat(course.isSlower()).isFalse();
        assertThat(course.isBurst()).isFalse();
        assertThat(course.servesAsMany()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 5, true", "1.01, 5, false", "1, 5.01, false"})
    void is_a_burst_if_the_wait_is_a_second_at_most_and_half_of_the_connections_do_usually(
            double length, double busy, boolean burst) {
        Pace.Calm calm = new Pace.Calm(1_000, Duration.ofMillis(20), Duration.ofMillis(15), busy, 250, 0);

        assertThat(course(length, 1_000, 20, Double.NaN, calm).isBurst()).isEqualTo(burst);
    }
}
