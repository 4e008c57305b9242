package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerDownTest {
    final FakeDatabase database = new FakeDatabase();
    Connection connection;
    Statement statement;
    ResultSet rows;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        statement = connection.createStatement();
        rows = statement.executeQuery("select 1");
    }

    @Test
    void every_call_on_a_connection_that_was_open_fails() {
        database.down();

        assertFails("08006", () -> connection.createStatement());
        assertFails("08006", () -> connection.setAutoCommit(false));
        assertFails("08006", () -> connection.getSchema());
        assertFails("08006", () -> statement.execute("select 1"));
        assertFails("08006", () -> rows.next());
    }

    @Test
    void a_connection_that_was_open_is_not_valid_but_can_be_closed() throws SQLException {
        database.down();

        assertThat(connection.isValid(1)).isFalse();
        assertThat(connection.isClosed()).isFalse();
        assertThat(database.open()).isEqualTo(1);
        rows.close();
        statement.close();
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(database.open()).isZero();
        assertThat(database.closed()).isEqualTo(1);
    }

    @Test
    void new_connections_are_refused() {
        database.down();

        assertFails("08001", database::connect);
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void a_connect_under_way_ends() {
        Gate gate = database.next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", database::connect);
        gate.awaitHanging(1);

        database.down();

        assertThat(caller.failure()).isInstanceOf(SQLException.class);
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void after_it_is_up_again_there_are_new_connections_but_the_old_ones_stay_dead() throws SQLException {
        database.down();
        database.up();

        assertThat(database.connect().isValid(1)).isTrue();
        assertFails("08006", () -> statement.execute("select 1"));
    }

    @Test
    void connections_can_be_killed_without_it() throws SQLException {
        database.killConnections();

        assertFails("08006", () -> statement.execute("select 1"));
        assertThat(database.connect().isValid(1)).isTrue();
    }

    @Test
    void one_connection_can_be_killed_without_the_others() throws SQLException {
        Connection other = database.connect();

        connection.unwrap(Backend.class).kill();

        assertThat(connection.isValid(1)).isFalse();
        assertThat(other.isValid(1)).isTrue();
    }
}
