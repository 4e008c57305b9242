package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TurnTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);

    // F32
    @Test
    void is_one_threads_at_a_time_and_the_error_shows_both() throws Exception {
        Gate hanging = database.next("execute").hangs();
        try (SqlConnection connection = engine.connect()) {
            Thread first = Thread.ofVirtual().name("worker-1").start(() -> readIn(connection));
            database.await(it -> it.calls("execute") == 1);

            assertThatThrownBy(() -> connection.execute(select(TRIP.id)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "a SqlConnection is used by two threads at once: virtual thread 'worker-1' is inside"
                                    + " at TurnTest\\.readIn\\(TurnTest\\.java:\\d+\\), and thread '.+' called it"
                                    + " at TurnTest\\.lambda\\$.+\\(TurnTest\\.java:\\d+\\)\\."
                                    + " Give each thread its own, or hand it on when the first is done with it")
                    .cause()
                    .hasMessage("where virtual thread 'worker-1' was then")
                    .satisfies(there -> assertThat(Arrays.stream(there.getStackTrace()))
                            .anyMatch(frame -> frame.getMethodName().equals("readIn")));

            hanging.open();
            assertThat(first.join(Duration.ofSeconds(10))).isTrue();
            assertThat(connection.execute(select(TRIP.id)).all()).isEmpty();
        }
        assertThat(database.overlaps()).isZero();
        assertThat(database.open()).isZero();
    }

    private static void readIn(SqlConnection connection) {
        connection.execute(select(TRIP.id));
    }

    @Test
    void is_not_waited_for_by_close_which_cuts_the_other_thread_off() {
        try (Pool pool =
                Pool.of(settings -> settings.connections(database::connect).size(1))) {
            Engine pooled = Engine.of(pool, Dialects.POSTGRESQL);
            SqlConnection connection = pooled.connect();
            Gate hanging = database.next("execute").hangs();
            Caller<Integer> inside = Caller.start(
                    "worker-1", () -> connection.execute(select(TRIP.id)).size());
            hanging.awaitHanging(1);

            assertThatIllegalStateException()
                    .isThrownBy(connection::close)
                    .withMessageStartingWith(
                            "a SqlConnection is used by two threads at once: virtual thread" + " 'worker-1' is inside");

            assertThat(pool.snapshot().checkedOut()).isZero();
            assertThat(connection.isClosed()).isTrue();
            assertThat(inside.failure())
                    .isInstanceOfAny(StatementTimeout.class, ConnectionLost.class); // cancelled, and cut
            assertThat(pooled.read(select(TRIP.id)).all()).isEmpty();
        }
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void is_not_waited_for_by_close_even_while_the_other_thread_waits_for_a_connection() {
        try (Pool pool =
                Pool.of(settings -> settings.connections(database::connect).size(1))) {
            SqlConnection connection = Engine.of(pool, Dialects.POSTGRESQL).connect();
            database.next("execute").losesConnection();
            assertThatThrownBy(() -> readIn(connection)).isInstanceOf(ConnectionLost.class);
            connection.rollback();
            Gate connecting = database.next("connect").hangs();
            Caller<Integer> inside = Caller.start(
                    "worker-1", () -> connection.execute(select(TRIP.id)).size());
            connecting.awaitHanging(1);

            assertThatIllegalStateException().isThrownBy(connection::close);
            connecting.open();

            assertThat(inside.failure()).hasMessageStartingWith("this SqlConnection is closed");
            assertThat(pool.snapshot().checkedOut()).isZero();
        }
    }

    @Test
    void can_be_handed_on_to_another_thread() throws Exception {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(select(TRIP.id));
            assertThat(Thread.ofVirtual().start(() -> readIn(connection)).join(Duration.ofSeconds(10)))
                    .isTrue();
            connection.commit();
        }
        assertThat(database.statements()).isEqualTo(2);
    }

    @Test
    void allows_calls_within_calls() {
        int rows = engine.call(connection ->
                connection.jdbc(jdbc -> connection.execute(select(TRIP.id)).size()));

        assertThat(rows).isZero();
    }
}
