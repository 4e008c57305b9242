package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// What a connection is to be like when it is new. What borrowers change later is put back to this.
///
/// Behind a pooler that gives each transaction another session none of it lasts, or it is met by others: see [#kept].
///
/// @param isolation an isolation level of [Connection], or null for the server's
/// @param sql       a statement to send last
record NewConnection(
        boolean readOnly,
        @Nullable Integer isolation,
        @Nullable String catalog,
        @Nullable String schema,
        @Nullable String sql) {
    /// Returns a source whose connections are so.
    ConnectionSource of(ConnectionSource source) {
        return () -> {
            Connection connection = source.connect();
            try {
                prepare(connection);
                return connection;
            } catch (Throwable e) {
                close(connection, e);
                throw e;
            }
        };
    }

    /// Returns the first of HikariCP's keys for what PostgreSQL keeps in a session, or null if there is none.
    @Nullable
    String kept() {
        if (isolation != null) {
            return "transactionIsolation";
        }
        if (schema != null) {
            return "schema";
        }
        return sql != null && Kept.of(sql) != null ? "connectionInitSql" : null;
    }

    private void prepare(Connection connection) throws SQLException {
        if (readOnly) {
            connection.setReadOnly(true);
        }
        if (isolation != null) {
            connection.setTransactionIsolation(isolation);
        }
        if (catalog != null) {
            connection.setCatalog(catalog);
        }
        if (schema != null) {
            connection.setSchema(schema);
        }
        if (sql != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    private static void close(Connection connection, Throwable reason) {
        try {
            connection.close();
        } catch (Throwable e) { // the first error is the one to know
            reason.addSuppressed(e);
        }
    }
}
