package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ClosedJdbcObjectTest {
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
    void that_is_a_connection_refuses_all_but_the_harmless() throws SQLException {
        connection.close();

        assertFails("08003", connection::createStatement);
        assertFails("08003", connection::getAutoCommit);
        assertFails("08003", connection::commit);
        assertFails("08003", connection::getMetaData);
        assertThatThrownBy(() -> connection.setClientInfo("ApplicationName", "trips"))
                .isInstanceOf(SQLClientInfoException.class);
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        connection.abort(Runnable::run);
        connection.close();
        assertThat(database.aborted()).isZero();
    }

    @Test
    void that_is_a_connection_has_closed_all_that_came_from_it() throws SQLException {
        connection.close();

        assertThat(statement.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
        assertFails("08003", () -> statement.execute("select 1"));
        assertFails("08003", rows::next);
        rows.close();
        statement.close();
    }

    @Test
    void that_is_a_statement_refuses_work_and_has_closed_its_rows() throws SQLException {
        statement.close();

        assertFails("55000", () -> statement.execute("select 1"));
        assertFails("55000", statement::getResultSet);
        assertFails("55000", rows::next);
        assertThat(rows.isClosed()).isTrue();
        assertThat(connection.isClosed()).isFalse();
    }

    @Test
    void that_is_a_prepared_statement_refuses_work() throws SQLException {
        PreparedStatement prepared = connection.prepareStatement("select ?");
        prepared.close();

        assertFails("55000", () -> prepared.setInt(1, 1));
        assertFails("55000", prepared::executeQuery);
    }

    @Test
    void that_is_a_result_set_refuses_to_be_read() throws SQLException {
        rows.next();
        rows.close();

        assertFails("55000", rows::next);
        assertFails("55000", () -> rows.getInt(1));
        assertFails("55000", rows::getMetaData);
        assertThat(statement.isClosed()).isFalse();
    }

    @Test
    void that_is_a_result_set_was_closed_by_the_next_execution_too() throws SQLException {
        statement.executeQuery("select 2");

        assertThat(rows.isClosed()).isTrue();
    }

    @Test
    void that_is_a_result_set_closes_its_statement_if_that_was_asked_for() throws SQLException {
        statement.closeOnCompletion();
        rows.close();

        assertThat(statement.isClosed()).isTrue();
    }
}
