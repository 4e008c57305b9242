package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FakeDatabaseCountsTest {
    final FakeDatabase database = new FakeDatabase();

    @Test
    void tell_open_closed_and_aborted_connections_apart() throws SQLException {
        Connection closed = database.connect();
        Connection aborted = database.connect();
        Connection open = database.connect();
        closed.close();
        closed.close();
        aborted.abort(Runnable::run);
        aborted.close();

        assertThat(database.opened()).isEqualTo(3);
        assertThat(database.open()).isEqualTo(1);
        assertThat(database.closed()).isEqualTo(1);
        assertThat(database.aborted()).isEqualTo(1);
        assertThat(database.openBackends()).containsExactly(open.unwrap(Backend.class));
        assertThat(database.calls("close")).isEqualTo(3);
    }

    @Test
    void keep_the_highest_number_of_connections_open_at_one_time() throws SQLException {
        Connection first = database.connect();
        database.connect().close();
        first.close();
        database.connect();

        assertThat(database.peakOpen()).isEqualTo(2);
    }

    @Test
    void do_not_take_a_refused_connect_for_a_connection() throws SQLException {
        database.next("connect").fails("08001");
        assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
        database.connect();

        assertThat(database.calls("connect")).isEqualTo(2);
        assertThat(database.opened()).isEqualTo(1);
        assertThat(database.backend(1).isOpen()).isFalse();
        assertThat(database.backend(2).isOpen()).isTrue();
    }

    @Test
    void tell_what_was_done_from_what_only_arrived() throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
        connection.isValid(1);
        database.next("commit").fails("40001");
        database.next("execute").fails("42601");
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        Statement statement = connection.createStatement();
        assertThatThrownBy(() -> statement.execute("selec")).isInstanceOf(SQLException.class);
        statement.executeQuery("select 1");

        assertThat(database.commits()).isEqualTo(1);
        assertThat(database.calls("commit")).isEqualTo(2);
        assertThat(database.rollbacks()).isEqualTo(1);
        assertThat(database.validations()).isEqualTo(1);
        assertThat(database.statements()).isEqualTo(1);
        assertThat(database.calls("execute")).isEqualTo(2);
        assertThat(database.calls("executeQuery")).isEqualTo(1);
    }

    @Test
    void refuse_a_name_that_jdbc_does_not_know() {
        assertThatThrownBy(() -> database.calls("comit"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no JDBC method is called 'comit': write ");
        assertThatThrownBy(() -> database.calls("setString")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> database.calls("Statement.execute")).isInstanceOf(IllegalArgumentException.class);
        assertThat(database.calls("Statement.setString")).isZero();
        assertThat(database.calls("executeQuery")).isZero();
    }

    @Test
    void refuse_a_connection_that_there_was_not() {
        assertThatThrownBy(() -> database.backend(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connections are numbered from 1 to 0 so far, but connection 1 was asked for");
    }

    @Test
    void notice_a_connection_that_is_used_by_two_threads_at_once() throws SQLException {
        Connection connection = database.connect();
        Gate gate = database.next("commit").hangs();
        connection.setAutoCommit(false);
        Caller<Void> first = Caller.start("first", () -> {
            connection.commit();
            return null;
        });
        gate.awaitHanging(1);
        assertThat(database.overlaps()).isZero();

        connection.isClosed();
        assertThat(database.overlaps()).isZero();
        connection.setReadOnly(true);

        assertThat(database.overlaps()).isEqualTo(1);
        gate.open();
        first.result();
    }

    @Test
    void add_up_when_many_threads_connect_at_once() {
        List<Caller<Void>> callers = IntStream.range(0, 40)
                .mapToObj(i -> Caller.<Void>start("caller " + i, this::connectAndWork))
                .toList();
        callers.forEach(Caller::result);

        assertThat(database.opened()).isEqualTo(800);
        assertThat(database.closed()).isEqualTo(800);
        assertThat(database.open()).isZero();
        assertThat(database.peakOpen()).isBetween(1, 40);
        assertThat(database.statements()).isEqualTo(800);
        assertThat(database.commits()).isEqualTo(800);
        assertThat(database.overlaps()).isZero();
        assertThat(database.calls().stream().map(Call::connection).distinct()).hasSize(800);
    }

    private Void connectAndWork() throws SQLException {
        for (int i = 0; i < 20; i++) {
            try (Connection connection = database.connect()) {
                connection.setAutoCommit(false);
                connection.createStatement().execute("select 1");
                connection.commit();
            }
        }
        return null;
    }

    @Test
    void can_be_waited_for() {
        Gate gate = database.next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", database::connect);

        database.await(it -> it.calls("connect") == 1);
        gate.open();
        database.await(it -> it.open() == 1);

        assertThat(caller.result()).isNotNull();
    }

    @Test
    void are_in_the_text_of_the_database() throws SQLException {
        database.connect().close();
        database.down();

        assertThat(database)
                .hasToString("fake database (down, opened 1, open 0, closed 1, aborted 0, statements 0, commits 0,"
                        + " rollbacks 0)");
    }
}
