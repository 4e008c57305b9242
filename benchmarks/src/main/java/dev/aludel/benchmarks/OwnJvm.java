package dev.aludel.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs a program of this class path in a JVM of its own, which is ended if it does not end.
///
/// @param heap   the options that size its heap
/// @param prefix words before the command
/// @param limit  how long it may take
record OwnJvm(List<String> heap, List<String> prefix, Duration limit) {
    OwnJvm {
        heap = List.copyOf(heap);
        prefix = List.copyOf(prefix);
    }

    /// Returns what went wrong, nothing if all went well.
    String run(Class<?> program, List<String> words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("aludel-bench", ".txt");
        try {
            Process process = new ProcessBuilder(command(program, words))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly); // where there is a prefix
                process.destroyForcibly().waitFor();
                return "did not end";
            }
            return process.exitValue() == 0 ? "" : "failed: " + lastLine(output);
        } finally {
            Files.delete(output);
        }
    }

    private List<String> command(Class<?> program, List<String> arguments) {
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(heap);
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.add(program.getName());
        words.addAll(arguments);
        return words;
    }

    private static String lastLine(Path output) throws IOException {
        return Files.readAllLines(output, StandardCharsets.UTF_8).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("without a word");
    }
}
