package dev.aludel.benchmarks;

import java.util.Map;

/// One workload on one peer in one JVM: its figures, or what went wrong instead.
record Run(Peer peer, Workload workload, int repetition, Map<String, Double> figures, String failure) {
    Run {
        figures = Map.copyOf(figures);
    }

    static Run failed(Peer peer, Workload workload, int repetition, String failure) {
        return new Run(peer, workload, repetition, Map.of(), failure);
    }
}
