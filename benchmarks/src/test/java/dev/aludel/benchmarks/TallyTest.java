package dev.aludel.benchmarks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.aludel.benchmarks.Recovery.Window;
import dev.aludel.benchmarks.Tally.Request;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What is made of the requests of a step.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TallyTest {
    private final Tally tally = new Tally(LoadStep.of(2, ofSeconds(2), ofMillis(800)));

    private Request arrived(Duration at) {
        Request request = new Request(tally, at.toNanos(), 0.010);
        tally.arrived(request, 3);
        tally.attempted(request, 1_000);
        return request;
    }

    @Test
    void who_arrives_in_the_lead_in_or_the_lead_out_does_not_count() {
        for (int at : new int[] {199, 200, 1_199, 1_200}) {
            tally.good(arrived(ofMillis(at)));
        }

        assertThat(tally.figures(0))
                .containsEntry(Figure.OFFERED, 2.0)
                .containsEntry(Figure.GOODPUT, 2.0)
                .containsEntry(Figure.ATTEMPTS, 1.0);
    }

    @Test
    void each_attempt_is_answered_in_time_or_late_or_refused_or_failed_or_waits() {
        Duration at = ofMillis(500);
        tally.answered(arrived(at), ofMillis(500).toNanos());
        tally.answered(arrived(at), ofMillis(501).toNanos());
        tally.refused(arrived(at), ofMillis(7).toNanos());
        tally.refused(arrived(ofMillis(10)), ofMillis(90).toNanos());
        tally.failed(arrived(at));
        arrived(at);
        arrived(at);

        Map<Figure, Double> figures = tally.figures(ofMillis(1_500).toNanos());

        assertThat(figures)
                .containsEntry(Figure.LATE, 1.0)
                .containsEntry(Figure.REFUSED, 1.0)
                .containsEntry(Figure.REFUSED_IN_ALL, 2.0)
                .containsEntry(Figure.FAILED, 1.0)
                .containsEntry(Figure.WAITING, 2.0)
                .containsEntry(Figure.MOST, 3.0)
                .containsEntry(Figure.CPU, 1.5);
        assertThat(figures.get(Figure.ANSWER_P99)).isCloseTo(501, withinPercentage(0.1));
        assertThat(figures.get(Figure.REFUSAL_P99)).isCloseTo(7, withinPercentage(0.1));
        assertThat(figures.get(Figure.RECOVERY)).isNaN();
    }

    @Test
    void a_request_is_in_the_window_of_its_arrival_whenever_it_is_answered() {
        tally.good(arrived(ofMillis(249)));
        tally.good(arrived(ofMillis(250)));
        arrived(ofMillis(499));
        arrived(ofMillis(1_300)); // in no whole window

        assertThat(tally.windows())
                .containsExactly(new Window(1, 1), new Window(2, 1), new Window(0, 0), new Window(0, 0));
    }

    @Test
    void after_an_overload_it_tells_when_all_was_well_again() {
        Tally back = new Tally(LoadStep.backTo(0.8, ofSeconds(2), ofMillis(800)));
        back.arrived(new Request(back, ofMillis(300).toNanos(), 0), 1);

        assertThat(back.figures(0)).containsEntry(Figure.RECOVERY, 0.5);
    }
}
