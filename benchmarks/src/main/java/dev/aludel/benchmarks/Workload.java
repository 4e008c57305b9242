package dev.aludel.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What is asked of a pool, as a value that can be written on the command line of another JVM.
sealed interface Workload permits Contention, Burst, Down {
    /// Measures a pool of this peer. The keys are what [WorkloadReport] and the raw results call the figures.
    Map<String, Double> measure(Peer peer) throws Exception;

    /// The heading in the report.
    String title();

    /// The words that [#parse] reads again.
    List<String> words();

    static Workload parse(List<String> words) {
        return switch (words.getFirst()) {
            case "contention" ->
                new Contention(
                        Integer.parseInt(words.get(1)),
                        Boolean.parseBoolean(words.get(2)),
                        Duration.parse(words.get(3)),
                        Duration.parse(words.get(4)),
                        Duration.parse(words.get(5)));
            case "burst" -> new Burst(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
            case "down" -> new Down(Integer.parseInt(words.get(1)), Duration.parse(words.get(2)));
            default -> throw new IllegalArgumentException("no such workload: " + words.getFirst());
        };
    }
}
