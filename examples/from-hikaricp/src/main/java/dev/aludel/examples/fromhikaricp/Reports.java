package dev.aludel.examples.fromhikaricp;

import dev.aludel.pool.ConnectionSource;
import dev.aludel.pool.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/// A pool whose connections are made ready by code of one's own, each once, when it is opened.
final class Reports {
    private Reports() {}

    /// @param driver opens connections, without a pool; asked anew for each, so the password may change
    static Pool pool(DataSource driver) {
        ConnectionSource ready = () -> {
            Connection connection = driver.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET work_mem = '64MB'"); // connectionInitSql
                connection.setReadOnly(true); // readOnly
                connection.setSchema("reports"); // schema
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ); // transactionIsolation
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        };
        return Pool.of(settings -> settings.connections(ready)
                .name("reports")
                .size(2) // what stays open
                .maxOverflow(6) // on top while needed: minimumIdle 2, maximumPoolSize 8
                .linger(Duration.ofMinutes(10)) // idleTimeout
                .statementTimeout(Duration.ofMinutes(5)));
    }
}
