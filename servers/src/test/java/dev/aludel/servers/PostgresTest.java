package dev.aludel.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PostgresTest {
    @Test
    void each_database_that_is_created_is_a_new_one() throws SQLException {
        Postgres server = Postgres.shared();

        String first = server.createDatabase("trips");
        String second = server.createDatabase("trips");

        assertThat(first).isNotEqualTo(second);
        assertThat(ask(server.jdbcUrl(second), "select current_database()")).isEqualTo(second);
    }

    @Test
    void the_limit_of_connections_is_the_one_asked_for() throws SQLException {
        try (Postgres server = Postgres.start(17)) {
            assertThat(ask(server.jdbcUrl("postgres"), "show max_connections")).isEqualTo("17");
        }
    }

    @Test
    void a_standby_follows_its_primary_and_takes_writes_once_it_is_promoted() throws SQLException {
        try (Postgres primary = Postgres.start();
                Postgres standby = primary.startStandby()) {
            String database = primary.createDatabase("trips");
            String url = standby.jdbcUrl("postgres");
            String arrived = "select count(*) from pg_database where datname = '" + database + "'";
            long began = System.nanoTime();
            while (ask(url, arrived).equals("0")) {
                assertThat(System.nanoTime() - began).isLessThan(10_000_000_000L);
            }
            assertThatThrownBy(() -> standby.createDatabase("orders"))
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("25006"));

            standby.promote();

            assertThat(standby.createDatabase("orders")).isNotEmpty();
        }
    }

    @Test
    void a_platform_without_binaries_is_told_so_and_the_way_out() {
        assertThat(Postgres.unavailable("Linux", "amd64")).isEmpty();
        assertThat(Postgres.unavailable("Linux", "aarch64")).isPresent();
        assertThat(Postgres.unavailable("Mac OS X", "aarch64"))
                .contains("the embedded PostgreSQL runs on Linux on x86-64 only, and this is Mac OS X on aarch64:"
                        + " give demo or trace one of your own (demo --url URL, trace URL),"
                        + " and run the tests on such a Linux");
    }

    private static String ask(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
