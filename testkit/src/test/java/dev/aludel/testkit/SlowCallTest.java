package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.stateOf;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SlowCallTest {
    final VirtualClock clock = new VirtualClock();
    final FakeDatabase database = new FakeDatabase();
    Connection connection;
    Statement statement;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        statement = connection.createStatement();
    }

    @Test
    void takes_the_virtual_time_that_the_script_says() {
        database.every("execute").takes(ofSeconds(2), clock);
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        clock.advance(Duration.ofMillis(1_999));
        assertThat(clock.isParked(caller.thread())).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(caller.result()).isTrue();
        assertThat(database.statements()).isEqualTo(1);
    }

    @Test
    void can_fail_when_its_time_is_over() {
        database.next("execute").takes(ofSeconds(2), clock).fails("53100");
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        clock.advance(ofSeconds(2));

        assertThat(stateOf(caller.failure())).isEqualTo("53100");
    }

    @Test
    void ends_by_an_interrupt_with_the_connection_lost() {
        database.next("execute").takes(ofSeconds(2), clock);
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        caller.interrupt();

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
        assertThat(clock.parked()).isZero();
        assertThat(database.backend(1).isKilled()).isTrue();
    }

    @Test
    void ends_when_the_connection_is_killed() {
        database.next("execute").takes(ofSeconds(2), clock);
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        database.backend(1).kill();

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
    }

    @Test
    void runs_into_the_query_timeout_of_its_statement() throws SQLException {
        statement.setQueryTimeout(3);
        database.next("execute").takes(ofSeconds(60), clock);
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        clock.advance(ofSeconds(3));

        assertThat(caller.failure()).isInstanceOf(SQLTimeoutException.class);
        assertThat(stateOf(caller.failure())).isEqualTo("57014");
        assertThat(connection.isValid(1)).isTrue();
    }

    @Test
    void runs_into_the_network_timeout_of_its_connection_which_is_then_lost() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 5_000);
        statement.setQueryTimeout(30);
        database.next("execute").takes(ofSeconds(60), clock);
        Caller<Boolean> caller = select();
        clock.awaitParked(caller.thread());

        clock.advance(ofSeconds(5));

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
        assertThat(connection.isValid(1)).isFalse();
    }

    @Test
    void that_is_isValid_gives_false_after_the_time_that_it_was_given() {
        database.next("isValid").takes(ofSeconds(60), clock);
        Caller<Boolean> caller = Caller.start("caller", () -> connection.isValid(2));
        clock.awaitParked(caller.thread());

        clock.advance(ofSeconds(2));

        assertThat(caller.result()).isFalse();
    }

    @Test
    void that_is_a_connect_makes_the_connection_when_its_time_is_over() {
        database.next("connect").takes(ofSeconds(2), clock);
        Caller<Connection> caller = Caller.start("caller", database::connect);
        clock.awaitParked(caller.thread());
        assertThat(database.open()).isEqualTo(1);

        clock.advance(ofSeconds(2));

        assertThat(caller.result()).isNotNull();
        assertThat(database.open()).isEqualTo(2);
    }

    private Caller<Boolean> select() {
        return Caller.start("caller", () -> statement.execute("select 1"));
    }
}
