package dev.aludel.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// A number of clients that use one address at the same time, from another JVM.
///
/// @param number   how many users there are; each has one request under way at a time
/// @param duration for how long they go on sending
record Clients(int number, Duration duration) {
    Clients {
        if (number < 1) {
            throw new IllegalArgumentException("clients must be 1 or more, but was " + number);
        }
        if (duration.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "the duration must be 1 s or more, but was " + duration.toMillis() + " ms");
        }
    }

    /// Plays the load and returns what its users saw.
    ///
    /// @param progress is told the answers so far and the time since the first of them, at each answer
    /// @throws IOException if the other JVM cannot be started, or fails
    Answers play(URI target, BiConsumer<List<Answer>, Duration> progress) throws IOException, InterruptedException {
        Process users = start(target);
        Thread end = new Thread(users::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return collect(users, progress);
        } finally {
            users.destroyForcibly();
            forget(end);
        }
    }

    private Process start(URI target) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadClient.class.getName(),
                        target.toString(),
                        String.valueOf(number),
                        String.valueOf(duration.toSeconds()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Answers collect(Process users, BiConsumer<List<Answer>, Duration> progress)
            throws IOException, InterruptedException {
        List<Answer> answers = new ArrayList<>();
        long first = 0;
        long last = 0;
        try (BufferedReader lines = users.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Answer answer = Answer.parse(line);
                last = System.nanoTime();
                if (answers.isEmpty()) {
                    first = last - answer.time().toNanos();
                }
                answers.add(answer);
                progress.accept(answers, Duration.ofNanos(last - first));
            }
        }
        int code = users.waitFor();
        if (code != 0) {
            throw new IOException("the JVM of the load clients ended with exit code " + code);
        }
        return new Answers(answers, Duration.ofNanos(last - first));
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is going down: the hook has run, or will
        }
    }
}
