package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.MariaDb;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What a borrower leaves in a session of MariaDB. Where that is not installed, these tests pass over,
/// and say so.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionStateOnMariaDbTest {
    private static final Optional<MariaDb> SERVER = MariaDb.shared();

    private static final String PROBE = """
            SELECT variable_name, session_value FROM information_schema.system_variables
            WHERE session_value IS NOT NULL AND global_value IS NOT NULL
            UNION ALL SELECT 'variable', @x
            UNION ALL SELECT 'role', CURRENT_ROLE()
            UNION ALL SELECT 'lock', IS_USED_LOCK('a lock') = CONNECTION_ID()""";

    private static final List<String> STATEMENTS = List.of(
            "SELECT count(*) FROM trips",
            "INSERT INTO trips (seats) VALUES (#)",
            "UPDATE trips SET seats = # WHERE id = #",
            "SELEC #",
            "SET @x = #",
            "SELECT @x := #",
            "SELECT # INTO @x",
            "SET SESSION sort_buffer_size = #000000",
            "SET sql_mode = 'ANSI'",
            "SET time_zone = '+0#:00'",
            "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
            "SET wait_timeout = #00",
            "SET autocommit = 0",
            "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET SESSION TRANSACTION READ ONLY",
            "SET foreign_key_checks = 0",
            "SET ROLE NONE",
            "SELECT GET_LOCK('a lock', 1)",
            "LOCK TABLES trips WRITE",
            "CREATE TEMPORARY TABLE trips (other INT)",
            "PREPARE p FROM 'SELECT #'",
            "USE mysql",
            "/*! SET @x = # */",
            "BEGIN");

    private static Pool pool(MariaDb server, StateReset reset, String more) {
        String url = server.jdbcUrl(server.createDatabase("state")) + "&sessionVariables=max_statement_time=50" + more;
        ConnectionSource source = () -> {
            Connection connection = DriverManager.getConnection(url);
            Sql.run(connection, "CREATE ROLE IF NOT EXISTS traveller");
            Sql.run(connection, "SET ROLE traveller");
            Sql.run(connection, "CREATE TABLE IF NOT EXISTS trips (id INT AUTO_INCREMENT PRIMARY KEY, seats INT)");
            Sql.run(
                    connection,
                    "SET SESSION sort_buffer_size = 123456, sql_mode = CONCAT(@@sql_mode, ',NO_ZERO_DATE')");
            return connection;
        };
        return Pool.of(
                settings -> settings.connections(source).name("state").size(1).stateReset(reset));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "TRACKED")
    void is_gone_at_check_in(StateReset reset) throws SQLException {
        // reliability F40
        if (SERVER.isPresent()) {
            try (Pool pool = pool(SERVER.get(), reset, "&useResetConnection=true")) {
                int connections = new RandomBorrowers(pool, PROBE, STATEMENTS).run(200);

                assertThat(connections).as("connections that it took").isLessThan(60);
            }
        }
    }

    @Test
    void costs_the_connection_if_the_driver_was_not_told_to_reset() throws SQLException {
        if (SERVER.isPresent()) {
            try (Pool pool = pool(SERVER.get(), StateReset.SMART, "")) {
                String first = ask(pool, "SELECT CONNECTION_ID()");
                assertThat(ask(pool, "SELECT CONNECTION_ID()")).isEqualTo(first);
                borrow(pool, "SET @x = 1");

                assertThat(ask(pool, "SELECT CONNECTION_ID()")).isNotEqualTo(first);
            }
        }
    }

    @Test
    void is_reset_without_a_word_if_the_pool_has_the_address() throws SQLException {
        if (SERVER.isPresent()) {
            String url = SERVER.get().jdbcUrl(SERVER.get().createDatabase("state"));
            try (Pool pool = Pool.of(settings -> settings.url(url).size(1))) {
                String first = ask(pool, "SELECT CONNECTION_ID()");
                borrow(pool, "SET @x = 1");

                assertThat(ask(pool, "SELECT CONNECTION_ID()")).isEqualTo(first);
                assertThat(ask(pool, "SELECT @x IS NULL")).isEqualTo("1");
            }
        }
    }

    @Test
    void is_of_a_primary_whose_lost_connections_are_seen() throws SQLException {
        if (SERVER.isPresent()) {
            String url = SERVER.get().jdbcUrl("mysql");
            try (Connection one = DriverManager.getConnection(url);
                    Connection other = DriverManager.getConnection(url)) {
                Server server = Server.of(one);
                assertThat(server.isReplica(one)).isFalse();
                Sql.run(other, "KILL CONNECTION " + Sql.text(one, "SELECT CONNECTION_ID()"));

                assertThat(isDisconnected(server, one)).isTrue();
            }
        }
    }

    private static boolean isDisconnected(Server server, Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return false;
        } catch (SQLException e) {
            return server.isDisconnect(e);
        }
    }

    private static void borrow(Pool pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, sql);
        }
    }

    private static String ask(Pool pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return Sql.text(connection, sql);
        }
    }
}
