package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WorkloadSmokeTest {
    static final Duration HOLD = Duration.ofMillis(1);

    @ParameterizedTest
    @EnumSource(names = {"ALUDEL", "HIKARI"})
    void contention_counts_trips_and_fairness_and_orders_the_waits(Peer peer) throws Exception {
        for (boolean virtual : new boolean[] {true, false}) {
            Map<String, Double> figures = new Contention(40, virtual, HOLD, millis(20), millis(100)).measure(peer);

            assertThat(figures.get("trips/s")).isPositive();
            assertThat(figures.get("Jain")).isBetween(0.0, 1.0);
            assertThat(figures.get("no trip")).isBetween(0.0, 40.0);
            assertThat(figures.get("errors")).isZero();
            assertThatWaitsAreInOrder(figures);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALUDEL", "HIKARI"})
    void contention_without_a_hold_makes_trips_too(Peer peer) throws Exception {
        Map<String, Double> figures = new Contention(40, true, Duration.ZERO, millis(20), millis(100)).measure(peer);

        assertThat(figures.get("trips/s")).isPositive();
        assertThatWaitsAreInOrder(figures);
    }

    @ParameterizedTest
    @EnumSource(names = {"ALUDEL", "HIKARI"})
    void a_burst_serves_every_caller(Peer peer) throws Exception {
        Map<String, Double> figures = new Burst(30, 1).measure(peer);

        assertThat(figures.get("errors")).isZero();
        assertThat(figures.get("all served ms")).isGreaterThanOrEqualTo(20);
        assertThat(figures.get("connects")).isBetween(1.0, 20.0);
        assertThatWaitsAreInOrder(figures);
    }

    @ParameterizedTest
    @EnumSource(names = {"ALUDEL", "HIKARI"})
    void every_caller_of_a_database_that_is_down_has_its_error(Peer peer) throws Exception {
        Map<String, Double> figures = new Down(4, millis(300)).measure(peer);

        assertThat(figures.get("wait max ms")).isPositive();
        assertThat(figures.get("named")).isEqualTo(1.0);
        assertThatWaitsAreInOrder(figures);
    }

    @ParameterizedTest
    @EnumSource
    void every_peer_lends_what_makes_statements(Peer peer) throws Exception {
        CycleBenchmark benchmark = new CycleBenchmark();
        benchmark.peer = peer;
        benchmark.fill();

        assertThat(benchmark.statement()).isFalse();
        assertThat(benchmark.cycle().isClosed()).isTrue();

        benchmark.close();
    }

    private static void assertThatWaitsAreInOrder(Map<String, Double> figures) {
        List<Double> waits = List.of(
                figures.get("wait p50 ms"),
                figures.get("wait p99 ms"),
                figures.get("wait p999 ms"),
                figures.get("wait max ms"));
        assertThat(waits).isSorted().allMatch(wait -> wait >= 0);
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }
}
