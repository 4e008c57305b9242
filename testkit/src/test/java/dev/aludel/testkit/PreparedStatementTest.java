package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PreparedStatementTest {
    final FakeDatabase database = new FakeDatabase();
    Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
    }

    @Test
    void takes_values_of_all_types_and_keeps_them() throws SQLException {
        PreparedStatement insert = connection.prepareStatement("insert into trips values (?, ?, ?)");
        insert.setLong(1, 1);
        insert.setObject(2, "A", Types.VARCHAR);
        insert.setNull(3, Types.VARCHAR, "text");
        insert.executeUpdate();
        insert.setLong(1, 2);
        insert.executeUpdate();

        assertThat(database.log())
                .endsWith(
                        "execute insert into trips values (?, ?, ?) [1, A, null]",
                        "execute insert into trips values (?, ?, ?) [2, A, null]");
    }

    @Test
    void does_not_run_before_all_its_values_are_there() throws SQLException {
        PreparedStatement insert = connection.prepareStatement("insert into trips values (?, '?', ?)");
        insert.setLong(1, 1);

        assertThatThrownBy(insert::executeUpdate)
                .isInstanceOf(SQLException.class)
                .hasMessage("no value for parameter 2 of: insert into trips values (?, '?', ?)");

        insert.setLong(2, 1);
        insert.clearParameters();
        assertThatThrownBy(insert::addBatch).isInstanceOf(SQLException.class);
    }

    @Test
    void refuses_a_value_that_it_has_no_place_for() throws SQLException {
        PreparedStatement select = connection.prepareStatement("select * from trips where id = ?");

        assertThatThrownBy(() -> select.setInt(2, 1))
                .isInstanceOf(SQLException.class)
                .hasMessage("parameter 2 is not one of the 1 of: select * from trips where id = ?");
        assertThatThrownBy(() -> select.setInt(0, 1)).isInstanceOf(SQLException.class);
    }

    @Test
    void refuses_other_sql_than_its_own() throws SQLException {
        PreparedStatement select = connection.prepareStatement("select 1");

        assertThatThrownBy(() -> select.executeQuery("select 2"))
                .isInstanceOf(SQLException.class)
                .hasMessage("a prepared statement has its SQL: executeQuery takes none");
        assertThatThrownBy(() -> select.addBatch("select 2")).isInstanceOf(SQLException.class);
    }

    @Test
    void runs_a_batch_of_its_rows() throws SQLException {
        database.answer("update trips set seats = ?", 2);
        PreparedStatement update = connection.prepareStatement("update trips set seats = ?");
        update.setInt(1, 3);
        update.addBatch();
        update.setInt(1, 4);
        update.addBatch();

        assertThat(update.executeBatch()).containsExactly(2, 2);
        assertThat(update.executeBatch()).isEmpty();
    }

    @Test
    void that_calls_gives_its_out_parameters_from_the_first_row_of_the_answer() throws SQLException {
        database.answer("{? = call next_trip(?)}", Rows.columns("trip").row(7L));
        CallableStatement call = connection.prepareCall("{? = call next_trip(?)}");
        call.registerOutParameter(1, Types.BIGINT);
        call.setString(2, "A");

        call.execute();

        assertThat(call.getLong(1)).isEqualTo(7);
        assertThat(call.wasNull()).isFalse();
        assertThat(call.getLong("trip")).isEqualTo(7);
        assertThatThrownBy(() -> call.getLong(2))
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith("parameter 2 is not registered as an out parameter");
    }

    @Test
    void keeps_its_settings() throws SQLException {
        Statement statement = connection.prepareStatement("select 1");
        assertThat(statement.getQueryTimeout()).isZero();
        assertThat(statement.isPoolable()).isTrue();
        assertThat(connection.createStatement().isPoolable()).isFalse();

        statement.setQueryTimeout(3);
        statement.setFetchSize(100);
        statement.setPoolable(false);

        assertThat(statement.getQueryTimeout()).isEqualTo(3);
        assertThat(statement.getFetchSize()).isEqualTo(100);
        assertThat(statement.isPoolable()).isFalse();
        assertThat(statement.getConnection()).isSameAs(connection);
    }
}
