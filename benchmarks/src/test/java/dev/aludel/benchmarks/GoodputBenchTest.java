package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Deadline;
import dev.aludel.servers.Postgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GoodputBenchTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --only some            | must be one of no-retries,retries, but was 'some'
            --contenders hickory   | must be one of aludel-deadlines,aludel-30s,aludel-500ms,hikari-30s,hikari-500ms,hikari-250ms,agroal-500ms
            --seconds 3            | --seconds must be 4 or more, but was 3
            --seconds 0 --only no-retries | --seconds must be 1 or more, but was 0
            --loads 0.8,0          | --loads must be more than 0
            --minutes 0            | --minutes must be 1 or more, but was 0
            --minutes 10 --short   | --minutes is one load of that length
            """)
    void what_cannot_be_measured_is_refused(String arguments, String why) {
        StringWriter error = new StringWriter();
        CommandLine command = new CommandLine(new GoodputBench()).setErr(new PrintWriter(error));

        assertThat(command.execute(arguments.split(" "))).isEqualTo(2);

        assertThat(error.toString()).contains(why);
    }

    @ParameterizedTest
    @EnumSource
    void every_contender_lends_connections_of_the_server(Contender contender) throws Exception {
        DataSource pool = contender.pool(Postgres.shared().jdbcUrl("postgres"));
        try (Connection connection = contender.door(pool).lend(Deadline.in(Duration.ofMinutes(1)));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select 42")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        } finally {
            Peer.close(pool);
        }
    }

    /// In strict order with 30 s: a machine that stands still for a while has nobody refused.
    @Test
    void a_run_is_measured_in_a_jvm_of_its_own_and_saved(@TempDir Path folder) throws Exception {
        Path results = folder.resolve("new");
        int code = new CommandLine(new GoodputBench())
                .execute(("--only no-retries --contenders aludel-30s --loads 0.5 --seconds 1 --results " + results)
                        .split(" "));

        assertThat(code).isZero();
        List<StepResult> steps = Files.readAllLines(results.resolve("goodput.tsv")).stream()
                .filter(line -> line.startsWith("aludel-30s\t1\t\t"))
                .map(line -> StepResult.parse(line.substring("aludel-30s\t1\t\t".length())))
                .toList();
        assertThat(steps).extracting(StepResult::load).containsExactly("0.5", "back to 0.8");
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.figure(Figure.OFFERED)).isPositive();
            assertThat(step.figure(Figure.REFUSED_IN_ALL)).isZero();
            assertThat(step.figure(Figure.FAILED)).isZero();
        });
        assertThat(results.resolve("goodput.md"))
                .content()
                .contains("--loads 0.5", "fsync off", "### Back to normal", "| aludel-30s |");
        assertThat(results.resolve("goodput.svg")).content().startsWith("<svg ");
    }
}
