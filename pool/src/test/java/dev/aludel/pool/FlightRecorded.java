package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.TellingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// What the flight recorder has of a class of tests: each `Throwable` that was made, but for those of a driver that
/// tells too much, and the pools' own events. There must be no [Canary] in it.
final class FlightRecorded implements AutoCloseable {
    private static final Namespace NAMESPACE = Namespace.create(FlightRecorded.class);
    private static final List<String> THROWABLES = List.of("jdk.JavaExceptionThrow", "jdk.JavaErrorThrow");
    private static final List<String> OURS =
            List.of("aludel.Checkout", "aludel.Timeout", "aludel.Connect", "aludel.Close");

    private final Recording recording = new Recording();

    FlightRecorded() {
        THROWABLES.forEach(name -> recording.enable(name).withoutStackTrace().with("throttle", "off"));
        OURS.forEach(name -> recording.enable(name).withoutStackTrace().withoutThreshold());
        recording.start();
    }

    /// Records until the last test of a class is over.
    static void during(ExtensionContext testClass) {
        testClass
                .getStore(NAMESPACE)
                .computeIfAbsent(FlightRecorded.class, key -> new FlightRecorded(), FlightRecorded.class);
    }

    /// Checks what was recorded.
    @Override
    public void close() {
        String own = String.valueOf(new IllegalStateException("something is recorded").getMessage());
        List<String> texts = ended();
        assertThat(texts).as("what the flight recorder has").anyMatch(text -> text.contains(own));
        texts.forEach(Canary::isNotIn);
    }

    private static boolean isTelling(RecordedEvent event) {
        return THROWABLES.contains(event.getEventType().getName())
                && event.getClass("thrownClass").getName().equals(TellingException.class.getName());
    }

    private List<String> ended() {
        try (recording) {
            recording.stop();
            Path file = Files.createTempFile("canary", ".jfr");
            try {
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .filter(event -> !isTelling(event))
                        .map(RecordedEvent::toString)
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
