package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.aludel.sql.Condition;
import dev.aludel.sql.Insert;
import dev.aludel.testkit.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EngineLogTest {
    private static final String LOGGER = "dev.aludel.engine.Engine.log-test";
    private static final Insert<Trip> INSERT = insert(TRIP).set(TRIP.code, "A").set(TRIP.seats, 7);

    private final VirtualClock clock = new VirtualClock();
    private final LogLines log = LogLines.of(LOGGER, Level.TRACE);

    @AfterEach
    void stop_listening() {
        log.close();
    }

    private Engine engine(Consumer<Options> options) {
        Engine engine = Databases.h2(each -> {
            each.name("log-test").ticker(clock);
            options.accept(each);
        });
        log.clear();
        return engine;
    }

    // connection-model row 144, section 5.5
    @Test
    void says_what_the_model_says_one_level_down() {
        try (Engine engine = engine(options -> options.logValues(true))) {
            engine.run(connection -> {
                connection.execute(INSERT);
                connection.execute(select(TRIP.id, TRIP.code)
                        .from(TRIP)
                        .where(TRIP.code.eq("A"), TRIP.id.gt(0L))
                        .as(Object::equals));
                connection.execute(INSERT.returning(TRIP.id));
            });
            try (SqlConnection connection = engine.connect()) {
                connection.execute(select(TRIP.id));
            }
        }

        assertThat(log.lines())
                .containsExactly(
                        "DEBUG " + LOGGER + " BEGIN (implicit)",
                        "DEBUG " + LOGGER + " INSERT INTO trips (code, seats) VALUES (?, ?)",
                        "DEBUG " + LOGGER + " [generated in <t>s] {'code': 'A', 'seats': 7}",
                        "DEBUG " + LOGGER
                                + " SELECT trips.id, trips.code \nFROM trips \nWHERE trips.code = ? AND trips.id > ?",
                        "DEBUG " + LOGGER + " [generated in <t>s] {'code_1': 'A', 'id_1': 0}",
                        "TRACE " + LOGGER + " Col ('id', 'code')",
                        "TRACE " + LOGGER + " Row (1, 'A')",
                        "DEBUG " + LOGGER
                                + " SELECT trips.id \nFROM FINAL TABLE (INSERT INTO trips (code, seats) VALUES (?, ?)) trips",
                        "DEBUG " + LOGGER + " [generated in <t>s] {'code': 'A', 'seats': 7}",
                        "TRACE " + LOGGER + " Col ('id',)",
                        "TRACE " + LOGGER + " Row (2,)",
                        "DEBUG " + LOGGER + " COMMIT",
                        "DEBUG " + LOGGER + " BEGIN (implicit)",
                        "DEBUG " + LOGGER + " SELECT trips.id \nFROM trips",
                        "DEBUG " + LOGGER + " [generated in <t>s] {}",
                        "TRACE " + LOGGER + " Col ('id',)",
                        "TRACE " + LOGGER + " Row (1,)",
                        "TRACE " + LOGGER + " Row (2,)",
                        "DEBUG " + LOGGER + " ROLLBACK");
    }

    @Test
    void hides_values_unless_asked_for_them() {
        try (Engine engine = engine(options -> {})) {
            engine.run(connection -> {
                connection.execute(INSERT);
                connection.execute(delete(TRIP).where(TRIP.code.eq("B")));
                connection.execute(select(TRIP));
            });
        }

        assertThat(log.messages())
                .containsSequence("Col ('id', 'code', 'seats')", "Row (hidden)", "COMMIT")
                .anySatisfy(line -> assertThat(line).endsWith("] {2 values hidden}"))
                .anySatisfy(line -> assertThat(line).endsWith("] {1 value hidden}"))
                .anySatisfy(line -> assertThat(line).endsWith("] {}"))
                .noneSatisfy(line -> assertThat(line).contains("'A'"))
                .noneSatisfy(line -> assertThat(line).contains("'B'"));
    }

    @Test
    void tells_how_long_a_text_took_and_how_old_it_is() {
        try (Engine engine = engine(options -> options.ticker(() -> {
            clock.advance(ofNanos(40_000));
            return clock.getAsLong();
        }))) {
            engine.read(select(TRIP.id));
            clock.advance(ofMillis(4));
            engine.read(select(TRIP.id));
            clock.advance(ofSeconds(12_345));
            engine.read(select(TRIP.id));
        }

        assertThat(log.messages())
                .filteredOn(line -> line.startsWith("["))
                .containsExactly(
                        "[generated in 0.00004s] {}",
                        "[cached since 0.00412s ago] {}",
                        "[cached since 1.235e+04s ago] {}");
    }

    @Test
    void says_when_nothing_is_cached() {
        try (Engine engine = engine(options -> options.cacheSize(0))) {
            engine.read(select(TRIP.id));
        }

        assertThat(log.messages()).contains("[caching disabled 0.00000s] {}");
    }

    // connection-model row 147
    @Test
    void cuts_long_values_many_values_and_the_text_of_many_rows() {
        List<List<Object>> rows = IntStream.range(0, 100)
                .mapToObj(i -> List.<Object>of("c" + i, i))
                .toList();
        try (Engine engine = engine(options -> options.logValues(true))) {
            engine.run(connection -> {
                connection.execute(INSERT.set(TRIP.code, "x".repeat(400)));
                connection.execute(insert(TRIP).rows(List.of(TRIP.code, TRIP.seats), rows));
            });
        }

        assertThat(log.messages())
                .anySatisfy(line -> assertThat(line)
                        .endsWith("] {'code': '" + "x".repeat(149) + " ... (102 characters truncated) ... "
                                + "x".repeat(149) + "', 'seats': 7}"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("INSERT INTO trips (code, seats) VALUES (?, ?), (?, ?)")
                        .containsPattern(" \\.\\.\\. \\d+ characters truncated \\.\\.\\. ")
                        .hasSizeLessThan(400))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("[generated in ")
                        .contains(
                                "{'code__0': 'c0', 'seats__0': 0, ",
                                " ... 100 parameters truncated ... ",
                                "'seats__99': 99}"));
    }

    @Test
    void does_not_cut_the_text_of_a_long_query() {
        try (Engine engine = engine(options -> {})) {
            engine.read(select(TRIP.id)
                    .where(Collections.nCopies(60, TRIP.id.gt(0L)).toArray(Condition[]::new)));
        }

        assertThat(log.messages().getFirst()).hasSizeGreaterThan(900).doesNotContain("truncated");
    }

    // connection-model row 148
    @Test
    void has_one_line_for_each_row_read() {
        try (Engine engine = engine(options -> {})) {
            engine.run(connection -> connection.execute(insert(TRIP)
                    .rows(List.of(TRIP.code, TRIP.seats), List.of(List.of("A", 1), List.of("B", 2), List.of("C", 3)))));
            log.clear();
            engine.read(select(TRIP.id)).first();
        }

        assertThat(log.messages()).filteredOn(line -> line.startsWith("Row")).hasSize(3);
    }

    @Test
    void shows_statements_but_no_rows_at_debug_and_nothing_at_info() {
        try (Engine engine = engine(options -> {});
                LogLines debug = LogLines.of(LOGGER, Level.DEBUG)) {
            engine.read(select(TRIP.id));
            assertThat(debug.lines()).hasSize(2).allMatch(line -> line.startsWith("DEBUG"));
        }
        try (Engine engine = engine(options -> {});
                LogLines info = LogLines.of(LOGGER, Level.INFO)) {
            engine.run(connection -> connection.execute(INSERT));
            assertThat(info.lines()).isEmpty();
        }
    }

    // connection-model row 143
    @Test
    void has_no_name_behind_the_loggers_if_the_engine_has_none() {
        try (LogLines plain = LogLines.of("dev.aludel.engine.Engine", Level.DEBUG);
                Engine engine = Engine.create("h2:mem:unnamed")) {
            engine.run(connection -> connection.execute(createTable(TRIP)));

            assertThat(plain.lines().getFirst()).isEqualTo("DEBUG dev.aludel.engine.Engine BEGIN (implicit)");
        }
    }

    // connection-model row 146
    @Test
    void echoes_with_values_to_standard_output_whatever_the_levels_are() {
        log.close();
        String out = printed(() -> {
            try (Engine echoing = engine(options -> options.echo(true));
                    Engine silent = engine(options -> options.echo(false))) {
                echoing.run(connection -> {
                    connection.execute(INSERT);
                    connection.execute(select(TRIP.id));
                });
                silent.run(connection -> connection.execute(delete(TRIP).where(TRIP.id.eq(1L))));
            }
        });

        assertThat(out.lines().dropWhile(line -> !line.contains("INSERT")))
                .map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} ", "<time> "))
                .containsExactly(
                        "<time> DEBUG " + LOGGER + " INSERT INTO trips (code, seats) VALUES (?, ?)",
                        "<time> DEBUG " + LOGGER + " [generated in 0.00000s] {'code': 'A', 'seats': 7}",
                        "<time> DEBUG " + LOGGER + " SELECT trips.id ",
                        "FROM trips",
                        "<time> DEBUG " + LOGGER + " [generated in 0.00000s] {}",
                        "<time> DEBUG " + LOGGER + " COMMIT");
    }

    @Test
    void echoes_rows_if_asked_to() {
        log.close();
        String out = printed(() -> {
            try (Engine engine = engine(options -> options.echoRows(true))) {
                engine.run(connection -> connection.execute(INSERT.returning(TRIP.id)));
            }
        });

        assertThat(out).contains("TRACE " + LOGGER + " Col ('id',)", "TRACE " + LOGGER + " Row (1,)");
    }

    private static String printed(Runnable work) {
        PrintStream standard = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setOut(standard);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
