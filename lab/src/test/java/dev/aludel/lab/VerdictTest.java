package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aludel.pool.Confidence;
import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.Diagnosis.HeldOutsideSql;
import dev.aludel.pool.Diagnosis.InDatabase;
import dev.aludel.pool.Diagnosis.Share;
import dev.aludel.pool.Diagnosis.Unknown;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.Load;
import dev.aludel.pool.ServerReport;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VerdictTest {
    private static final String HOLDS = "GET /holds";
    private static final String SITE = "Trips.holds(Trips.java:39)";
    private static final String NOT_NAMED =
            "GET /holds: too many explanations do not say that it was held outside SQL, with its label and line";

    private final Verdict verdict = new Verdict();

    @Test
    void is_content_if_connections_were_seen_and_none_is_left() {
        verdict.connected(8);
        verdict.leftBehind(0);
        assertThat(verdict.complaints()).isEmpty();
    }

    @Test
    void complains_about_a_connection_that_is_left() {
        verdict.connected(8);
        verdict.leftBehind(1);
        assertThat(verdict.complaints()).containsExactly("1 connections were left behind, says pg_stat_activity");
    }

    @Test
    void does_not_believe_that_none_is_left_if_none_was_ever_seen() {
        verdict.connected(0);
        verdict.leftBehind(0);
        assertThat(verdict.complaints())
                .containsExactly("pg_stat_activity shows no connection of the service while it runs");
    }

    @Test
    void is_content_if_users_were_refused_and_told_who_holds_the_connections() {
        verdict.starved(starved(1, 200, 503), List.of(explanation(held(HOLDS, SITE, 32))));
        assertThat(verdict.complaints()).isEmpty();
    }

    @Test
    void is_content_if_nine_of_ten_explanations_name_the_holder() {
        verdict.starved(starved(10, 200, 503), explanations(9, 1));
        assertThat(verdict.complaints()).isEmpty();

        verdict.starved(starved(10, 200, 503), explanations(8, 2));
        assertThat(verdict.complaints()).containsExactly(NOT_NAMED);
    }

    @Test
    void complains_about_a_load_that_starved_nobody() {
        verdict.starved(starved(0, 200), List.of());
        assertThat(verdict.complaints())
                .containsExactly("GET /holds: no checkout timed out", "GET /holds: no user was refused", NOT_NAMED);
    }

    static Stream<Arguments> explanationsThatDoNotNameTheHolder() {
        return Stream.of(
                arguments("another label", held("GET /reads", SITE, 32)),
                arguments("no label", held(null, SITE, 32)),
                arguments("no site", held(HOLDS, null, 32)),
                arguments("another method", held(HOLDS, "Trips.reads(Trips.java:39)", 32)),
                arguments("another file", held(HOLDS, "Trips.holds(Quotes.java:39)", 32)),
                arguments("no line", held(HOLDS, "Trips.holds(Trips.java:0)", 32)),
                arguments("half of the time", held(HOLDS, SITE, 18)),
                arguments(
                        "in the database",
                        new InDatabase(36, 32, List.of(new Share(HOLDS, SITE, 32)), "", Confidence.CERTAIN, "")),
                arguments("unknown", new Unknown(36, 32, 1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("explanationsThatDoNotNameTheHolder")
    void complains_about_an_explanation_that_does_not_name_the_holder(String what, Diagnosis diagnosis) {
        verdict.starved(starved(1, 200, 503), List.of(explanation(diagnosis)));
        assertThat(verdict.complaints()).as(what).containsExactly(NOT_NAMED);
    }

    @Test
    void is_content_if_everybody_was_served() {
        verdict.served(scene("GET /reads", 0, 200, 200));
        assertThat(verdict.complaints()).isEmpty();
    }

    @Test
    void complains_about_a_failed_answer_under_a_load_that_is_to_be_served() {
        verdict.served(scene("GET /reads", 0, 200, 500, 200));
        assertThat(verdict.complaints()).containsExactly("GET /reads: answers were 2 × 200, 1 × 500");
    }

    @Test
    void complains_about_a_timeout_under_a_load_that_is_to_be_served() {
        verdict.served(scene("GET /reads", 3, 200));
        assertThat(verdict.complaints()).containsExactly("GET /reads: 3 checkouts timed out");
    }

    @Test
    void does_not_believe_that_all_were_served_if_nobody_asked() {
        verdict.served(scene("GET /reads", 0));
        assertThat(verdict.complaints()).containsExactly("GET /reads: nobody was served");
    }

    private static Scene starved(long timeouts, int... statuses) {
        return scene(HOLDS, timeouts, statuses);
    }

    private static Scene scene(String label, long timeouts, int... statuses) {
        List<Answer> answers = IntStream.of(statuses)
                .mapToObj(status -> new Answer(status, Duration.ofMillis(20), ""))
                .toList();
        return new Scene(label, new Answers(answers, Duration.ofSeconds(1)), timeouts, 1, 32);
    }

    /// So many that name the holder, and so many that do not.
    private static List<Explanation> explanations(int naming, int others) {
        return Stream.concat(
                        Stream.generate(() -> explanation(held(HOLDS, SITE, 32)))
                                .limit(naming),
                        Stream.generate(() -> explanation(new Unknown(36, 32, 1, 0)))
                                .limit(others))
                .toList();
    }

    private static Explanation explanation(Diagnosis diagnosis) {
        return new Explanation(
                "trips",
                "the summary",
                Duration.ofSeconds(3),
                List.of(diagnosis),
                List.of(),
                List.of(),
                new Load(20, Duration.ofMillis(530), Duration.ofMillis(19), 174),
                new ServerReport(List.of(), List.of(), List.of(), null, Duration.ZERO, List.of()));
    }

    private static Diagnosis held(@Nullable String label, @Nullable String site, double seconds) {
        return new HeldOutsideSql(36, 32, List.of(new Share(label, site, seconds)), Confidence.CERTAIN, "");
    }
}
