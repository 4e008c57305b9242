package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FakeDatabaseLogTest {
    final FakeDatabase database = new FakeDatabase();

    @Test
    void shows_what_arrived_in_order() throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                rows.next();
            }
            connection.rollback();
            connection.isValid(5);
        }

        assertThat(database.log())
                .containsExactly(
                        "connect 1", "setAutoCommit false", "execute select 1", "rollback", "isValid 5", "close");
    }

    @Test
    void shows_the_binds_of_a_prepared_statement() throws SQLException {
        Connection connection = database.connect();
        PreparedStatement insert = connection.prepareStatement("insert into trips (code, seats) values (?, ?)");
        insert.setString(1, "A");
        insert.setNull(2, java.sql.Types.INTEGER);
        insert.executeUpdate();

        assertThat(database.log()).endsWith("execute insert into trips (code, seats) values (?, ?) [A, null]");
    }

    @Test
    void shows_a_batch_as_one_execution() throws SQLException {
        Connection connection = database.connect();
        Statement statement = connection.createStatement();
        statement.addBatch("delete from stops");
        statement.addBatch("delete from trips");
        statement.executeBatch();
        PreparedStatement insert = connection.prepareStatement("insert into trips (code) values (?)");
        insert.setString(1, "A");
        insert.addBatch();
        insert.setString(1, "B");
        insert.addBatch();
        insert.executeBatch();

        assertThat(database.log())
                .containsExactly(
                        "connect 1",
                        "execute delete from stops; delete from trips",
                        "execute insert into trips (code) values (?) [A] [B]");
        assertThat(database.statements()).isEqualTo(2);
    }

    @Test
    void leaves_out_what_would_not_go_over_the_wire() throws SQLException {
        Connection connection = database.connect();
        connection.getAutoCommit();
        connection.getMetaData().getURL();
        connection.prepareStatement("select 1").close();

        assertThat(database.log()).containsExactly("connect 1");
        assertThat(database.calls("getAutoCommit")).isEqualTo(1);
        assertThat(database.calls("prepareStatement")).isEqualTo(1);
        assertThat(database.calls("Statement.close")).isEqualTo(1);
        assertThat(database.calls("DatabaseMetaData.getURL")).isEqualTo(1);
    }

    @Test
    void can_be_read_connection_by_connection() throws SQLException {
        Connection first = database.connect();
        Connection second = database.connect();
        second.setReadOnly(true);
        first.setSchema("trips");

        assertThat(database.log()).containsExactly("connect 1", "connect 2", "setReadOnly true", "setSchema trips");
        assertThat(database.log(2)).containsExactly("connect 2", "setReadOnly true");
        assertThat(database.backend(1).log()).containsExactly("connect 1", "setSchema trips");
    }

    @Test
    void can_be_read_as_data() throws SQLException {
        database.connect().setNetworkTimeout(Runnable::run, 250);

        assertThat(database.calls())
                .containsExactly(
                        new Call(1, "connect", null, List.of(1)), new Call(1, "setNetworkTimeout", null, List.of(250)));
    }

    @Test
    void shows_a_call_that_failed_too() throws SQLException {
        Connection connection = database.connect();
        database.next("setCatalog").fails("0A000");

        assertThatThrownBy(() -> connection.setCatalog("other")).isInstanceOf(SQLException.class);

        assertThat(database.log()).endsWith("setCatalog other");
    }

    @Test
    void never_shows_the_password_of_a_connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("password", "secret");
        database.connect(properties);

        assertThat(database.log()).containsExactly("connect 1");
        assertThat(database.backend(1).properties()).isEqualTo(properties);
        assertThat(database.backend(1)).asString().doesNotContain("secret");
    }
}
