package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What a timeout says of connections that are busy in a PostgreSQL (reliability section 5: D-SLOW-SQL, D-LOCK,
/// D-LOCK-SELF).
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplanationOnPostgresTest {
    private static final Postgres SERVER = Postgres.shared();
    private static final Duration WAIT = ofMillis(700);
    private static String database = "";

    private final List<Pool> pools = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Caller<Optional<SQLException>>> running = new ArrayList<>();

    @BeforeAll
    static void makesADatabase() throws SQLException {
        database = SERVER.createDatabase("explained");
        try (Connection connection = DriverManager.getConnection(SERVER.jdbcUrl(database))) {
            Sql.run(connection, "CREATE TABLE trips (id INT PRIMARY KEY, seats INT)");
            Sql.run(connection, "INSERT INTO trips SELECT n, 4 FROM generate_series(1, 10) AS n");
            Sql.run(connection, "DROP ROLE IF EXISTS explained_user");
            Sql.run(connection, "CREATE ROLE explained_user LOGIN");
            Sql.run(connection, "GRANT ALL ON trips TO explained_user");
        }
    }

    private Pool pool(int size, Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(settings.name("trips")
                .url(SERVER.jdbcUrl(database) + "&ApplicationName=trips")
                .timeout(WAIT)
                .size(size)));
        pools.add(pool);
        return pool;
    }

    private Pool pool(int size) {
        return pool(size, settings -> {});
    }

    /// A client that is not the pool's.
    private Connection client(String application) throws SQLException {
        Connection connection =
                DriverManager.getConnection(SERVER.jdbcUrl(database) + "&ApplicationName=" + application);
        connections.add(connection);
        return connection;
    }

    @AfterEach
    void leavesNothingBehind() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        pools.forEach(pool -> pool.close(Duration.ZERO));
        running.forEach(Caller::result);
    }

    /// Has a borrower run a statement that does not end before the test does.
    private Checkout runs(Pool pool, String label, String sql) throws SQLException {
        Checkout lent = pool.checkOut(label);
        running.add(ServerViews.run(lent.connection(), sql));
        return lent;
    }

    private Checkout updates(Pool pool, String label, int trip) throws SQLException {
        Checkout lent = pool.checkOut(label);
        lent.connection().setAutoCommit(false);
        Sql.run(lent.connection(), update(trip));
        return lent;
    }

    private static String update(int trip) {
        return "UPDATE trips SET seats = seats - 1 WHERE id = " + trip;
    }

    private static Explanation timeout(Pool pool) {
        return catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late"))
                .explanation();
    }

    private static <D extends Diagnosis> D only(Class<D> kind, Explanation explanation) {
        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(kind);
        return kind.cast(explanation.diagnoses().getFirst());
    }

    @Test
    void of_statements_that_wait_for_no_lock_is_slow_sql() throws Exception {
        Pool pool = pool(2);
        runs(pool, "report", "SELECT pg_sleep(60)");
        runs(pool, "report", "SELECT pg_sleep(60)");

        Explanation explanation = timeout(pool);

        Diagnosis.SlowSql slow = only(Diagnosis.SlowSql.class, explanation);
        assertThat(slow.running()).isEqualTo(2);
        assertThat(slow.sql()).isEqualTo("SELECT pg_sleep(?)");
        assertThat(slow.longest()).isGreaterThanOrEqualTo(WAIT);
        assertThat(slow.confidence()).isEqualTo(Confidence.LIKELY);
        assertThat(explanation.server().gaps()).isEmpty();
        assertThat(explanation.text())
                .contains("; 2 run SELECT pg_sleep(?), for 0.")
                .contains("and wait for no lock");
    }

    @Test
    void shows_what_serves_each_holder() throws Exception {
        Pool pool = pool(1);
        runs(pool, "report", "SELECT pg_sleep(60)");

        Explanation explanation = timeout(pool);

        assertThat(explanation.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.backend())
                    .extracting("state", "application")
                    .containsExactly(Backend.State.ACTIVE, "trips");
        });
    }

    @Test
    void of_statements_that_wait_for_another_client_names_it() throws Exception {
        Connection billing = client("billing");
        billing.setAutoCommit(false);
        Sql.run(billing, update(1));
        Pool pool = pool(2);
        runs(pool, "POST /seats", update(1));
        runs(pool, "POST /seats", update(1)); // waits for the one before it, which waits for the client

        Explanation explanation = timeout(pool);

        Diagnosis.LockedByOther locked = only(Diagnosis.LockedByOther.class, explanation);
        long id = Server.postgres().backendId(billing).orElseThrow();
        assertThat(locked.id()).isEqualTo(id);
        assertThat(locked.blocked()).isEqualTo(2);
        assertThat(locked.running()).isEqualTo(2);
        assertThat(locked.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(locked.remedy()).startsWith("have backend " + id + " end its transaction");
        assertThat(explanation.text())
                .contains("; 2 of 2 wait for locks of backend " + id + " (billing, idle in transaction for ")
                .contains("last SQL: UPDATE trips SET seats = seats - ? WHERE id = ?");
    }

    @Test
    void of_statements_that_wait_for_the_pools_own_connection_names_who_has_it() throws Exception {
        Pool pool = pool(4);
        Checkout holder = updates(pool, "POST /holds", 2);
        for (int i = 0; i < 3; i++) {
            runs(pool, "POST /seats", update(2));
        }

        Explanation explanation = timeout(pool);

        Diagnosis.LockedByOwn locked = only(Diagnosis.LockedByOwn.class, explanation);
        assertThat(locked.blocker().label()).isEqualTo("POST /holds");
        assertThat(locked.blocked()).isEqualTo(3);
        assertThat(locked.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(locked.remedy()).startsWith("end that transaction sooner: move ");
        assertThat(explanation.text()).contains("; 3 of 3 wait for locks of our own connection trips#1 (POST /holds");
        holder.close();
    }

    /// A near miss: somebody has locks, and those who are slow do not wait for them.
    @Test
    void of_slow_statements_beside_a_lock_does_not_blame_the_lock() throws Exception {
        Connection billing = client("billing");
        billing.setAutoCommit(false);
        Sql.run(billing, update(3));
        Connection another = client("another");
        running.add(ServerViews.run(another, update(3)));
        Pool pool = pool(2);
        runs(pool, "report", "SELECT pg_sleep(60)");
        runs(pool, "report", "SELECT pg_sleep(60)");

        only(Diagnosis.SlowSql.class, timeout(pool));
        billing.rollback();
    }

    @Test
    void says_of_a_client_that_may_not_be_looked_at_that_it_is_not_shown() throws Exception {
        Connection billing = client("billing");
        billing.setAutoCommit(false);
        Sql.run(billing, update(4));
        Pool pool = pool(
                1,
                settings -> settings.url("jdbc:postgresql://localhost:" + SERVER.port() + "/" + database)
                        .user("explained_user"));
        runs(pool, "POST /seats", update(4));

        Explanation explanation = timeout(pool);

        Diagnosis.LockedByOther locked = only(Diagnosis.LockedByOther.class, explanation);
        assertThat(locked.blocker()).extracting("state").isEqualTo(Backend.State.HIDDEN);
        assertThat(explanation.server().gaps()).singleElement().asString().contains("GRANT pg_read_all_stats");
    }

    @Test
    void without_a_connection_to_look_says_so() throws Exception {
        Pool pool = pool(1, settings -> settings.diagnosticConnection(false));
        runs(pool, "report", "SELECT pg_sleep(60)");

        Diagnosis.InDatabase busy = only(Diagnosis.InDatabase.class, timeout(pool));

        assertThat(busy.notSeen()).isEqualTo("the server: diagnosticConnection is off");
        assertThat(busy.confidence()).isEqualTo(Confidence.CERTAIN);
    }

    @Test
    void of_a_server_that_gives_no_connection_to_look_says_so() throws Exception {
        try (Connection connection = DriverManager.getConnection(SERVER.jdbcUrl(database))) {
            Sql.run(connection, "ALTER ROLE explained_user CONNECTION LIMIT 1");
        }
        Pool pool = pool(
                1,
                settings -> settings.url("jdbc:postgresql://localhost:" + SERVER.port() + "/" + database)
                        .user("explained_user"));
        runs(pool, "report", "SELECT pg_sleep(60)");

        Diagnosis.InDatabase busy = only(Diagnosis.InDatabase.class, timeout(pool));

        assertThat(busy.notSeen()).isEqualTo("the server: it could not be asked (PSQLException 53300)");
        try (Connection connection = DriverManager.getConnection(SERVER.jdbcUrl(database))) {
            Sql.run(connection, "ALTER ROLE explained_user CONNECTION LIMIT -1");
        }
    }

    @Test
    void on_demand_looks_at_the_server_too() throws Exception {
        Pool pool = pool(1);
        runs(pool, "report", "SELECT pg_sleep(60)");
        Await.until(() -> pool.explain().holders().getFirst().inSql() != null, () -> "the statement runs");

        assertThat(pool.explain().server().backends()).isNotEmpty();
    }

    @Test
    void leaves_no_connection_open_that_it_looked_over() throws Exception {
        Pool pool = pool(1);
        runs(pool, "report", "SELECT pg_sleep(60)");
        timeout(pool);
        Connection counter = client("counter");

        Await.until(() -> looking(counter) == 0, () -> "one is open");
    }

    @Test
    void of_a_wait_that_is_served_looks_at_nothing() throws Exception {
        Connection counter = client("counter");
        Await.until(() -> looking(counter) == 0, () -> "an earlier test's is open");
        Pool pool = pool(1);
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = Caller.start("waiter", () -> pool.checkOut("waiter", ofSeconds(30)));
        Await.until(() -> pool.snapshot().waiting() == 1, () -> "nobody waits");
        lent.close();
        waiter.result().close();

        assertThat(looking(counter)).isZero();
    }

    private static int looking(Connection counter) {
        try {
            return Integer.parseInt(Sql.text(
                    counter,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name ="
                            + " 'aludel-diag'"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
