package dev.aludel.pool;

import static dev.aludel.pool.ServerViews.run;
import static dev.aludel.pool.ServerViews.seen;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Backend.State;
import dev.aludel.pool.ConnectionLimit.Scope;
import dev.aludel.servers.MariaDb;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What MariaDB tells of itself, and what it does not tell everybody (reliability section 5, evidence).
/// Where it is not installed, these tests pass over, and [MariaDb#shared] says so.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerViewOnMariaDbTest {
    private static final Optional<MariaDb> SERVER = MariaDb.shared();
    private static final Duration LIMIT = ofSeconds(10);
    private static String database = "";

    private final Server server = Server.mariaDb();
    private final Connection diagnostic = connect("root");
    private final Connection one = connect("root");
    private final Connection other = connect("root");

    @RegisterExtension
    final InvocationInterceptor passesOver = new InvocationInterceptor() {
        @Override
        public void interceptTestMethod(
                Invocation<@Nullable Void> test, ReflectiveInvocationContext<Method> what, ExtensionContext where)
                throws Throwable {
            if (SERVER.isPresent()) {
                test.proceed();
            } else {
                test.skip();
            }
        }
    };

    @BeforeAll
    static void makesUsers() throws SQLException {
        database = SERVER.map(server -> server.createDatabase("view")).orElse("");
        try (Connection connection = connect("root")) {
            Sql.run(connection, "CREATE TABLE trips (id INT PRIMARY KEY, seats INT)");
            Sql.run(connection, "INSERT INTO trips VALUES (1, 4), (2, 4)");
            Sql.run(connection, "CREATE OR REPLACE USER view_nobody WITH MAX_USER_CONNECTIONS 7");
            Sql.run(connection, "GRANT SELECT ON " + database + ".* TO view_nobody");
        }
    }

    private static Connection connect(String user) {
        try {
            if (SERVER.isEmpty()) {
                return new FakeDatabase().connect();
            }
            String url = SERVER.get().jdbcUrl(database);
            return DriverManager.getConnection(url.replace("user=root", "user=" + user));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void beginsATransaction() throws SQLException {
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

    private void awaitState(Connection connection, State state, String waitsFor) {
        await(
                () -> is(backend(connection), state, waitsFor),
                () -> backend(connection).toString());
    }

    private static boolean is(Backend backend, State state, String waitsFor) {
        return backend.state() == state && backend.waitsFor().startsWith(waitsFor);
    }

    /// InnoDB looks anew at its transactions only if nobody has asked for them for 100 ms.
    private static void await(BooleanSupplier condition, Supplier<String> seen) {
        Await.until(
                () -> {
                    LockSupport.parkNanos(Duration.ofMillis(110).toNanos());
                    return condition.getAsBoolean();
                },
                seen);
    }

    private List<LockWait> waits() {
        try {
            return seen(server.locks(diagnostic, LIMIT));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shows_who_is_in_a_transaction() {
        awaitState(one, State.IDLE_IN_TRANSACTION, "");
        Backend seen = backend(one);

        assertThat(seen.user()).isEqualTo("root");
        assertThat(seen.database()).isEqualTo(database);
        assertThat(seen.client()).matches(".*:\\d+");
        assertThat(seen.age()).as("it does not say").isNull();
        assertThat(seen.inTransaction()).isNotNull().isLessThan(ofSeconds(60));
        assertThat(seen.inState()).isNotNull().isLessThan(ofSeconds(60));
        awaitState(other, State.IDLE, "");
        assertThat(backend(other).inTransaction()).isNull();
    }

    @Test
    void shows_how_long_a_transaction_is_open_whatever_the_time_zone() throws SQLException {
        Sql.run(diagnostic, "SET time_zone = '+07:00'");
        awaitState(one, State.IDLE_IN_TRANSACTION, "");

        assertThat(backend(one).inTransaction()).isNotNull().isLessThan(ofSeconds(60));
    }

    @Test
    void shows_who_waits_for_a_row_and_who_has_it() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "UPDATE trips SET seats = 77 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock: InnoDB");

        assertThat(backend(other).sql()).isEqualTo("UPDATE trips SET seats = ? WHERE id = ?");
        assertThat(waits()).singleElement().satisfies(wait -> {
            assertThat(wait.waiter()).isEqualTo(server.backendId(other).orElseThrow());
            assertThat(wait.blockers()).containsExactly(server.backendId(one).orElseThrow());
            assertThat(wait.wanted()).isEqualTo("X on record (`" + database + "`.`trips`)");
            assertThat(wait.waited()).isNotNull().isLessThan(ofSeconds(60));
        });
        one.rollback();
        assertThat(waiter.result()).isEmpty();
        await(() -> waits().isEmpty(), () -> waits().toString());
    }

    @Test
    void shows_who_waits_for_a_table_by_its_state() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "ALTER TABLE trips COMMENT 'changed'");

        awaitState(other, State.ACTIVE, "Waiting for table metadata lock");

        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void cancels_the_statement_that_was_seen() throws SQLException {
        Caller<Optional<SQLException>> sleeper = run(other, "UPDATE trips SET seats = 77 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");

        assertThat(server.cancel(diagnostic, backend(other), LIMIT)).isTrue();

        assertThat(sleeper.result())
                .get()
                .extracting(SQLException::getErrorCode)
                .isEqualTo(1317);
        assertThat(other.isValid(1)).isTrue();
    }

    @Test
    void does_not_cancel_the_statement_after_it() throws SQLException {
        Caller<Optional<SQLException>> first = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        Backend seen = backend(other);
        one.rollback();
        assertThat(first.result()).isEmpty();
        awaitState(other, State.IDLE, "");
        assertThat(server.cancel(diagnostic, seen, LIMIT)).as("none runs").isFalse();

        Sql.run(one, "UPDATE trips SET seats = 3 WHERE id = 1");
        Caller<Optional<SQLException>> second = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        assertThat(server.cancel(diagnostic, seen, LIMIT)).as("another runs").isFalse();

        one.rollback();
        assertThat(second.result()).isEmpty();
    }

    @Test
    void takes_it_without_harm_if_the_statement_has_just_ended() throws SQLException {
        Sql.run(other, "SELECT 1");
        long id = server.backendId(other).orElseThrow();
        String last = "SELECT query_id FROM information_schema.processlist WHERE id = " + id;

        Sql.run(diagnostic, "KILL QUERY ID " + Sql.text(diagnostic, last));

        assertThat(Sql.text(other, "SELECT 2")).isEqualTo("2");
    }

    @Test
    void shows_its_limits() throws SQLException {
        List<ConnectionLimit> limits = seen(server.limits(diagnostic, LIMIT));

        assertThat(limits).singleElement().satisfies(limit -> {
            assertThat(limit.scope()).isEqualTo(Scope.SERVER);
            assertThat(limit.limit()).isEqualTo(151);
            assertThat(limit.used()).isBetween(2, 150);
        });
    }

    @Test
    void tells_a_user_without_rights_what_it_keeps_back() throws SQLException {
        try (Connection nobody = connect("view_nobody");
                Connection mine = connect("view_nobody")) {
            ServerView.Seen<Backend> view = (ServerView.Seen<Backend>) server.activity(nobody, LIMIT);

            assertThat(view.gap()).contains("GRANT PROCESS");
            assertThat(view.all())
                    .extracting(Backend::id)
                    .containsExactly(server.backendId(mine).orElseThrow());
            assertThat(server.locks(nobody, LIMIT))
                    .isInstanceOfSatisfying(
                            ServerView.Refused.class,
                            refused -> assertThat(refused.why()).contains("GRANT PROCESS"));
            assertThat(seen(server.limits(nobody, LIMIT)))
                    .contains(new ConnectionLimit(Scope.USER, "view_nobody", 7, 0, 1));
        }
    }

    @Test
    void lets_such_a_user_cancel_nobody_else() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        Backend seen = backend(other);
        try (Connection nobody = connect("view_nobody")) {
            assertThat(server.cancel(nobody, seen, LIMIT))
                    .as("it does not see what runs")
                    .isFalse();
        }
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }
}
