package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.engine.Engine;
import dev.aludel.lab.Difference.Reference;
import dev.aludel.lab.Difference.Side;
import dev.aludel.orm.Sessions;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Sql;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Our log of the reference program is the model's, but for the differences in one table.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WalkthroughTest {
    private static final List<String> LOGGERS =
            List.of("main", "dev.aludel.engine.Engine", "dev.aludel.pool.QueuePool");

    /// What the table of differences masks.
    private static final Pattern CONNECTION = Pattern.compile("onnection (\\S+)");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final String url = Postgres.shared().url(Postgres.shared().createDatabase("walkthrough"));

    @BeforeEach
    void create_the_table_with_another_engine() {
        try (Engine other = Engine.create(url)) {
            other.run(connection -> connection.execute(Sql.createTable(Trip_.TRIP)));
        }
        log.start();
        loggers().forEach(logger -> {
            logger.setLevel(Level.TRACE);
            logger.setAdditive(false);
            logger.addAppender(log);
        });
    }

    @AfterEach
    void detach() {
        loggers().forEach(logger -> logger.detachAppender(log));
    }

    @ParameterizedTest
    @EnumSource(Reference.class)
    void differs_from_the_model_only_by_the_table_of_differences(Reference reference) {
        // given the model's log, and ours of the same program
        List<LogRow> expected = LogRow.reference(reference.file);
        assertThat(expected).hasSize(reference.size);
        List<LogRow> actual = run(reference);
        assertThat(connections(actual)).as("connections named in our log").hasSize(1);

        // when each difference is applied, touching exactly the rows that it says it touches
        for (Difference difference : Difference.TABLE) {
            List<LogRow> rows = difference.side() == Side.MODEL ? expected : actual;
            assertThat(difference.touchedOf(rows))
                    .as("rows touched by: %s", difference.name())
                    .isEqualTo(difference.expectedIn(reference));
            if (difference.side() == Side.MODEL) {
                expected = difference.applyTo(expected);
            } else {
                actual = difference.applyTo(actual);
            }
        }

        // then nothing else differs
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    @Test
    void has_18_rows_of_the_program_18_of_the_engine_and_9_of_the_pool() {
        List<LogRow> rows = run(Reference.WARM);
        assertThat(LOGGERS.stream()
                        .map(name -> rows.stream()
                                .filter(row -> row.logger().equals(name))
                                .count()))
                .containsExactly(18L, 18L, 9L);
    }

    @Test
    void states_the_levels_of_the_model_by_a_rule_that_holds_for_every_row_whose_level_is_known() {
        assertThat(LogRow.reference("session-walkthrough.levels.tsv"))
                .hasSize(45)
                .allSatisfy(row -> assertThat(row.level()).isEqualTo(LogRow.modelLevel(row.logger(), row.message())));
    }

    private static Set<String> connections(List<LogRow> rows) {
        return rows.stream()
                .flatMap(row -> CONNECTION.matcher(row.message()).results())
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    /// Runs the program on an engine in the state that the reference was taken in.
    private List<LogRow> run(Reference reference) {
        try (Engine engine = Engine.create(
                url,
                options -> options.sqlalchemy()
                        .prePing(reference == Reference.PRE_PING)
                        .logValues(true))) {
            if (reference != Reference.COLD) {
                engine.connect().close();
                warm(engine);
            }
            log.list.clear();
            new Walkthrough(Sessions.on(engine, Trip_.TRIP), LoggerFactory.getLogger("main")).run();
            return log.list.stream().map(LogRow::of).toList();
        }
    }

    /// Makes the engine's one connection, with a statement that the program does not use.
    private static void warm(Engine engine) {
        engine.read(Sql.select(Sql.count()).from(Trip_.TRIP)).one();
    }

    private static Stream<Logger> loggers() {
        return LOGGERS.stream().map(name -> (Logger) LoggerFactory.getLogger(name));
    }
}
