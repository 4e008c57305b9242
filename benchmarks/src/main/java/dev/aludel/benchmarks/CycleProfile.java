package dev.aludel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Where the time of a cycle goes: the methods that the CPU was in, by JFR's samples of CPU time, while JMH measures.
///
/// A method that is compiled into another is told apart from it by the JIT's notes, which are exact to a few machine
/// instructions: neighbours in this table may stand for each other.
final class CycleProfile {
    private static final int SHOWN = 12;

    /// The end of a recording is looked at: until then code is being compiled.
    private static final Duration WINDOW = Duration.ofSeconds(2);

    private static final String SAMPLE = "jdk.CPUTimeSample";

    /// Aludel's own event of a checkout is off, as without a recording.
    private static final String SETTINGS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="%s">
                <setting name="enabled">true</setting>
                <setting name="stackTrace">true</setting>
                <setting name="throttle">2ms</setting>
              </event>
              <event name="aludel.Checkout"><setting name="enabled">false</setting></event>
            </configuration>
            """.formatted(SAMPLE);

    private CycleProfile() {}

    /// Profiles one peer.
    ///
    /// @param options makes those of one benchmark of one peer, in a JVM with the given options more
    /// @return a table of methods and their shares
    static String table(Function<List<String>, ChainedOptionsBuilder> options) throws RunnerException, IOException {
        Path folder = Files.createTempDirectory("aludel-profile");
        Path settings = Files.writeString(folder.resolve("samples.jfc"), SETTINGS);
        Path recording = folder.resolve("cycle.jfr");
        List<String> words = List.of(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+DebugNonSafepoints",
                "-XX:StartFlightRecording:filename=" + recording + ",settings=" + settings);
        RunResult result = new Runner(options.apply(words)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.seconds(3))
                        .build())
                .runSingle();
        List<String> methods = methods(recording);
        delete(folder);
        return table(result.getPrimaryResult().getScore(), methods);
    }

    private static String table(double score, List<String> methods) {
        Map<String, Long> counts =
                methods.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return "%.2f cycles/us while it was profiled, %d samples\n\n| share | method |\n|---|---|\n%s"
                .formatted(
                        score,
                        methods.size(),
                        counts.entrySet().stream()
                                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                                .limit(SHOWN)
                                .map(each -> "| %.1f %% | `%s` |%n"
                                        .formatted(100.0 * each.getValue() / methods.size(), each.getKey()))
                                .collect(Collectors.joining()));
    }

    /// Returns the method of each sample.
    static List<String> methods(Path recording) throws IOException {
        List<RecordedEvent> samples = new ArrayList<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals(SAMPLE) && event.getStackTrace() != null) {
                    samples.add(event);
                }
            }
        }
        Instant begin = samples.stream()
                .map(RecordedEvent::getStartTime)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH)
                .minus(WINDOW);
        return samples.stream()
                .filter(sample -> sample.getStartTime().isAfter(begin))
                .map(sample -> method(sample.getStackTrace()))
                .toList();
    }

    /// The JDK's are shown with who called them.
    private static String method(RecordedStackTrace stack) {
        List<RecordedFrame> frames = stack.getFrames();
        String top = name(frames.getFirst());
        if (!top.startsWith("java.") && !top.startsWith("jdk.")) {
            return top;
        }
        return frames.stream()
                .map(CycleProfile::name)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .map(caller -> top + " <- " + caller)
                .orElse(top);
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Files.delete(folder);
    }
}
