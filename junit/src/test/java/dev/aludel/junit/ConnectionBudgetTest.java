package dev.aludel.junit;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.example.Trips;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Pool;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/// What the extension says of small tests that JUnit runs within this one.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectionBudgetTest {
    /// Runs the tests of a class, and returns for each what it failed with, or "passed".
    private static Map<String, String> run(Class<?> tests) {
        Map<String, String> results = new TreeMap<>();
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .finished()
                .stream()
                .forEach(event -> results.put(
                        event.getTestDescriptor().getDisplayName().replace("()", ""),
                        event.getPayload(TestExecutionResult.class)
                                .flatMap(TestExecutionResult::getThrowable)
                                .map(failure -> failure.getClass().getSimpleName() + ": " + failure.getMessage())
                                .orElse("passed")));
        return results;
    }

    private static String guide() throws IOException {
        return Files.readString(Path.of("..", "docs", "guides", "connection-budget.md"));
    }

    /// Tests on a clock that moves as they say.
    static class Samples {
        final VirtualClock clock = new VirtualClock();
        final FakeDatabase database = new FakeDatabase();

        @RegisterExtension
        final ConnectionBudget budget = ConnectionBudget.on(database.dataSource())
                .ticker(clock)
                .statements(10)
                .repeats(5);

        final Trips trips = new Trips(budget.dataSource());

        void pause(Duration time) {
            clock.advance(time);
        }

        @Test
        void good() throws SQLException {
            trips.hold(() -> pause(ofMillis(50)));
            trips.each(5);
        }

        @Test
        void holds() throws SQLException {
            trips.hold(() -> pause(ofMillis(120)));
        }

        @Test
        void nests() throws SQLException {
            trips.nest();
        }

        @Test
        void asks() throws SQLException {
            trips.each(5);
            trips.hold(() -> {});
            trips.hold(() -> {});
            trips.hold(() -> {});
        }

        @Test
        void repeats() throws SQLException {
            trips.each(6);
        }

        @Test
        void forgets() throws SQLException {
            assertThat(trips.forget().isClosed()).isFalse();
        }

        @Test
        @WithBudget(heldOutsideSqlMillis = 120, statements = 12, repeats = 12, connections = 2)
        void may() throws SQLException {
            trips.hold(() -> pause(ofMillis(120)));
            trips.nest();
            trips.each(8);
        }

        @Test
        @WithBudget(statements = 0)
        void may_not() throws SQLException {
            trips.hold(() -> {});
        }

        @Test
        void fails_by_itself_and_forgets() throws SQLException {
            assertThat(trips.forget().isClosed()).isFalse();
            throw new IllegalStateException("its own");
        }
    }

    @Test
    void a_test_within_its_budget_passes() {
        assertThat(run(Samples.class)).containsEntry("good", "passed").containsEntry("may", "passed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"holds", "nests", "asks", "repeats", "forgets"})
    void a_test_beyond_it_fails_with_the_text_that_the_guide_shows(String name) throws IOException {
        String text = run(Samples.class).getOrDefault(name, "not run");

        assertThat(text).startsWith("AssertionError: ").contains("\n  why:  ", "\n  try:  ");
        assertThat(guide()).contains(text.replace("AssertionError: ", "").indent(4));
    }

    @Test
    void the_limits_of_an_annotation_take_the_place_of_the_budgets() {
        assertThat(run(Samples.class).get("may_not")).contains("2 statements were run, 0 are allowed");
    }

    @Test
    void a_test_that_fails_by_itself_keeps_its_own_failure() {
        assertThat(run(Samples.class)).containsEntry("fails_by_itself_and_forgets", "IllegalStateException: its own");
    }

    @WithBudget(statements = 1)
    static class Annotated extends Samples {
        @Test
        void one_of_the_class() throws SQLException {
            trips.each(1);
        }

        @Test
        @WithBudget(statements = 2)
        void two_of_its_own() throws SQLException {
            trips.each(2);
        }

        @Nested
        class Inside {
            @Test
            void two_inside() throws SQLException {
                trips.each(2);
            }
        }
    }

    @Test
    void a_classs_limits_are_those_of_its_tests_and_of_the_classes_in_it_unless_a_test_has_its_own() {
        Map<String, String> results = run(Annotated.class);

        assertThat(results).containsEntry("one_of_the_class", "passed").containsEntry("two_of_its_own", "passed");
        assertThat(results.get("two_inside")).contains("2 statements were run, 1 are allowed");
    }

    /// What a source is made of does not matter.
    abstract static class OnASource {
        @RegisterExtension
        final ConnectionBudget budget =
                ConnectionBudget.on(source()).ticker(() -> 0).statements(3);

        private final Trips trips = new Trips(budget.dataSource());
        private final Stream.Builder<Connection> forgotten = Stream.builder();

        abstract DataSource source();

        @Test
        void good() throws SQLException {
            trips.hold(() -> {});
            trips.each(1);
        }

        @Test
        void nests() throws SQLException {
            trips.nest();
        }

        @Test
        void asks() throws SQLException {
            trips.each(4);
        }

        @Test
        void forgets() throws SQLException {
            forgotten.add(trips.forget());
        }

        @AfterEach
        void close() throws SQLException {
            budget.dataSource().close();
        }
    }

    static class OnAludel extends OnASource {
        @Override
        DataSource source() {
            return Pool.of(settings -> settings.url("jdbc:h2:mem:").size(2));
        }

        @Override
        @AfterEach
        void close() throws SQLException {
            budget.dataSource().unwrap(Pool.class).close(Duration.ZERO); // else it waits for what was forgotten
        }
    }

    static class OnH2 extends OnASource {
        @Override
        DataSource source() {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:mem:");
            return source;
        }
    }

    static class OnHikari extends OnASource {
        @Override
        DataSource source() {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl("jdbc:h2:mem:");
            config.setMaximumPoolSize(2);
            return new HikariDataSource(config);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OnAludel.class, OnH2.class, OnHikari.class})
    void it_is_the_same_on_any_data_source(Class<?> tests) {
        Map<String, String> results = run(tests);

        assertThat(results).hasSize(4).containsEntry("good", "passed");
        assertThat(results.get("nests"))
                .contains("by a thread that has 1 already")
                .contains("Trips.nest(Trips.java:");
        assertThat(results.get("asks")).contains("4 statements were run, 3 are allowed");
        assertThat(results.get("forgets")).contains("not given back: Trips.forget(Trips.java:");
    }

    static class BesideTests {
        static final FakeDatabase DATABASE = new FakeDatabase();

        @RegisterExtension
        static final ConnectionBudget BUDGET =
                ConnectionBudget.on(DATABASE.dataSource()).statements(0);

        @BeforeAll
        @AfterAll
        static void beside() throws SQLException {
            new Trips(BUDGET.dataSource()).each(3);
        }

        @Test
        void does_nothing() {
            assertThat(DATABASE.statements()).isEqualTo(3);
        }
    }

    @Test
    void what_is_done_between_tests_is_not_judged() {
        assertThat(run(BesideTests.class)).containsExactly(Map.entry("does_nothing", "passed"));
    }

    @Test
    void two_tests_at_a_time_are_refused() {
        Ledger ledger = new Ledger();
        ledger.begin("first()", Limits.DEFAULT);

        assertThatThrownBy(() -> ledger.begin("second()", Limits.DEFAULT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'second()' begins while 'first()' runs on the same ConnectionBudget");
    }

    @Test
    void a_limit_that_makes_no_sense_is_refused() {
        ConnectionBudget budget = ConnectionBudget.on(new FakeDatabase().dataSource());

        assertThatThrownBy(() -> budget.heldOutsideSql(ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heldOutsideSql must be 0 or more");
        assertThatThrownBy(() -> budget.statements(-1))
                .hasMessageContaining("statements must be 0 or more, but was -1");
        assertThatThrownBy(() -> budget.repeats(0)).hasMessageContaining("repeats must be 1 or more");
        assertThatThrownBy(() -> budget.connections(0)).hasMessageContaining("connections must be 1 or more");
    }
}
