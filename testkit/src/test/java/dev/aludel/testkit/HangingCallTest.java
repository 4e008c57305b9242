package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.stateOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HangingCallTest {
    final FakeDatabase database = new FakeDatabase();
    Connection connection;

    static Stream<Thread.Builder> threads() {
        return Stream.of(
                Thread.ofPlatform().daemon().name("platform"),
                Thread.ofVirtual().name("virtual"));
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        connection.setAutoCommit(false);
    }

    @Test
    void goes_on_when_the_gate_is_opened() {
        Gate gate = database.next("commit").hangs();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);
        assertThat(database.commits()).isZero();

        gate.open();

        caller.result();
        assertThat(gate.hanging()).isZero();
        assertThat(database.commits()).isEqualTo(1);
    }

    @Test
    void does_not_hang_if_the_gate_was_opened_before() throws SQLException {
        Gate gate = database.every("commit").hangs();
        gate.open();

        connection.commit();

        assertThat(database.commits()).isEqualTo(1);
    }

    @Test
    void lets_other_connections_be() throws SQLException {
        Gate gate = database.next("commit").hangs();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);

        Connection other = database.connect();
        other.setAutoCommit(false);
        other.commit();

        assertThat(caller.isDone()).isFalse();
        gate.open();
        caller.result();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void ends_by_an_interrupt_with_the_connection_lost_and_the_flag_kept(Thread.Builder kind) throws SQLException {
        Gate gate = database.next("commit").hangs();
        Caller<Boolean> caller = Caller.start(kind, () -> {
            try {
                connection.commit();
                return false;
            } catch (SQLException e) {
                return e.getSQLState().equals("08006") && Thread.currentThread().isInterrupted();
            }
        });
        gate.awaitHanging(1);

        caller.interrupt();

        assertThat(caller.result()).isTrue();
        assertThat(database.backend(1).isKilled()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(gate.hanging()).isZero();
    }

    @Test
    void ends_when_the_connection_is_aborted() throws SQLException {
        Gate gate = database.next("commit").hangs();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);

        connection.abort(Runnable::run);

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
        assertThat(database.aborted()).isEqualTo(1);
    }

    @Test
    void ends_when_the_connection_is_closed_by_another_thread() throws SQLException {
        Gate gate = database.next("commit").hangs();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);

        connection.close();

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
    }

    @Test
    void ends_when_the_server_goes_down() {
        Gate gate = database.next("commit").hangs();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);

        database.down();

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
    }

    @Test
    void ends_when_its_statement_is_cancelled() throws SQLException {
        Statement statement = connection.createStatement();
        Gate gate = database.next("execute").hangs();
        Caller<Boolean> caller = Caller.start("caller", () -> statement.execute("select pg_sleep(60)"));
        gate.awaitHanging(1);

        connection.createStatement().cancel(); // another one
        assertThat(gate.hanging()).isEqualTo(1);
        statement.cancel();

        assertThat(stateOf(caller.failure())).isEqualTo("57014");
        assertThat(database.backend(1).isKilled()).isFalse();
        assertThat(database.log()).endsWith("Statement.cancel", "Statement.cancel");
    }

    @Test
    void that_is_a_connect_ends_by_an_interrupt_without_a_connection() {
        Gate gate = database.next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", database::connect);
        gate.awaitHanging(1);

        caller.interrupt();

        assertThat(stateOf(caller.failure())).isEqualTo("08006");
        assertThat(database.opened()).isEqualTo(1); // that of this class
    }

    @Test
    void that_is_a_connect_gives_the_connection_late_when_the_gate_is_opened() {
        Gate gate = database.next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", database::connect);
        gate.awaitHanging(1);
        assertThat(database.open()).isEqualTo(1);

        gate.open();

        assertThat(caller.result()).isNotNull();
        assertThat(database.open()).isEqualTo(2);
    }

    @Test
    void that_is_isValid_gives_false_when_it_is_ended() throws SQLException {
        Gate gate = database.next("isValid").hangs();
        Caller<Boolean> caller = Caller.start("caller", () -> connection.isValid(5));
        gate.awaitHanging(1);

        connection.abort(Runnable::run);

        assertThat(caller.result()).isFalse();
    }

    @Test
    void that_is_deaf_ends_by_the_gate_alone() throws SQLException {
        Gate gate = database.next("commit").hangsDeaf();
        Caller<Boolean> caller = Caller.start("caller", () -> {
            connection.commit();
            return Thread.currentThread().isInterrupted();
        });
        gate.awaitHanging(1);

        caller.interrupt();
        connection.createStatement().cancel();
        assertThat(gate.hanging()).isEqualTo(1);
        assertThat(caller.isDone()).isFalse();
        gate.open();

        assertThat(caller.result()).isTrue();
        assertThat(database.commits()).isEqualTo(1);
    }

    @Test
    void that_is_deaf_finds_the_connection_gone_if_it_was_aborted_meanwhile() throws SQLException {
        Gate gate = database.next("commit").hangsDeaf();
        Caller<Void> caller = commit(Thread.ofVirtual());
        gate.awaitHanging(1);

        connection.abort(Runnable::run);
        assertThat(gate.hanging()).isEqualTo(1);
        gate.open();

        assertThat(stateOf(caller.failure())).isEqualTo("08003");
    }

    @Test
    void hangs_beside_others_at_one_gate() throws SQLException {
        Gate gate = database.every("connect").hangs();
        Caller<Connection> first = Caller.start("first", database::connect);
        Caller<Connection> second = Caller.start("second", database::connect);
        gate.awaitHanging(2);

        first.interrupt();
        gate.awaitHanging(1);
        gate.open();

        assertThat(first.failure()).isInstanceOf(SQLException.class);
        assertThat(second.result()).isNotNull();
        assertThat(database.connect()).isNotNull();
    }

    private Caller<Void> commit(Thread.Builder kind) {
        return Caller.start(kind, () -> {
            connection.commit();
            return null;
        });
    }
}
