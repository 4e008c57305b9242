package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A statement that gives rows: [Select], an insert, update or delete that is [Returning], or [RawQuery].
///
/// @param <R> what a row becomes
public sealed interface Query<R extends @Nullable Object> extends Statement permits Select, Returning, RawQuery {
    /// Reads the current row, by position.
    R read(ResultSet row) throws SQLException;

    /// Returns the names of the columns in the result, in order; empty for raw SQL, whose result is unknown.
    List<String> labels();

    /// Returns the table whose entities the rows are, if they are whole entities.
    Optional<Table<?>> entity();
}
