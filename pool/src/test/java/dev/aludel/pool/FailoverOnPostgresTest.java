package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FailoverOnPostgresTest {
    @RegisterExtension
    final Canary canary = new Canary();

    private Pool pool(Role role, Postgres... servers) {
        List<String> urls = List.of(servers).stream()
                .map(server -> server.jdbcUrl("postgres"))
                .toList();
        return canary.watch(Pool.of(settings -> settings.name("trips")
                .urls(urls)
                .password(Canary.PASSWORD)
                .role(role)
                .size(2)
                .prePing(true)));
    }

    private static int port(Connection connection) throws SQLException {
        return Integer.parseInt(Canary.ask(connection, "select inet_server_port()"));
    }

    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists trips (id int)");
            statement.execute("insert into trips values (1)");
        }
    }

    private static String bare(Postgres server) {
        return "jdbc:postgresql://localhost:" + server.port() + "/postgres";
    }

    // reliability row F20, connection-model section 7 row 19
    @Test
    @SuppressWarnings("try") // the primary's death is what is tested
    void leads_from_the_primary_to_the_standby_that_takes_its_place_without_a_restart() throws Exception {
        try (Postgres primary = Postgres.start();
                Postgres standby = primary.startStandby();
                Pool pool = pool(Role.PRIMARY, standby, primary)) {
            Connection lent = pool.getConnection();
            try (Connection connection = pool.getConnection()) {
                assertThat(port(connection)).isEqualTo(primary.port());
                write(connection);
            }

            primary.close();
            assertThat(catchThrowable(() -> write(lent))).isInstanceOf(SQLException.class);
            lent.close();
            assertThat(catchThrowable(pool::getConnection))
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessage(
                            "Pool 'trips' cannot connect to %s, %s: no primary among 2: %s failed with PSQLException"
                                    + " 08001; %s is a replica; see to those that failed, or have one promoted",
                            bare(standby), bare(primary), bare(primary), bare(standby));
            standby.promote();

            for (Checkout checkout : Pools.checkOut(pool, 2)) {
                assertThat(port(checkout.connection())).isEqualTo(standby.port());
                write(checkout.connection());
                checkout.close();
            }
        }
    }

    // reliability row F21
    @Test
    void leaves_a_standby_that_became_a_primary_when_it_wants_one_that_follows() throws Exception {
        try (Postgres primary = Postgres.start();
                Postgres standby = primary.startStandby();
                Pool pool = pool(Role.REPLICA, primary, standby)) {
            try (Connection connection = pool.getConnection()) {
                assertThat(port(connection)).isEqualTo(standby.port());
                assertThat(catchThrowable(() -> write(connection)))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                error -> assertThat(error.getSQLState()).isEqualTo("25006"));
            }

            standby.promote();

            assertThat(catchThrowable(pool::getConnection))
                    .hasMessageContaining("no replica among 2: ")
                    .hasMessageContaining(bare(primary) + " is no replica")
                    .hasMessageContaining(bare(standby) + " is no replica");
        }
    }
}
