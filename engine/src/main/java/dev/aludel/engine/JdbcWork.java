package dev.aludel.engine;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What is done with the JDBC connection below a [SqlConnection].
@FunctionalInterface
public interface JdbcWork<T extends @Nullable Object> {
    /// Does it, in the transaction at hand: it must neither end that nor close the connection.
    T run(Connection connection) throws SQLException;
}
