package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stands behind `DatabaseMetaData`. A test that needs another product scripts it:
/// `database.every("DatabaseMetaData.getDatabaseProductName").gives("PostgreSQL")`.
final class DatabaseMetaDataHandler extends JdbcHandler {
    private static final Map<String, Object> FACTS = Map.ofEntries(
            Map.entry("getDatabaseProductName", "FakeDatabase"),
            Map.entry("getDatabaseProductVersion", "1.0"),
            Map.entry("getDatabaseMajorVersion", 1),
            Map.entry("getDatabaseMinorVersion", 0),
            Map.entry("getDriverName", "Aludel fake driver"),
            Map.entry("getDriverVersion", "1.0"),
            Map.entry("getDriverMajorVersion", 1),
            Map.entry("getDriverMinorVersion", 0),
            Map.entry("getJDBCMajorVersion", 4),
            Map.entry("getJDBCMinorVersion", 3),
            Map.entry("getIdentifierQuoteString", "\""),
            Map.entry("getDefaultTransactionIsolation", Connection.TRANSACTION_READ_COMMITTED),
            Map.entry("supportsTransactionIsolationLevel", true),
            Map.entry("supportsTransactions", true),
            Map.entry("supportsSavepoints", true),
            Map.entry("supportsBatchUpdates", true),
            Map.entry("supportsGetGeneratedKeys", true),
            Map.entry("supportsNamedParameters", false),
            Map.entry("isReadOnly", false));

    private final ConnectionHandler connection;

    DatabaseMetaDataHandler(ConnectionHandler connection) {
        super(connection.backend(), DatabaseMetaData.class, "DatabaseMetaData.");
        this.connection = connection;
    }

    @Override
    void requireUsable(Method method) throws SQLException {
        connection.requireOpen();
    }

    public Connection getConnection() {
        return connection.proxy();
    }

    public String getURL() {
        return backend().database().url();
    }

    public @Nullable String getUserName() {
        return backend().properties().getProperty("user");
    }

    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        Object fact = FACTS.get(method.getName());
        return fact == null ? super.other(method, arguments) : fact;
    }

    @Override
    public String toString() {
        return "metadata of " + connection;
    }
}
