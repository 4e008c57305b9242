package dev.aludel.pool;

import static dev.aludel.pool.ServerViews.run;
import static dev.aludel.pool.ServerViews.seen;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Backend.State;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What H2 tells of itself; SQLite and servers of which nothing is known tell nothing.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerViewInProcessTest {
    private static final Duration LIMIT = ofSeconds(10);

    private final Server server = Server.h2();
    private final Connection diagnostic = connect("sa");
    private final Connection one = connect("sa");
    private final Connection other = connect("sa");

    private static Connection connect(String user) {
        try {
            return DriverManager.getConnection("jdbc:h2:mem:view;LOCK_TIMEOUT=60000", user, "");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void beginsATransaction() throws SQLException {
        Sql.run(diagnostic, "CREATE TABLE trips (id INT PRIMARY KEY, seats INT)");
        Sql.run(diagnostic, "INSERT INTO trips VALUES (1, 4), (2, 4)");
        one.setAutoCommit(false);
        Sql.run(one, "UPDATE trips SET seats = 3 WHERE id = 1");
    }

    @AfterEach
    void close() throws SQLException {
        one.close();
        other.close();
        diagnostic.close();
    }

    private Backend backend(Connection connection) {
        long id = server.backendId(connection).orElseThrow();
        try {
            return seen(server.activity(diagnostic, LIMIT)).stream()
                    .filter(backend -> backend.id() == id)
                    .findFirst()
                    .orElseThrow();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Caller<Optional<SQLException>> block() {
        Caller<Optional<SQLException>> waiter = run(other, "UPDATE trips SET seats = 77 WHERE id = 1");
        Await.until(
                () -> backend(other).waitsFor().equals("Lock"),
                () -> backend(other).toString());
        return waiter;
    }

    @Test
    void h2_shows_who_is_in_a_transaction_and_who_waits_for_it() throws SQLException {
        Caller<Optional<SQLException>> waiter = block();

        assertThat(seen(server.activity(diagnostic, LIMIT))).hasSize(2);
        assertThat(backend(one).state()).isEqualTo(State.IDLE_IN_TRANSACTION);
        assertThat(backend(one).age()).isNotNull().isLessThan(ofSeconds(60));
        assertThat(backend(other).state()).isEqualTo(State.ACTIVE);
        assertThat(backend(other).sql()).isEqualTo("UPDATE trips SET seats = ? WHERE id = ?");
        assertThat(seen(server.locks(diagnostic, LIMIT))).singleElement().satisfies(wait -> {
            assertThat(wait.waiter()).isEqualTo(backend(other).id());
            assertThat(wait.blockers()).containsExactly(backend(one).id());
        });
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void h2_cancels_the_statement_that_was_seen_and_not_the_one_after_it() throws SQLException {
        String endless = "SELECT SUM(a.x * b.x) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b";
        Caller<Optional<SQLException>> first = run(other, endless);
        Await.until(
                () -> backend(other).state() == State.ACTIVE,
                () -> backend(other).toString());
        Backend seen = backend(other);
        assertThat(server.cancel(diagnostic, seen, LIMIT)).isTrue();
        assertThat(first.result()).get().extracting(SQLException::getSQLState).isEqualTo("57014");

        Caller<Optional<SQLException>> second = block();
        assertThat(server.cancel(diagnostic, seen, LIMIT)).isFalse();
        one.rollback();
        assertThat(second.result()).isEmpty();
    }

    @Test
    void h2_refuses_who_is_no_administrator() throws SQLException {
        Sql.run(diagnostic, "CREATE USER IF NOT EXISTS nobody PASSWORD ''");
        try (Connection nobody = connect("nobody")) {
            assertThat(server.activity(nobody, LIMIT)).isInstanceOf(ServerView.Refused.class);
            assertThat(server.locks(nobody, LIMIT)).isInstanceOf(ServerView.Refused.class);
        }
    }

    @Test
    void h2_keeps_no_limits_and_others_say_nothing() throws SQLException {
        Backend seen = backend(one);
        assertThat(server.limits(diagnostic, LIMIT)).isInstanceOf(ServerView.NotKnown.class);
        for (Server silent : new Server[] {Server.sqlite(), Server.other(), () -> "own"}) {
            assertThat(silent.activity(diagnostic, LIMIT)).isInstanceOf(ServerView.NotKnown.class);
            assertThat(silent.locks(diagnostic, LIMIT)).isInstanceOf(ServerView.NotKnown.class);
            assertThat(silent.limits(diagnostic, LIMIT)).isInstanceOf(ServerView.NotKnown.class);
            assertThat(silent.cancel(diagnostic, seen, LIMIT)).isFalse();
            assertThat(silent.backendId(one)).isEmpty();
            assertThat(silent.transactionState(one)).isEqualTo(TransactionState.UNKNOWN);
        }
    }
}
