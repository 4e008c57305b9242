package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Dialects;
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
