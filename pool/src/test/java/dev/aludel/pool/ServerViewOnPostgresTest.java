package dev.aludel.pool;

import static dev.aludel.pool.ServerViews.run;
import static dev.aludel.pool.ServerViews.seen;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.pool.Backend.State;
import dev.aludel.pool.ConnectionLimit.Scope;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What PostgreSQL tells of itself, and what it does not tell everybody (reliability section 5, evidence).
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerViewOnPostgresTest {
    private static final Postgres SERVER = Postgres.shared();
    private static final Duration LIMIT = ofSeconds(10);
    private static String database = "";

    private final Server server = Server.postgres();
    private final Connection diagnostic = connect("postgres", "diagnostic");
    private final Connection one = connect("postgres", "one");
    private final Connection other = connect("postgres", "other");

    @BeforeAll
    static void makesUsers() throws SQLException {
        database = SERVER.createDatabase("view");
        try (Connection connection = DriverManager.getConnection(SERVER.jdbcUrl(database))) {
            Sql.run(connection, "CREATE TABLE trips (id INT PRIMARY KEY, seats INT)");
            Sql.run(connection, "INSERT INTO trips VALUES (1, 4), (2, 4)");
            Sql.run(connection, "DROP ROLE IF EXISTS view_nobody");
            Sql.run(connection, "CREATE ROLE view_nobody LOGIN CONNECTION LIMIT 7");
        }
    }

    private static Connection connect(String user, String application) {
        String url = "jdbc:postgresql://localhost:" + SERVER.port() + "/" + database + "?user=" + user
                + "&ApplicationName=" + application;
        try {
            return DriverManager.getConnection(url);
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

    private Optional<Backend> find(Connection connection) {
        long id = server.backendId(connection).orElseThrow();
        try {
            return seen(server.activity(diagnostic, LIMIT)).stream()
                    .filter(backend -> backend.id() == id)
                    .findFirst();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Backend backend(Connection connection) {
        return find(connection).orElseThrow();
    }

    private void awaitState(Connection connection, State state, String waitsFor) {
        Await.until(
                () -> backend(connection).state() == state
                        && backend(connection).waitsFor().startsWith(waitsFor),
                () -> backend(connection).toString());
    }

    @Test
    void shows_who_is_in_a_transaction_and_the_last_statement_without_its_values() {
        awaitState(one, State.IDLE_IN_TRANSACTION, "Client");
        Backend seen = backend(one);

        assertThat(seen.sql()).isEqualTo("UPDATE trips SET seats = ? WHERE id = ?");
        assertThat(seen.user()).isEqualTo("postgres");
        assertThat(seen.database()).isEqualTo(database);
        assertThat(seen.application()).isEqualTo("one");
        assertThat(seen.client()).matches(".*:\\d+");
        assertThat(seen.inTransaction()).isNotNull().isLessThanOrEqualTo(seen.age());
        assertThat(seen.inState()).isNotNull().isLessThanOrEqualTo(seen.age());
        assertThat(backend(other).state()).isEqualTo(State.IDLE);
        assertThat(backend(other).inTransaction()).isNull();
    }

    @Test
    void shows_a_transaction_in_which_a_statement_failed() {
        assertThatThrownBy(() -> Sql.run(one, "SELECT 'canary' / 0")).isInstanceOf(SQLException.class);

        awaitState(one, State.IDLE_IN_FAILED_TRANSACTION, "");
        assertThat(backend(one).toString()).doesNotContain("canary");
    }

    @Test
    void does_not_show_who_looks() {
        assertThat(find(diagnostic)).isEmpty();
    }

    @Test
    void shows_who_waits_for_a_row_and_who_has_it() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");

        List<LockWait> waits = seen(server.locks(diagnostic, LIMIT));

        assertThat(waits).singleElement().satisfies(wait -> {
            assertThat(wait.waiter()).isEqualTo(server.backendId(other).orElseThrow());
            assertThat(wait.blockers()).containsExactly(server.backendId(one).orElseThrow());
            assertThat(wait.wanted()).isEqualTo("ShareLock on transactionid (trips)");
            assertThat(wait.waited()).isNotNull().isLessThan(ofSeconds(60));
        });
        one.rollback();
        assertThat(waiter.result()).isEmpty();
        assertThat(seen(server.locks(diagnostic, LIMIT))).isEmpty();
    }

    @Test
    void shows_who_waits_for_a_table() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "ALTER TABLE trips ALTER seats SET DEFAULT 4");
        awaitState(other, State.ACTIVE, "Lock");

        assertThat(seen(server.locks(diagnostic, LIMIT)))
                .extracting(LockWait::wanted)
                .containsExactly("AccessExclusiveLock on relation (trips)");
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void shows_the_number_of_a_table_of_another_database_and_no_name_of_this_one() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "ALTER TABLE trips ALTER seats SET DEFAULT 4");
        awaitState(other, State.ACTIVE, "Lock");
        String number = Sql.text(diagnostic, "SELECT 'trips'::regclass::oid");

        try (Connection elsewhere = DriverManager.getConnection(SERVER.jdbcUrl("postgres"))) {
            assertThat(seen(server.locks(elsewhere, LIMIT)))
                    .extracting(LockWait::wanted)
                    .containsExactly("AccessExclusiveLock on relation (" + number + ")");
        }
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void shows_who_waits_for_a_table_that_all_databases_share() throws SQLException {
        Sql.run(one, "LOCK TABLE pg_database IN SHARE ROW EXCLUSIVE MODE");
        Caller<Optional<SQLException>> waiter = run(other, "BEGIN; LOCK TABLE pg_database IN SHARE MODE; COMMIT");
        awaitState(other, State.ACTIVE, "Lock");
        try (Connection elsewhere = DriverManager.getConnection(SERVER.jdbcUrl("postgres"))) {
            assertThat(seen(server.locks(elsewhere, LIMIT)))
                    .extracting(LockWait::wanted)
                    .containsExactly("ShareLock on relation (pg_database)");
        }
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void cancels_the_statement_that_was_seen() {
        Caller<Optional<SQLException>> sleeper = run(other, "SELECT pg_sleep(60)");
        awaitState(other, State.ACTIVE, "Timeout");

        assertThat(cancel(backend(other))).isTrue();

        assertThat(sleeper.result()).get().extracting(SQLException::getSQLState).isEqualTo("57014");
        assertThat(server.transactionState(other)).isEqualTo(TransactionState.NONE);
    }

    private boolean cancel(Backend seen) {
        try {
            return server.cancel(diagnostic, seen, LIMIT);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void does_not_cancel_the_statement_after_it() throws SQLException {
        Caller<Optional<SQLException>> first = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        Backend seen = backend(other);
        one.rollback();
        assertThat(first.result()).isEmpty();
        assertThat(cancel(seen)).as("none runs").isFalse();

        Sql.run(one, "UPDATE trips SET seats = 3 WHERE id = 1");
        Caller<Optional<SQLException>> second = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        assertThat(cancel(seen)).as("another runs").isFalse();

        one.rollback();
        assertThat(second.result()).isEmpty();
    }

    @Test
    void shows_its_limits_and_that_of_the_database() throws SQLException {
        Sql.run(diagnostic, "ALTER DATABASE " + database + " CONNECTION LIMIT 50");
        try {
            List<ConnectionLimit> limits = seen(server.limits(diagnostic, LIMIT));

            assertThat(limits).extracting(ConnectionLimit::scope).containsExactly(Scope.SERVER, Scope.DATABASE);
            assertThat(limits.get(0).limit()).isEqualTo(Integer.parseInt(Sql.text(diagnostic, "SHOW max_connections")));
            assertThat(limits.get(0).reserved()).isEqualTo(3);
            assertThat(limits.get(0).used()).isGreaterThanOrEqualTo(2);
            assertThat(limits.get(1)).isEqualTo(new ConnectionLimit(Scope.DATABASE, database, 50, 0, 2));
            assertThat(limits.get(1).room()).isEqualTo(48);
        } finally {
            Sql.run(diagnostic, "ALTER DATABASE " + database + " CONNECTION LIMIT -1");
        }
    }

    @Test
    void tells_a_user_without_rights_what_it_keeps_back() throws SQLException {
        try (Connection nobody = connect("view_nobody", "nobody")) {
            ServerView.Seen<Backend> view = (ServerView.Seen<Backend>) server.activity(nobody, LIMIT);

            assertThat(view.gap()).contains("GRANT pg_read_all_stats");
            assertThat(view.all())
                    .filteredOn(backend -> backend.application().equals("one"))
                    .singleElement()
                    .satisfies(backend -> {
                        assertThat(backend.state()).isEqualTo(State.HIDDEN);
                        assertThat(backend.sql()).isEmpty();
                    });
        }
    }

    @Test
    void shows_such_a_user_locks_and_limits_all_the_same() throws SQLException {
        Caller<Optional<SQLException>> waiter = run(other, "UPDATE trips SET seats = 2 WHERE id = 1");
        awaitState(other, State.ACTIVE, "Lock");
        try (Connection nobody = connect("view_nobody", "nobody")) {
            assertThat(seen(server.locks(nobody, LIMIT)))
                    .extracting(LockWait::waiter)
                    .containsExactly(server.backendId(other).orElseThrow());
            assertThat(seen(server.limits(nobody, LIMIT)))
                    .contains(new ConnectionLimit(Scope.USER, "view_nobody", 7, 0, 0));
        }
        one.rollback();
        assertThat(waiter.result()).isEmpty();
    }

    @Test
    void lets_such_a_user_cancel_nobody_else() throws SQLException {
        Caller<Optional<SQLException>> sleeper = run(other, "SELECT pg_sleep(60)");
        awaitState(other, State.ACTIVE, "Timeout");
        Backend seen = backend(other);
        try (Connection nobody = connect("view_nobody", "nobody")) {
            assertThat(server.cancel(nobody, seen, LIMIT))
                    .as("it does not see what runs")
                    .isFalse();
        }
        assertThat(cancel(seen)).isTrue();
        assertThat(sleeper.result()).isPresent();
    }

    @Test
    void refuses_who_may_not_even_look() throws SQLException {
        Sql.run(diagnostic, "REVOKE SELECT ON pg_stat_activity, pg_locks FROM PUBLIC");
        try (Connection nobody = connect("view_nobody", "nobody")) {
            assertThat(server.activity(nobody, LIMIT)).isInstanceOf(ServerView.Refused.class);
            assertThat(server.locks(nobody, LIMIT)).isInstanceOf(ServerView.Refused.class);
            assertThat(server.limits(nobody, LIMIT)).isInstanceOf(ServerView.Refused.class);
        } finally {
            Sql.run(diagnostic, "GRANT SELECT ON pg_stat_activity, pg_locks TO PUBLIC");
        }
    }

    @Test
    void gives_up_in_time() throws SQLException {
        Sql.run(one, "LOCK TABLE pg_locks"); // a view of this database

        assertThatThrownBy(() -> server.locks(diagnostic, Duration.ofMillis(1)))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("57014");
    }
}
