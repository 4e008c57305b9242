package dev.aludel.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A value for one placeholder of a statement.
///
/// The name is what the log calls it: the column's in `INSERT … VALUES` and `SET`, with a number behind it in
/// conditions (`code_1`, `code_2`), with the row's number in an insert of several rows (`code__0`, `code__1`).
///
/// @param value the value; null binds SQL NULL
public record Bind<T>(String name, Type<T> type, @Nullable T value) {
    /// Binds the value to the placeholder at a position, which starts at 1.
    public void to(PreparedStatement statement, int position) throws SQLException {
        type.bind(statement, position, value);
    }

    /// Names the bind and its type, never its value.
    @Override
    public String toString() {
        return name + ": " + type.javaType().getSimpleName() + " (hidden)";
    }
}
