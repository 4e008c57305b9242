package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;

/// Opens physical connections: a driver, in one method.
@FunctionalInterface
public interface ConnectionSource {
    /// Opens a new connection. Called by several threads at once, and interrupted when it takes too long.
    Connection connect() throws SQLException;
}
