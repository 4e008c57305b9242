package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a row can be read from: an expression gives one value, a table gives an entity.
public sealed interface Selectable<T extends @Nullable Object> permits Expression, Source {
    /// Returns the expressions that are selected for it, in order.
    List<? extends Expression<?>> expressions();

    /// Reads it from the current row; `first` is the position of its first column, and positions start at 1.
    T read(ResultSet row, int first) throws SQLException;
}
