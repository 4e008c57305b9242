package dev.aludel.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;

/// The program of a JVM that measures one workload on one peer: `Trial FILE PEER WORKLOAD…`. The figures go into
/// the file, a line for each; standard output is whatever the peer writes.
public final class Trial {
    private Trial() {}

    /// Measures, writes the figures and ends, without waiting for callers or pools.
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset(); // Tomcat's stack traces are not what is measured
        List<String> words = Arrays.asList(arguments);
        Workload workload = Workload.parse(words.subList(2, words.size()));
        Map<String, Double> figures = workload.measure(Peer.valueOf(words.get(1)));
        Files.write(
                Path.of(words.getFirst()),
                figures.entrySet().stream()
                        .map(figure -> figure.getKey() + "=" + figure.getValue())
                        .toList());
        Runtime.getRuntime().halt(0);
    }
}
