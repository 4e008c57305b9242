package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TrialsTest {
    static final List<Workload> CASES = List.of(
            new Contention(30, true, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(100)),
            new Contention(30, false, Duration.ZERO, Duration.ofMillis(20), Duration.ofMillis(100)));

    @Test
    void the_report_has_a_row_for_each_peer_and_case() throws Exception {
        List<Run> runs = new ArrayList<>();
        new Trials(List.of(Peer.ALUDEL, Peer.HIKARI), CASES, 1, 1, List.of()).run(runs::add);

        WorkloadReport report = new WorkloadReport("Contention", "the command", runs);
        assertThat(runs).extracting(Run::failure).containsOnly("");
        for (Workload workload : CASES) {
            String table = report.text().split("## " + workload.title())[1].split("## ")[0];
            assertThat(table.lines().filter(line -> line.startsWith("| aludel |")))
                    .hasSize(1);
            assertThat(table.lines().filter(line -> line.startsWith("| hikari |")))
                    .hasSize(1);
        }
        assertThat(report.json()).contains("\"peer\": \"hikari\"", "\"command\": \"the command\"");
        assertThat(report.plots()).startsWith("<svg ").contains("30 virtual threads, hold 1 ms: trips/s");
    }

    @Test
    void a_peer_that_failed_has_a_row_that_says_so() {
        Run failed = Run.failed(Peer.C3P0, CASES.getFirst(), 1, "did not end");

        assertThat(new WorkloadReport("Contention", "the command", List.of(failed)).text())
                .contains("| c3p0 | did not end |");
    }

    @Test
    void a_workload_is_read_back_from_its_words() {
        List<Workload> all = new ArrayList<>(CASES);
        all.add(new Burst(200, 3));
        all.add(new Down(20, Duration.ofSeconds(1)));

        assertThat(all)
                .allSatisfy(one -> assertThat(Workload.parse(one.words())).isEqualTo(one));
    }
}
