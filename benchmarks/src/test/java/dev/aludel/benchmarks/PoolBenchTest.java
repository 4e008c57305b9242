package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolBenchTest {
    @Test
    void an_unknown_part_or_peer_is_refused_with_the_known_ones() {
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new PoolBench()).setErr(new PrintWriter(error));

        assertThat(command.execute("--only", "cycles")).isEqualTo(2);
        assertThat(command.execute("--peers", "hickory")).isEqualTo(2);

        assertThat(error.toString())
                .contains("must be one of cycle,contention,burst,down,profile, but was 'cycles'")
                .contains(
                        "must be one of aludel,aludel-coarse,hikari,agroal,agroal-uncached,dbcp2,tomcat,vibur,c3p0,fair-semaphore");
    }

    @Test
    void a_part_that_measures_none_of_the_given_peers_is_refused() {
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new PoolBench()).setErr(new PrintWriter(error));

        assertThat(command.execute("--only", "cycle", "--peers", "fair-semaphore"))
                .isEqualTo(2);

        assertThat(error.toString()).contains("none of the peers fair-semaphore is measured in the part cycle");
    }

    @Test
    void results_that_cannot_be_saved_are_refused_before_anything_is_measured(@TempDir Path folder) throws IOException {
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new PoolBench()).setErr(new PrintWriter(error));
        Path file = Files.createFile(folder.resolve("taken"));

        assertThat(command.execute("--results", file.toString())).isEqualTo(2);

        assertThat(error.toString()).contains("'" + file + "' cannot be made a folder");
    }

    @Test
    void a_part_is_run_for_the_given_peers_and_saved(@TempDir Path folder) {
        int code = new CommandLine(new PoolBench())
                .execute(
                        "--only",
                        "down",
                        "--peers",
                        "aludel",
                        "--repetitions",
                        "1",
                        "--results",
                        folder.resolve("new").toString());

        assertThat(code).isZero();
        assertThat(folder.resolve("new/down.md")).content().contains("--only down --peers aludel", "| aludel |");
        assertThat(folder.resolve("new/down.json")).content().contains("\"failure\": \"\"");
        assertThat(folder.resolve("new/down.svg")).exists();
    }
}
