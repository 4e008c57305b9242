package dev.aludel.examples.fromhikaricp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OrdersTest {
    private final Postgres server = Postgres.shared();
    private final String database = server.createDatabase("orders");

    @Test
    void a_pool_by_code_is_what_the_code_says() throws SQLException {
        try (Pool pool = Orders.byCode(server.jdbcUrl(database), "postgres", "postgres")) {
            assertIsAsSet(pool);
        }
    }

    @Test
    void a_pool_by_keys_is_the_same(@TempDir Path folder) throws IOException, SQLException {
        String keys = Files.readString(Path.of("src/main/resources/orders.properties"))
                .replace("//localhost/orders", "//localhost:" + server.port() + "/" + database)
                .replace("= app", "= postgres");
        Path file = Files.writeString(folder.resolve("orders.properties"), keys);

        try (Pool pool = Orders.byKeys(file)) {
            assertIsAsSet(pool);
        }
    }

    private static void assertIsAsSet(Pool pool) throws SQLException {
        assertThat(pool.name()).isEqualTo("orders");
        assertThat(pool.snapshot().size()).isEqualTo(16);
        assertThat(pool.snapshot().maxOverflow()).isZero();
        assertThat(pool.getLoginTimeout()).isEqualTo(5);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.getQueryTimeout()).isEqualTo(10);
            assertThat(Duration.ofMillis(connection.getNetworkTimeout())).isEqualTo(Duration.ofMinutes(1));
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }
}
