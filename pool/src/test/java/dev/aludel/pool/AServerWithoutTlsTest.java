package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aludel.servers.MariaDb;
import dev.aludel.servers.Postgres;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that has no TLS, for whom the address asks. (F11)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AServerWithoutTlsTest {
    @RegisterExtension
    final Canary canary = new Canary();

    private @Nullable Throwable connecting(String url) {
        try (Pool pool = Pool.of(
                settings -> settings.name("trips").url(url).user(Canary.USER).password(Canary.PASSWORD))) {
            Throwable error = catchThrowable(canary.watch(pool)::getConnection);
            return error == null ? null : canary.thrown(error);
        }
    }

    @Test
    void is_told_of_as_that_on_postgresql() throws SQLException {
        Canary.nest(Postgres.shared());
        String url = "jdbc:postgresql://localhost:" + Postgres.shared().port() + "/postgres";

        assertThat(connecting(url)).isNull();
        assertThat(connecting(url + "?sslmode=require"))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage(
                        "Pool 'trips' cannot connect to " + url + ": client and server do not agree on TLS; check the"
                                + " server's certificate (name, issuer, dates) and what the address asks for; TLS is never done"
                                + " without");
    }

    @Test
    void is_told_of_as_that_on_mariadb() throws SQLException {
        Optional<MariaDb> installed = MariaDb.shared();
        assumeThat(installed).isPresent();
        MariaDb server = installed.orElseThrow();
        Canary.nest(server);
        String url = server.jdbcUrl(server.createDatabase("tls")).replace("?user=root", "");

        assertThat(connecting(url)).isNull();
        assertThat(connecting(url + "?sslMode=trust"))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("client and server do not agree on TLS");
    }
}
