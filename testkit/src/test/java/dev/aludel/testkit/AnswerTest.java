package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnswerTest {
    static final Rows TRIPS = Rows.columns("id", "code").row(1L, "A").row(2L, null);

    final FakeDatabase database = new FakeDatabase();
    Connection connection;
    Statement statement;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        statement = connection.createStatement();
    }

    @Test
    void to_a_query_is_the_rows_that_the_test_says_whatever_the_white_space() throws SQLException {
        database.answer("select id, code from trips", TRIPS);

        ResultSet rows = statement.executeQuery("select id, code \n  from trips ");

        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong("id")).isEqualTo(1);
        assertThat(rows.getString("code")).isEqualTo("A");
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(2)).isNull();
        assertThat(rows.wasNull()).isTrue();
        assertThat(rows.next()).isFalse();
    }

    @Test
    void to_queries_that_a_predicate_accepts_is_the_rows_that_the_test_says() throws SQLException {
        database.answer(sql -> sql.contains("trips"), TRIPS);

        PreparedStatement prepared = connection.prepareStatement("select * from trips where id = ?");
        prepared.setLong(1, 7);

        assertThat(prepared.executeQuery().next()).isTrue();
        assertThat(statement.executeQuery("select * from stops").next()).isFalse();
    }

    @Test
    void is_the_newest_that_fits() throws SQLException {
        database.answer("select count(*) from trips", Rows.columns("count").row(1));
        database.answer("select count(*) from trips", Rows.columns("count").row(2));

        ResultSet rows = statement.executeQuery("select count(*) from trips");

        rows.next();
        assertThat(rows.getInt("COUNT")).isEqualTo(2);
    }

    @Test
    void to_a_query_about_which_nothing_was_said_is_no_rows() throws SQLException {
        ResultSet rows = statement.executeQuery("/* label */ (select * from trips)");

        assertThat(rows.next()).isFalse();
        assertThat(rows.getMetaData().getColumnCount()).isZero();
        assertThat(statement.execute("with t as (select 1) select * from t")).isTrue();
        assertThat(statement.execute("insert into trips default values RETURNING id"))
                .isTrue();
    }

    @Test
    void to_a_select_of_a_number_is_that_number() throws SQLException {
        ResultSet rows = statement.executeQuery("SELECT 42");

        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(42);
    }

    @Test
    void to_a_change_is_the_count_that_the_test_says_and_otherwise_one() throws SQLException {
        database.answer("delete from trips", 3);
        database.answer(sql -> sql.startsWith("update"), 5_000_000_000L);

        assertThat(statement.executeUpdate("delete from trips")).isEqualTo(3);
        assertThat(statement.executeLargeUpdate("update trips set seats = 1")).isEqualTo(5_000_000_000L);
        assertThat(statement.executeUpdate("insert into trips default values")).isEqualTo(1);
        assertThat(statement.executeUpdate("create table trips (id bigint)")).isZero();
    }

    @Test
    void to_an_insert_that_asks_for_keys_is_its_keys() throws SQLException {
        database.answer(sql -> sql.startsWith("insert"), Rows.columns("id").row(7L));

        int count = statement.executeUpdate("insert into trips default values", Statement.RETURN_GENERATED_KEYS);
        ResultSet keys = statement.getGeneratedKeys();
        PreparedStatement prepared =
                connection.prepareStatement("insert into trips default values", new String[] {"id"});
        prepared.executeUpdate();
        ResultSet others = prepared.getGeneratedKeys();

        assertThat(count).isEqualTo(1);
        assertThat(keys.next()).isTrue();
        assertThat(keys.getLong(1)).isEqualTo(7);
        assertThat(others.next()).isTrue();
    }

    @Test
    void to_an_insert_that_does_not_ask_for_keys_has_none() throws SQLException {
        statement.executeUpdate("insert into trips default values", Statement.NO_GENERATED_KEYS);

        assertThat(statement.getGeneratedKeys().next()).isFalse();
    }

    @Test
    void to_a_batch_is_a_count_for_each_of_it() throws SQLException {
        database.answer("delete from trips", 3);
        statement.addBatch("delete from trips");
        statement.addBatch("insert into trips default values");

        assertThat(statement.executeBatch()).containsExactly(3, 1);
        assertThat(statement.executeBatch()).isEmpty();
    }

    @Test
    void is_cut_off_at_the_statements_most_rows() throws SQLException {
        database.answer("select id, code from trips", TRIPS);
        statement.setMaxRows(1);

        ResultSet rows = statement.executeQuery("select id, code from trips");

        assertThat(rows.next()).isTrue();
        assertThat(rows.next()).isFalse();
    }

    @Test
    void of_the_wrong_kind_for_the_method_is_an_error() {
        assertThatThrownBy(() -> statement.executeQuery("delete from trips"))
                .isInstanceOf(SQLException.class)
                .hasMessage("executeQuery, but the statement gives no rows");
        assertThatThrownBy(() -> statement.executeUpdate("select 1"))
                .isInstanceOf(SQLException.class)
                .hasMessage("executeUpdate, but the statement gives rows");
    }

    @Test
    void is_read_by_execute_whatever_its_kind() throws SQLException {
        assertThat(statement.execute("select 1")).isTrue();
        assertThat(statement.getUpdateCount()).isEqualTo(-1);
        assertThat(statement.getResultSet().next()).isTrue();
        assertThat(statement.getMoreResults()).isFalse();
        assertThat(statement.getResultSet()).isNull();

        assertThat(statement.execute("delete from trips")).isFalse();
        assertThat(statement.getUpdateCount()).isEqualTo(1);
        assertThat(statement.getResultSet()).isNull();
        assertThat(statement.getMoreResults()).isFalse();
        assertThat(statement.getUpdateCount()).isEqualTo(-1);
    }

    @Test
    void has_a_value_for_each_column() {
        assertThatThrownBy(() -> Rows.columns("id", "code").row(1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row has one value for each of the 2 columns [id, code], but had 1");
    }
}
