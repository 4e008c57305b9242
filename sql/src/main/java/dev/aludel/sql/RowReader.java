package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Reads the current row, by position.
@FunctionalInterface
interface RowReader<R extends @Nullable Object> {
    R read(ResultSet row) throws SQLException;
}
