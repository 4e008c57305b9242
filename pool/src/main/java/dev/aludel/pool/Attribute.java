package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What a borrower can set on a connection, in the order in which it is set on a new one. Auto-commit
/// comes last, and is not here.
enum Attribute {
    READ_ONLY,
    ISOLATION,
    HOLDABILITY,
    CATALOG,
    SCHEMA,
    NETWORK_TIMEOUT,
    TYPE_MAP;

    /// Asks a connection.
    @Nullable
    Object of(Connection connection) throws SQLException {
        return switch (this) {
            case READ_ONLY -> connection.isReadOnly();
            case ISOLATION -> connection.getTransactionIsolation();
            case HOLDABILITY -> connection.getHoldability();
            case CATALOG -> connection.getCatalog();
            case SCHEMA -> connection.getSchema();
            case NETWORK_TIMEOUT -> connection.getNetworkTimeout();
            case TYPE_MAP -> connection.getTypeMap();
        };
    }
}
