package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnswersTest {
    @Test
    void are_counted_by_status_in_the_order_of_the_statuses() {
        Answers answers =
                new Answers(List.of(answer(503, 1), answer(200, 2), answer(503, 3), answer(0, 4)), seconds(2));
        assertThat(answers.byStatus()).containsExactly(Map.entry(0, 1L), Map.entry(200, 1L), Map.entry(503, 2L));
        assertThat(answers.summary()).isEqualTo("1 × no answer, 1 × 200, 2 × 503");
        assertThat(answers.ok()).isEqualTo(1);
        assertThat(answers.failed()).isEqualTo(3);
    }

    @Test
    void have_percentiles_by_the_nearest_rank_over_all_statuses() {
        // given answers after 1, 2, … 100 ms, out of order, the slow half refused
        List<Answer> all = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> 101 - i)
                .map(millis -> answer(millis > 50 ? 503 : 200, millis))
                .toList();
        Answers answers = new Answers(all, seconds(1));

        assertThat(answers.percentile(0.5)).isEqualTo(Duration.ofMillis(50));
        assertThat(answers.percentile(0.99)).isEqualTo(Duration.ofMillis(99));
        assertThat(answers.percentile(1)).isEqualTo(Duration.ofMillis(100));
        assertThat(answers.percentile(0.001)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void know_how_many_were_served_a_second() {
        assertThat(new Answers(List.of(answer(200, 1), answer(200, 1), answer(503, 1)), seconds(4)).throughput())
                .isEqualTo(0.5);
    }

    @Test
    void of_a_load_that_got_none_are_zero_everywhere() {
        Answers none = new Answers(List.of(), Duration.ZERO);
        assertThat(none.percentile(0.99)).isZero();
        assertThat(none.throughput()).isZero();
        assertThat(none.firstFailure()).isEmpty();
    }

    @Test
    void refuse_a_share_that_is_a_percentage() {
        assertThatThrownBy(() -> new Answers(List.of(), Duration.ZERO).percentile(99))
                .hasMessage("share must be over 0 and at most 1, but was 99.0");
    }

    @Test
    void cross_from_one_JVM_to_the_other_as_lines() {
        Answer busy = new Answer(503, Duration.ofNanos(3_001_234_000L), "The service is busy: try again.\nsecond line");
        assertThat(Answer.parse(busy.line())).isEqualTo(busy);
        assertThat(busy.line()).isEqualTo("503 3001234 The service is busy: try again.");
        assertThat(Answer.parse(answer(200, 5).line())).isEqualTo(answer(200, 5));
    }

    @Test
    void that_are_not_lines_of_the_client_are_refused() {
        assertThatThrownBy(() -> Answer.parse("nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a line of the load client must be 'status microseconds text', but was: nonsense");
    }

    private static Answer answer(int status, long millis) {
        return new Answer(status, Duration.ofMillis(millis), "");
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
