package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ErrorTextTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);

    private DatabaseException failure(SQLException cause) {
        database.next("execute").fails(cause);
        return catchThrowableOfType(
                DatabaseException.class,
                () -> engine.run(connection -> connection.execute(insert(TRIP).set(TRIP.code, "v4lue"))));
    }

    @ParameterizedTest
    @CsvSource({
        "40001, TransactionRolledBack",
        "40P01, TransactionRolledBack",
        "40003, CommitOutcomeUnknown",
        "23505, ConstraintViolated",
        "23P01, ConstraintViolated",
        "08006, ConnectionLost",
        "57P01, ConnectionLost",
        "57014, StatementTimeout",
        "55P03, StatementTimeout",
        "HYT00, StatementTimeout",
        "42P01, MappingMismatch",
        "42S22, MappingMismatch",
        "22P02, DatabaseException",
        "42601, DatabaseException",
        "53300, DatabaseException",
        "XX000, DatabaseException",
    })
    void has_a_type_that_says_what_the_caller_can_do(String state, String type) {
        SQLException cause = new SQLException("the value 'v4lue' is wrong", state);

        DatabaseException failure = failure(cause);

        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.sqlState()).contains(state);
        assertThat(failure.getCause()).isSameAs(cause);
        assertThat(failure.getMessage()).contains("(SQLState " + state + ")");
        assertThat(database.open()).isZero();
    }

    @ParameterizedTest
    @MethodSource("classes")
    void goes_by_the_drivers_class_where_there_is_no_sqlstate(SQLException cause, Class<?> type) {
        assertThat(failure(cause)).isExactlyInstanceOf(type);
    }

    static List<Arguments> classes() {
        return List.of(
                Arguments.of(new SQLRecoverableException(), ConnectionLost.class),
                Arguments.of(new SQLTimeoutException(), StatementTimeout.class),
                Arguments.of(new SQLIntegrityConstraintViolationException(), ConstraintViolated.class),
                Arguments.of(new SQLException(), DatabaseException.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40001 | the database rolled the transaction back because of a transaction beside it (a serialization failure"
                        + " or a deadlock): call rollback() and run the whole unit again (SQLState 40001)",
                "40P01 | the database rolled the transaction back to end a deadlock: call rollback() and run the whole unit"
                        + " again (SQLState 40P01)",
                "22001 | the database refused the statement: a value is too long for its column; shorten it, or widen the"
                        + " column (SQLState 22001)",
                "25P02 | the database refused the statement: an earlier statement of this transaction failed; call"
                        + " rollback() and run the unit again (SQLState 25P02)",
                "55P03 | the statement waited too long for a lock: call rollback() and try again (SQLState 55P03)",
                "57014 | the statement was cancelled, by its timeout or by somebody else (its timeout here is 30 s): call"
                        + " rollback() and make it faster, or raise statementTimeout (SQLState 57014)",
                "22XYZ | the database refused the statement: a value does not fit (SQLState 22XYZ)",
                "ZZZZZ | the database refused the statement: the cause says why (SQLState ZZZZZ)",
            })
    void says_what_is_wrong_and_what_to_do_in_words_of_our_own(String state, String text) {
        assertThat(failure(new SQLException("the value 'v4lue' is wrong", state)))
                .hasMessage(text + "\n[SQL: INSERT INTO trips (code) VALUES (?)]");
    }

    @Test
    void quotes_the_database_only_where_it_speaks_of_the_sql_text() {
        assertThat(failure(new SQLException("ERROR: function nope() does not exist\n  Hint: no", "42883")))
                .hasMessageStartingWith("the database refused the statement: a name, a type or the syntax is wrong:"
                        + " ERROR: function nope() does not exist (SQLState 42883)\n[SQL: ");
        assertThat(failure(new SQLException("ERROR: invalid input syntax: \"v4lue\"", "22P02")))
                .hasMessageNotContaining("v4lue");
    }

    @Test
    void holds_the_statement_with_placeholders() {
        assertThat(failure(new SQLException("no", "22000")).sql()).contains("INSERT INTO trips (code) VALUES (?)");
    }

    @Test
    void names_no_timeout_that_others_have_set() {
        Pool pool = Pool.of(settings -> settings.connections(database::connect));
        Engine own = Engine.create(
                "h2:mem:errors",
                options -> options.pool(
                        settings -> settings.connections(database::connect).statementTimeout(Duration.ofSeconds(5))));
        try (pool;
                own) {
            for (Engine each : List.of(Engine.of(pool, Dialects.POSTGRESQL), own)) {
                database.next("execute").fails("57014");

                assertThat(catchThrowableOfType(StatementTimeout.class, () -> each.read(select(TRIP.id))))
                        .hasMessageStartingWith("the statement was cancelled, by its timeout or by somebody else:"
                                + " make it faster, or raise statementTimeout (SQLState 57014)");
            }
        }
    }

    @Test
    void of_a_read_does_not_speak_of_rollback() {
        database.next("execute").fails("57014");

        assertThat(catchThrowableOfType(StatementTimeout.class, () -> engine.read(select(TRIP.id))))
                .hasMessageStartingWith(
                        "the statement was cancelled, by its timeout or by somebody else (its timeout here"
                                + " is 30 s): make it faster, or raise statementTimeout (SQLState 57014)");
    }
}
