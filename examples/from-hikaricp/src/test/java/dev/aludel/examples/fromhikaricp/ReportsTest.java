package dev.aludel.examples.fromhikaricp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReportsTest {
    private final Postgres server = Postgres.shared();
    private final String database = server.createDatabase("reports");
    private final Pool pool = Reports.pool(server.dataSource(database));

    @BeforeEach
    void a_schema() throws SQLException {
        try (Connection connection = server.dataSource(database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA reports");
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void each_connection_is_lent_as_it_was_made_ready() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertIsReady(connection);
        }
    }

    @Test
    void what_a_borrower_changes_is_put_back_to_that() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setReadOnly(false);
            connection.setSchema("public");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        }
        try (Connection next = pool.getConnection()) {
            assertIsReady(next);
        }
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void more_than_its_size_are_lent_at_a_time() throws SQLException {
        List<Connection> lent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lent.add(pool.getConnection());
        }

        assertThat(pool.snapshot().checkedOut()).isEqualTo(8);
        for (Connection connection : lent) {
            connection.close();
        }
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    private static void assertIsReady(Connection connection) throws SQLException {
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            assertThat(value(statement, "SHOW work_mem")).isEqualTo("64MB");
            assertThat(value(statement, "SHOW search_path")).isEqualTo("reports");
        }
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
