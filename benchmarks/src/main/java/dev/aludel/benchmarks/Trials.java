package dev.aludel.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        Path output = Files.createTempFile("aludel-bench", ".txt");
        Path file = Files.createTempFile("aludel-bench", ".figures");
        try {
            Process process = new ProcessBuilder(command(file, peer, workload))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(limit());
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly); // where there is a prefix
                process.destroyForcibly().waitFor();
                return Run.failed(peer, workload, repetition, "did not end");
            }
            Map<String, Double> figures = figures(file);
            return process.exitValue() == 0 && !figures.isEmpty()
                    ? Run.of(peer, workload, repetition, figures)
                    : Run.failed(peer, workload, repetition, "failed: " + lastLine(output));
        } finally {
            Files.delete(output);
            Files.delete(file);
        }
    }

    /// A prefix may wait before it starts the JVM.
    private Duration limit() {
        return prefix.isEmpty() ? LIMIT : LIMIT.multipliedBy(10);
    }

    private List<String> command(Path figures, Peer peer, Workload workload) {
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(Machine.HEAP);
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.add(Trial.class.getName());
        words.add(figures.toString());
        words.add(peer.name());
        words.addAll(workload.words());
        return words;
    }

    private static Map<String, Double> figures(Path file) throws IOException {
        Map<String, Double> figures = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            figures.put(line.substring(0, equals), Double.parseDouble(line.substring(equals + 1)));
        }
        return figures;
    }

    private static String lastLine(Path output) throws IOException {
        return Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("without a word");
    }
}
