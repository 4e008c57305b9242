package dev.aludel.examples.fromhikaricp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RefusalTest {
    private final Postgres server = Postgres.shared();
    private final String database = server.createDatabase("refusal");

    @Test
    void a_timeout_is_the_exception_that_hikaricp_throws_and_names_the_holder() throws SQLException {
        try (Pool pool = pool(database, Duration.ofSeconds(2));
                Connection held = pool.getConnection()) {
            SQLException failure = failure(pool);

            assertThat((Throwable) failure).isInstanceOf(SQLTransientConnectionException.class);
            assertThat(failure.getSQLState()).isEqualTo("HYT00");
            assertThat(Refusal.of(failure)).matches("busy: RefusalTest\\..* has a connection");
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void a_database_that_is_not_there_is_told_long_before_the_timeout() {
        try (Pool pool = pool("nowhere", Duration.ofDays(1))) {
            SQLException failure = failure(pool);

            assertThat(Refusal.of(failure)).isEqualTo("down: SQLState 3D000");
        }
    }

    @Test
    void a_closed_pool_says_so() {
        Pool pool = pool(database, Duration.ofSeconds(1));
        pool.close();

        assertThat(Refusal.of(failure(pool))).isEqualTo("closed or interrupted: SQLState 08003");
    }

    @Test
    void a_thread_that_is_interrupted_stays_so() throws SQLException {
        try (Pool pool = pool(database, Duration.ofDays(1));
                Connection held = pool.getConnection()) {
            Thread.currentThread().interrupt();
            SQLException failure = failure(pool);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(Refusal.of(failure)).isEqualTo("closed or interrupted: SQLState 57014");
            assertThat(held.isClosed()).isFalse();
        }
    }

    private Pool pool(String name, Duration timeout) {
        return Pool.of(settings -> settings.url(server.jdbcUrl(name)).size(1).timeout(timeout));
    }

    private static SQLException failure(Pool pool) {
        return catchThrowableOfType(SQLException.class, pool::getConnection);
    }
}
