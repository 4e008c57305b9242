package dev.aludel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Runs workloads on peers, each in a JVM of its own, in an order that is shuffled anew for each repetition.
///
/// A JVM of its own, so that no peer runs in code that was compiled for another's calls, none pays for threads
/// that another left behind, and one that hangs can be ended.
record Trials(List<Peer> peers, List<Workload> workloads, int repetitions, long seed, List<String> prefix) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    Trials {
        peers = List.copyOf(peers);
        workloads = List.copyOf(workloads);
        prefix = List.copyOf(prefix);
    }

    /// Runs all of them, and tells of each as soon as it is there.
    void run(Consumer<Run> done) throws IOException, InterruptedException {
        Random random = new Random(seed);
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            List<Run> order = new ArrayList<>();
            for (Workload workload : workloads) {
                for (Peer peer : peers) {
                    order.add(Run.failed(peer, workload, repetition, "not run"));
                }
            }
            Collections.shuffle(order, random);
            for (Run next : order) {
                done.accept(run(next.peer(), next.workload(), repetition));
            }
        }
    }

    private Run run(Peer peer, Workload workload, int repetition) throws IOException, InterruptedException {
        Path file = Files.createTempFile("aludel-bench", ".figures");
        try {
            List<String> words = new ArrayList<>(List.of(file.toString(), peer.name()));
            words.addAll(workload.words());
            String failure = new OwnJvm(Machine.HEAP, prefix, limit()).run(Trial.class, words);
            Map<String, Double> figures = failure.isEmpty() ? figures(file) : Map.of();
            return failure.isEmpty() && figures.isEmpty()
                    ? Run.failed(peer, workload, repetition, "failed: without a word")
                    : new Run(peer, workload, repetition, figures, failure);
        } finally {
            Files.delete(file);
        }
    }

    /// A prefix may wait before it starts the JVM.
    private Duration limit() {
        return prefix.isEmpty() ? LIMIT : LIMIT.multipliedBy(10);
    }

    private static Map<String, Double> figures(Path file) throws IOException {
        Map<String, Double> figures = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            figures.put(line.substring(0, equals), Double.parseDouble(line.substring(equals + 1)));
        }
        return figures;
    }
}
