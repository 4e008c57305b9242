package dev.aludel.benchmarks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.benchmarks.Recovery.Window;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GoodputPlanTest {
    private static final GoodputPlan PLAN = new GoodputPlan(
            "jdbc:postgresql://localhost:5432/postgres?user=postgres",
            951.5,
            7,
            4,
            ofSeconds(10),
            List.of(0.8, 10.0),
            true);

    @Test
    void a_plan_is_read_back_from_its_words() {
        assertThat(GoodputPlan.parse(PLAN.words())).isEqualTo(PLAN);
    }

    @Test
    void its_steps_are_the_loads_and_the_way_back() {
        assertThat(PLAN.steps()).extracting(LoadStep::title).containsExactly("0.8", "10", "back to 0.8");
    }

    @Test
    void a_request_that_counts_has_the_time_for_all_of_its_attempts_before_the_load_ends() {
        LoadStep step = PLAN.steps().getFirst();

        assertThat(step.leadOut()).isEqualTo(ofMillis(2_100));
        assertThat(step.counted()).isEqualTo(ofMillis(6_900));
        assertThat(step.counts(ofMillis(999).toNanos())).isFalse();
        assertThat(step.counts(ofSeconds(1).toNanos())).isTrue();
        assertThat(step.counts(ofMillis(7_900).toNanos())).isFalse();
    }

    @Test
    void on_the_way_back_requests_count_at_once() {
        assertThat(PLAN.steps().getLast().counts(0)).isTrue();
    }

    @Test
    void a_result_is_read_back_from_its_line() {
        StepResult result = new StepResult(
                "back to 0.8",
                Map.of(Figure.GOODPUT, 12.5, Figure.RECOVERY, Double.POSITIVE_INFINITY),
                List.of(new Window(3, 2), new Window(0, 0)));

        StepResult read = StepResult.parse(result.line());

        assertThat(read.load()).isEqualTo("back to 0.8");
        assertThat(read.windows()).isEqualTo(result.windows());
        assertThat(read.figures()).containsAllEntriesOf(result.figures());
        assertThat(read.figure(Figure.ANSWER_P50)).isNaN();
        assertThat(result.line().split("\t")).hasSameSizeAs(StepResult.HEADING.split("\t"));
    }
}
