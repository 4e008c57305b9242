package dev.aludel.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.logging.LogManager;

/// The program of a JVM that measures one workload on one peer: `Trial PEER WORKLOAD…`.
public final class Trial {
    /// Begins each line of the output that is a figure.
    static final String FIGURE = "figure ";

    private Trial() {}

    /// Measures, prints a line for each figure and ends, without waiting for callers or pools.
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset(); // Tomcat's stack traces are not what is measured
        List<String> words = Arrays.asList(arguments);
        Workload workload = Workload.parse(words.subList(1, words.size()));
        workload.measure(Peer.valueOf(words.getFirst()))
                .forEach((name, value) -> System.out.println(FIGURE + name + "=" + value));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
