package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A statement that runs on a real server while its connection is closed, or its thread interrupted.
@DisplayNameGeneration(ReplaceUnderscores.class)
class HalfWayOnPostgresTest {
    private static final Postgres SERVER = Postgres.shared();
    private static String database = "";

    private final Pool pool =
            Pool.of(settings -> settings.url(SERVER.jdbcUrl(database)).size(1));

    @BeforeAll
    static void makesADatabase() throws SQLException {
        database = SERVER.createDatabase("half_way");
    }

    @AfterEach
    void close() {
        pool.close(ofSeconds(10));
        Await.until(
                () -> number("select count(*) from pg_stat_activity where datname = '" + database + "'") == 0,
                () -> "no connection in pg_stat_activity");
    }

    private static long number(String sql) {
        try (Connection connection = SERVER.dataSource("postgres").getConnection()) {
            return number(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void awaitRunning(String sql, int count) {
        String query = "select count(*) from pg_stat_activity where state = 'active' and query = '" + sql + "'";
        Await.until(() -> number(query) == count, () -> number(query) + " run " + sql);
    }

    private long nextBackend() throws SQLException {
        try (Connection next = pool.getConnection()) {
            return number(next, "select pg_backend_pid()");
        }
    }

    // reliability row F31

    @Test
    void ends_on_the_server_too_and_never_meets_the_next_borrower() throws Exception {
        Connection connection = pool.getConnection();
        long backend = number(connection, "select pg_backend_pid()");
        Caller<Long> sleeper = Caller.start("sleeper", () -> number(connection, "select pg_sleep(61)"));
        awaitRunning("select pg_sleep(61)", 1);

        connection.close();

        assertThat(nextBackend()).isNotEqualTo(backend);
        assertThat(sleeper.failure()).isInstanceOf(SQLException.class);
        awaitRunning("select pg_sleep(61)", 0);
    }

    // reliability row F34

    @Test
    void by_an_interrupt_of_a_virtual_thread_costs_the_connection() throws Exception {
        long[] backend = new long[1];
        Caller<Boolean> caller = Caller.start(Thread.ofVirtual(), () -> {
            try (Connection mine = pool.getConnection()) {
                backend[0] = number(mine, "select pg_backend_pid()");
                assertThat(catchThrowable(() -> number(mine, "select pg_sleep(62)")))
                        .isInstanceOf(SQLException.class);
                return Thread.currentThread().isInterrupted();
            }
        });
        awaitRunning("select pg_sleep(62)", 1);

        caller.interrupt();

        assertThat(caller.result()).as("the flag").isTrue();
        assertThat(nextBackend()).isNotEqualTo(backend[0]);
        number("select count(pg_terminate_backend(pid)) from pg_stat_activity where query = 'select pg_sleep(62)'");
    }

    @Test
    void is_not_what_an_interrupt_makes_of_a_platform_thread_whose_driver_hears_nothing() throws Exception {
        long[] backend = new long[1];
        Caller<Boolean> caller = Caller.start(Thread.ofPlatform().daemon(), () -> {
            try (Connection mine = pool.getConnection()) {
                backend[0] = number(mine, "select pg_backend_pid()");
                assertThat(number(mine, "select 1 from pg_sleep(0.3)")).isEqualTo(1);
                return Thread.currentThread().isInterrupted();
            }
        });
        awaitRunning("select 1 from pg_sleep(0.3)", 1);

        caller.interrupt();

        assertThat(caller.result()).isTrue();
        assertThat(nextBackend()).isEqualTo(backend[0]);
    }

    // reliability row F52

    @Test
    void is_waited_for_and_then_cut_when_the_pool_closes() throws Exception {
        Connection connection = pool.getConnection();
        Caller<Long> sleeper = Caller.start("sleeper", () -> number(connection, "select pg_sleep(63)"));
        awaitRunning("select pg_sleep(63)", 1);
        long began = System.nanoTime();

        pool.close(Duration.ofMillis(300));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(300), ofSeconds(3));
        assertThat(sleeper.failure()).isInstanceOf(SQLException.class);
        assertThat(catchThrowable(pool::getConnection)).hasMessageContaining("is closed");
        awaitRunning("select pg_sleep(63)", 0);
        connection.close();
    }
}
