package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that is stopped and goes on, as on a laptop whose lid is closed. (reliability row F50)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AStoppedProcessTest {
    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static List<String> whatIsSaidAfter(long seconds) throws Exception {
        Process process = AnotherJava.of(AStoppedProcess.class, List.of("-cp", System.getProperty("java.class.path")))
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("stop me")) {
                    signal("STOP", process);
                    Thread.sleep(seconds * 1_000); // the only way to let another process stand still
                    signal("CONT", process);
                }
                said.add(Objects.requireNonNull(line));
            }
        } finally {
            process.destroyForcibly();
        }
        return said;
    }

    @Test
    @Tag("full")
    void gives_who_waits_one_more_try_and_accuses_nobody() throws Exception {
        assertThat(whatIsSaidAfter(60)).endsWith("stop me", "served waiter", "warnings: 0", "end");
    }
}
