package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Pool;
import dev.aludel.sql.Delete;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Select;
import dev.aludel.testkit.FakeDatabase;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectionLossTest {
    private static final Select<Long> SELECT = select(TRIP.id);
    private static final Delete<Trip> DELETE = delete(TRIP).where(TRIP.code.eq(Secrets.WORD));

    @RegisterExtension
    final Secrets secrets = new Secrets();

    private final FakeDatabase database = telling();
    private final Pool pool = Pool.of(settings -> settings.connections(() -> database.connect(properties()))
            .size(1)
            .prePing(false)
            .name("loss"));
    private final Engine engine = Engine.of(pool, Dialects.POSTGRESQL);

    private static FakeDatabase telling() {
        FakeDatabase database = new FakeDatabase();
        database.tellAll();
        return database;
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("password", Secrets.WORD);
        return properties;
    }

    @AfterEach
    void no_connection_is_left() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
        assertThat(database.open()).isZero();
    }

    // F01
    // connection-model rows 73, 74, 79, 118
    @Test
    void in_a_statement_refuses_everything_until_rollback_and_then_takes_a_new_connection() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            database.next("execute").losesConnection();

            secrets.assertThatThrownBy(() -> connection.execute(DELETE))
                    .isInstanceOf(ConnectionLost.class)
                    .hasMessage("""
                            the connection to the database of pool 'loss' was lost, and the transaction with it:\
                             call rollback() and run the unit again (SQLState 08006)
                            [SQL: DELETE FROM trips WHERE trips.code = ?]""");
            assertThat(connection.isClosed()).isFalse();
            assertThat(transaction.isActive()).isFalse();
            assertThat(pool.snapshot().checkedOut()).isZero();

            for (Runnable call : new Runnable[] {
                () -> connection.execute(SELECT), connection::commit, connection::begin, transaction::commit
            }) {
                assertThatIllegalStateException()
                        .isThrownBy(call::run)
                        .withMessage("this SqlConnection lost its connection to the database:"
                                + " call rollback() first, then it can be used again")
                        .withCauseInstanceOf(ConnectionLost.class);
            }

            connection.rollback();
            assertThat(connection.execute(SELECT).all()).isEmpty();
            connection.commit();
        }
        assertThat(database.opened()).isEqualTo(2);
        assertThat(database.log(1)).doesNotContain("rollback");
        assertThat(database.log(2)).contains("commit");
    }

    // F03
    // connection-model row 75
    @Test
    void in_commit_says_that_the_outcome_is_not_known_and_claims_no_rollback() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            connection.execute(DELETE);
            database.next("commit").losesConnection();

            secrets.assertThatThrownBy(transaction::commit)
                    .isInstanceOf(CommitOutcomeUnknown.class)
                    .hasMessageContaining("was lost during COMMIT: whether it took effect is not known")
                    .hasMessageNotContaining("rolled back");
            assertThat(transaction.isActive()).isFalse();
            assertThatIllegalStateException().isThrownBy(() -> connection.execute(SELECT));
            connection.rollback();
            assertThat(connection.execute(SELECT).all()).isEmpty();
        }
    }

    // connection-model row 82
    @Test
    void in_rollback_is_an_error_but_the_transaction_is_over() {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(DELETE);
            database.next("rollback").losesConnection();

            secrets.assertThatThrownBy(connection::rollback).isInstanceOf(ConnectionLost.class);
            assertThat(connection.inTransaction()).isFalse();
            assertThat(connection.execute(SELECT).all()).isEmpty();
        }
    }

    // connection-model row 80
    @Test
    void can_be_closed_without_rollback_and_closed_is_closed() {
        SqlConnection connection = engine.connect();
        connection.execute(DELETE);
        database.killConnections();
        secrets.assertThatThrownBy(() -> connection.execute(SELECT)).isInstanceOf(ConnectionLost.class);

        connection.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> connection.execute(SELECT))
                .withMessage("this SqlConnection is closed: take another with engine.connect()");
    }

    @Test
    void found_only_at_close_is_spared_the_caller() {
        SqlConnection connection = engine.connect();
        connection.execute(DELETE);
        database.killConnections();

        connection.close();

        assertThat(connection.isClosed()).isTrue();
    }

    // connection-model row 71
    @Test
    void without_a_ping_is_found_by_the_first_statement() {
        engine.connect().close();
        database.killConnections();

        try (SqlConnection connection = engine.connect()) {
            secrets.assertThatThrownBy(() -> connection.execute(SELECT)).isInstanceOf(ConnectionLost.class);
        }
        engine.run(connection -> connection.execute(SELECT));
    }

    // connection-model row 92
    @Test
    void lets_the_block_of_a_transaction_end_quietly() {
        try (SqlConnection connection = engine.connect()) {
            secrets.assertThatThrownBy(() -> {
                        try (Transaction transaction = connection.begin()) {
                            database.killConnections();
                            connection.execute(DELETE);
                            transaction.commit();
                        }
                    })
                    .isInstanceOf(ConnectionLost.class)
                    .hasNoSuppressedExceptions();
            assertThat(connection.execute(SELECT).all()).isEmpty();
        }
    }

    // connection-model rows 81
    @Test
    void is_not_meant_by_an_error_of_another_kind() {
        try (SqlConnection connection = engine.connect()) {
            database.next("execute").fails("22P02");

            secrets.assertThatThrownBy(() -> connection.execute(DELETE)).isExactlyInstanceOf(DatabaseException.class);
            assertThat(connection.inTransaction()).isTrue();
            connection.rollback();
            connection.execute(DELETE);
        }
        assertThat(database.opened()).isOne();
    }

    // connection-model row 76
    @Test
    void is_not_a_failed_commit_after_which_only_rollback_is_allowed() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            connection.execute(DELETE);
            database.next("commit").fails("25P02");

            DatabaseException failure =
                    secrets.thrown(catchThrowableOfType(DatabaseException.class, transaction::commit));
            assertThat(failure)
                    .hasMessage("COMMIT failed, nothing of the transaction was kept; call rollback():"
                            + " an earlier statement of this transaction failed; call rollback() and run the unit"
                            + " again (SQLState 25P02)");
            assertThat(transaction.isActive()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(() -> connection.execute(SELECT))
                    .withMessage(
                            "the commit of this SqlConnection failed: call rollback() first, then it can be used again")
                    .withCause(failure);
            assertThatIllegalStateException()
                    .isThrownBy(transaction::commit)
                    .withMessageStartingWith("commit() on a transaction that could not be committed");

            connection.rollback();
            connection.execute(SELECT);
            connection.commit();
        }
        assertThat(database.opened()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "23503, ConstraintViolated",
        "40001, TransactionRolledBack",
        "25P02, DatabaseException",
        "42501, DatabaseException",
    })
    void is_not_a_commit_that_the_database_refuses(String state, String type) {
        // a kind that stays as it is: of state 42 the driver's words are quoted
        assertThat(failureOfCommit(new SQLSyntaxErrorException("no", state))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(type);
    }

    static List<SQLException> errors_of_commit_that_say_nothing_of_its_outcome() {
        return List.of(
                new SQLException("no"),
                new SQLTimeoutException("no"),
                new SQLException("no", "57014"),
                new SQLException("no", "58030"),
                new SQLException("no", "53100"),
                new SQLException("no", "XX000"),
                new SQLException("no", "40003"));
    }

    // F03
    @ParameterizedTest
    @MethodSource("errors_of_commit_that_say_nothing_of_its_outcome")
    void is_what_a_commit_of_unknown_outcome_is_treated_as(SQLException cause) {
        assertThat(failureOfCommit(cause))
                .isInstanceOf(CommitOutcomeUnknown.class)
                .hasRootCause(cause)
                .hasMessageContaining("whether it took effect is not known")
                .hasMessageNotContaining("nothing of the transaction was kept")
                .hasMessageNotContaining("was lost");
        engine.read(SELECT);
        assertThat(database.opened()).isEqualTo(2);
        assertThat(database.log(1)).doesNotContain("setAutoCommit true");
    }

    @Test
    void is_not_claimed_of_a_commit_that_failed_with_an_error_of_the_server() {
        assertThat(failureOfCommit(new SQLException("no", "XX000")))
                .hasMessage("COMMIT failed, the server has an internal error: whether it took effect is not known."
                        + " Call rollback(), look whether it did, and only then run the unit again"
                        + " (SQLState XX000)");
    }

    private DatabaseException failureOfCommit(SQLException cause) {
        database.next("commit").fails(cause);
        return secrets.thrown(catchThrowableOfType(
                DatabaseException.class, () -> engine.run(connection -> connection.execute(DELETE))));
    }

    // connection-model rows 77, 108: the driver is asked, and sends nothing if no transaction is open
    @Test
    void is_not_a_failed_commit_in_a_block_which_leaves_no_transaction() {
        try (SqlConnection connection = engine.connect()) {
            database.next("commit").fails("23503");
            secrets.assertThatThrownBy(() -> {
                        try (Transaction transaction = connection.begin()) {
                            connection.execute(DELETE);
                            transaction.commit();
                        }
                    })
                    .isInstanceOf(ConstraintViolated.class);
            assertThat(connection.inTransaction()).isFalse();
            connection.execute(SELECT);
        }
    }

    // connection-model row 85
    @Test
    void is_assumed_when_the_virtual_machine_fails_in_the_middle_of_a_statement() {
        try (SqlConnection connection = engine.connect()) {
            database.next("execute").fails(new StackOverflowError());

            secrets.assertThatThrownBy(() -> connection.execute(SELECT)).isInstanceOf(StackOverflowError.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> connection.execute(SELECT))
                    .withMessageStartingWith("this SqlConnection lost its connection");
            connection.rollback();
            connection.execute(SELECT);
        }
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_virtual_machine_fails_in_begin() {
        try (SqlConnection connection = engine.connect()) {
            database.next("setAutoCommit").fails(new StackOverflowError());

            secrets.assertThatThrownBy(connection::begin).isInstanceOf(StackOverflowError.class);
            assertThat(connection.inTransaction()).isFalse();
            connection.execute(SELECT);
        }
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_virtual_machine_fails_in_commit() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            connection.execute(DELETE);
            database.next("commit").fails(new StackOverflowError());

            secrets.assertThatThrownBy(transaction::commit).isInstanceOf(StackOverflowError.class);
            assertThat(transaction.isActive()).isFalse();
            assertThatIllegalStateException().isThrownBy(() -> connection.execute(SELECT));
            connection.rollback();
            connection.execute(SELECT);
        }
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_virtual_machine_fails_in_rollback() {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(DELETE);
            database.next("rollback").fails(new StackOverflowError());

            secrets.assertThatThrownBy(connection::rollback).isInstanceOf(StackOverflowError.class);
            assertThat(connection.inTransaction()).isFalse();
            connection.execute(SELECT);
        }
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_virtual_machine_fails_in_read() {
        database.next("execute").fails(new StackOverflowError());

        secrets.assertThatThrownBy(() -> engine.read(SELECT)).isInstanceOf(StackOverflowError.class);
        engine.read(SELECT);
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_driver_itself_fails_in_the_rollback_at_close() {
        SqlConnection connection = engine.connect();
        connection.execute(DELETE);
        database.next("rollback").fails(new IllegalArgumentException("a bug of the driver"));

        connection.close();

        assertThat(pool.snapshot().checkedOut()).isZero();
        engine.read(SELECT);
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_assumed_when_the_virtual_machine_fails_in_the_rollback_at_close() {
        SqlConnection connection = engine.connect();
        connection.execute(DELETE);
        database.next("rollback").fails(new StackOverflowError());

        secrets.assertThatThrownBy(connection::close).isInstanceOf(StackOverflowError.class);

        assertThat(pool.snapshot().checkedOut()).isZero();
        engine.read(SELECT);
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_what_a_statement_of_unknown_outcome_is_treated_as() {
        try (SqlConnection connection = engine.connect()) {
            database.next("execute").fails("40003");

            secrets.assertThatThrownBy(() -> connection.execute(DELETE)).isInstanceOf(CommitOutcomeUnknown.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> connection.execute(DELETE))
                    .withMessageContaining("call rollback() first")
                    .withCauseInstanceOf(CommitOutcomeUnknown.class);
            connection.rollback();
            connection.execute(DELETE);
            connection.commit();
        }
        assertThat(database.opened()).isEqualTo(2);
        assertThat(database.log(2)).containsSubsequence("setAutoCommit false", "commit");
    }

    // connection-model row 88
    @Test
    void is_not_a_statement_that_cannot_be_closed() {
        database.next("Statement.close").fails(new SQLException("no", "XX000"));

        engine.run(connection -> connection.execute(SELECT));

        assertThat(database.commits()).isOne();
    }

    @Test
    void in_read_gives_the_connection_up_at_once() {
        database.next("execute").losesConnection();

        secrets.assertThatThrownBy(() -> engine.read(SELECT))
                .isInstanceOf(ConnectionLost.class)
                .hasMessageContaining("was lost: run the query again (SQLState 08006)");
        assertThat(engine.read(SELECT).all()).isEmpty();
        assertThat(database.opened()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08003", "08006", "08P01", "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04",
                "90067", "90098", "90121"
            })
    void is_known_by_the_sqlstate(String state) {
        try (SqlConnection connection = engine.connect()) {
            database.next("execute").fails(state);

            secrets.assertThatThrownBy(() -> connection.execute(SELECT)).isInstanceOf(ConnectionLost.class);
        }
        database.await(it -> it.open() == 0);
    }
}
