package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ScriptTest {
    final FakeDatabase database = new FakeDatabase();
    Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        connection.setAutoCommit(false);
    }

    @Test
    void for_the_next_call_plays_once() {
        SQLException failure = new SQLException("lost", "40001");
        database.next("commit").fails(failure);

        assertThatThrownBy(connection::commit).isSameAs(failure);
        assertThatCode(connection::commit).doesNotThrowAnyException();
    }

    @Test
    void for_several_calls_plays_that_often() {
        database.next("commit", 2).fails("40001");

        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThatCode(connection::commit).doesNotThrowAnyException();
    }

    @Test
    void for_every_call_plays_until_another_one_is_written() {
        database.every("commit").fails("40001");
        assertThatThrownBy(connection::commit).hasMessage("commit fails, as the test says");
        assertThatThrownBy(connection::commit).hasMessage("commit fails, as the test says");

        database.every("commit").works();
        assertThatCode(connection::commit).doesNotThrowAnyException();
    }

    @Test
    void for_the_next_call_comes_before_one_for_every_call() throws SQLException {
        database.every("isValid").gives(false);
        database.next("isValid").works();

        assertThat(connection.isValid(1)).isTrue();
        assertThat(connection.isValid(1)).isFalse();
    }

    @Test
    void for_the_third_call_lets_two_pass() {
        database.next("commit", 2).works();
        database.next("commit").fails("40001");

        assertThatCode(connection::commit).doesNotThrowAnyException();
        assertThatCode(connection::commit).doesNotThrowAnyException();
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }

    @Test
    void for_one_connection_leaves_the_others_alone() throws SQLException {
        Connection second = database.connect();
        second.setAutoCommit(false);
        database.every("rollback").onConnection(2).fails("08006");

        assertThatCode(connection::rollback).doesNotThrowAnyException();
        assertThatThrownBy(second::rollback).isInstanceOf(SQLException.class);
    }

    @Test
    void for_one_statement_leaves_the_others_alone() throws SQLException {
        Statement statement = connection.createStatement();
        database.every("execute").onSql("insert into trips default values").fails("23505");

        assertThatCode(() -> statement.executeUpdate("insert into stops default values"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> statement.executeUpdate("insert into trips\n  default values"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
        assertThatThrownBy(() -> connection
                        .prepareStatement("insert into trips default values")
                        .execute())
                .isInstanceOf(SQLException.class);
    }

    @Test
    void for_statements_that_a_predicate_accepts_leaves_the_others_alone() throws SQLException {
        Statement statement = connection.createStatement();
        database.every("executeQuery").onSql(sql -> sql.contains("trips")).fails("42P01");

        assertThatCode(() -> statement.executeQuery("select 1")).doesNotThrowAnyException();
        assertThatCode(() -> statement.execute("select * from trips")).doesNotThrowAnyException();
        assertThatThrownBy(() -> statement.executeQuery("select * from trips")).isInstanceOf(SQLException.class);
    }

    @Test
    void can_let_a_call_throw_what_jdbc_lets_through() {
        database.next("rollback").fails(new IllegalStateException("broken driver"));
        database.next("close").fails(new StackOverflowError());

        assertThatThrownBy(connection::rollback)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken driver");
        assertThatThrownBy(connection::close).isInstanceOf(StackOverflowError.class);
        assertThat(database.open()).isEqualTo(1);
    }

    @Test
    void cannot_let_a_call_throw_another_checked_exception() {
        assertThatThrownBy(() -> database.next("commit").fails(new IOException("disk")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SQLException, RuntimeException or Error")
                .hasMessageContaining("'commit' was given java.io.IOException");

        database.next("commit").fails(() -> new IOException("disk"));
        assertThatThrownBy(connection::commit)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a script gave java.io.IOException");
    }

    @Test
    void gives_a_failure_of_setClientInfo_the_type_that_it_has_to_have() {
        database.next("setClientInfo").fails(new SQLException("no", "42501"));

        assertThatThrownBy(() -> connection.setClientInfo("ApplicationName", "trips"))
                .isInstanceOfSatisfying(
                        SQLClientInfoException.class,
                        e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void with_a_supplier_makes_a_new_failure_for_each_call() {
        database.every("commit").fails(() -> new SQLException("again", "40001"));

        Throwable first = catchThrowable(connection::commit);
        Throwable second = catchThrowable(connection::commit);

        assertThat(first).isInstanceOf(SQLException.class).isNotSameAs(second);
    }

    @Test
    void can_give_a_value_instead_of_doing_the_call() throws SQLException {
        database.every("getSchema").gives("elsewhere");
        database.every("DatabaseMetaData.getDatabaseProductName").gives("PostgreSQL");
        database.next("setReadOnly").gives(null);
        connection.setReadOnly(true);

        assertThat(connection.getSchema()).isEqualTo("elsewhere");
        assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
        assertThat(connection.isReadOnly()).isFalse();
    }

    @Test
    void cannot_give_a_value_of_another_type() {
        database.next("isValid").gives("yes");
        assertThatThrownBy(() -> connection.isValid(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("isValid gives a Boolean, but the script lets it give yes");

        database.next("isValid").gives(null);
        assertThatThrownBy(() -> connection.isValid(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void can_lose_the_connection_in_the_middle_of_a_call() throws SQLException {
        database.next("commit").losesConnection();

        assertThatThrownBy(connection::commit)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        assertThat(connection.isValid(1)).isFalse();
        assertThat(database.backend(1).isKilled()).isTrue();
    }

    @Test
    void can_let_something_happen_in_the_middle_of_a_call() throws SQLException {
        VirtualClock clock = new VirtualClock();
        database.next("commit").runs(() -> clock.advance(Duration.ofSeconds(1))).fails("40001");
        database.next("execute").runs(() -> database.backend(1).kill());

        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThat(clock.getAsLong()).isEqualTo(1_000_000_000);
        assertThatThrownBy(() -> connection.createStatement().execute("select 1"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
    }

    @Test
    void refuses_a_method_that_jdbc_does_not_have() {
        assertThatThrownBy(() -> database.next("comit"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'comit'");
        assertThatThrownBy(() -> database.every("ResultSet.nextRow")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_to_be_for_no_call() {
        assertThatThrownBy(() -> database.next("commit", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a script is for 1 call or more, but was for 0");
    }

    @Test
    void refuses_a_condition_after_it_has_begun() {
        VirtualClock clock = new VirtualClock();
        Script begun = database.next("commit").takes(Duration.ofSeconds(1), clock);

        assertThatThrownBy(() -> begun.onConnection(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("say which calls before what happens");
    }
}
