package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.delete;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Delete;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A connection of a data source that is no Aludel pool.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ForeignConnectionTest {
    private static final Delete<Trip> DELETE = delete(TRIP).where(TRIP.id.eq(7L));

    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);

    /// What drivers and pools do when they are asked to abort, other than to abort.
    static List<Consumer<FakeDatabase>> drivers_that_do_not_abort() {
        return List.of(
                database -> database.every("abort").gives(null),
                database -> database.every("abort").fails("0A000"),
                database -> database.every("abort").fails(new AbstractMethodError("abort")),
                database -> database.every("abort").fails(new UnsupportedOperationException("abort")));
    }

    private void nothing_was_committed() {
        assertThat(database.log())
                .doesNotContain("setAutoCommit true", "commit")
                .endsWith("close");
        assertThat(database.open()).isZero();
    }

    @ParameterizedTest
    @MethodSource("drivers_that_do_not_abort")
    void is_left_in_its_transaction_when_the_virtual_machine_failed_there(Consumer<FakeDatabase> driver) {
        driver.accept(database);
        try (SqlConnection connection = engine.connect()) {
            connection.execute(DELETE);
            database.next("execute").fails(new OutOfMemoryError("for the test"));

            assertThatThrownBy(() -> connection.execute(DELETE)).isInstanceOf(OutOfMemoryError.class);
        }
        nothing_was_committed();
    }

    @ParameterizedTest
    @MethodSource("drivers_that_do_not_abort")
    void is_left_in_its_transaction_when_the_rollback_failed(Consumer<FakeDatabase> driver) {
        driver.accept(database);
        database.next("rollback").fails("XX000");
        try (SqlConnection connection = engine.connect()) {
            connection.execute(DELETE);
        }
        nothing_was_committed();
    }

    @ParameterizedTest
    @MethodSource("drivers_that_do_not_abort")
    void is_left_in_its_transaction_when_another_thread_closes_it_in_the_middle(Consumer<FakeDatabase> driver) {
        driver.accept(database);
        SqlConnection connection = engine.connect();
        connection.execute(DELETE);
        Gate hanging = database.next("execute").hangs();
        Caller<Long> inside = Caller.start("worker-1", () -> connection.execute(DELETE));
        hanging.awaitHanging(1);

        assertThatIllegalStateException()
                .isThrownBy(connection::close)
                .withMessageStartingWith("a SqlConnection is used by two threads at once");

        assertThat(inside.failure()).isInstanceOf(ConnectionLost.class);
        nothing_was_committed();
    }

    @Test
    void that_cannot_be_put_back_is_aborted_before_the_source_has_it_again() {
        database.next("setAutoCommit").works();
        database.next("setAutoCommit").fails("XX000");

        engine.run(connection -> connection.execute(DELETE));

        assertThat(database.aborted()).isOne();
        assertThat(database.log()).containsSubsequence("setAutoCommit true", "abort");
    }

    @Test
    void that_cannot_be_closed_spares_the_caller() {
        database.next("close").fails(new IllegalArgumentException("a bug of the driver"));

        engine.run(connection -> connection.execute(DELETE));

        assertThat(database.commits()).isOne();
    }

    @Test
    void whose_state_cannot_be_asked_is_given_back_at_once() {
        database.next("isReadOnly").fails(new AbstractMethodError("isReadOnly"));
        assertThatThrownBy(engine::connect).isInstanceOf(AbstractMethodError.class);
        database.next("getAutoCommit").fails(new SQLException("no", "XX000"));
        assertThatThrownBy(engine::connect).isInstanceOf(ConnectFailed.class);

        assertThat(database.open()).isZero();
    }
}
