package dev.aludel.sql;

import java.util.List;
import java.util.Set;

/// What can be executed: a [Query] gives rows, a [Command] gives the number of rows that it touched.
///
/// Statements are immutable. The text comes from a dialect, the values from [#binds]; statements with equal [#key]s
/// have the same text in every dialect, so that a text can be kept and found again:
///
/// ```java
/// String sql = dialect.render(statement);        // "SELECT … WHERE trips.id = ?"
/// for (Bind<?> bind : statement.binds()) bind.to(prepared, ++position);
/// ```
public sealed interface Statement permits Query, Command {
    /// Returns what decides the text of this statement: all but the values. To be compared by `equals`.
    ///
    /// @throws IllegalStateException if the statement is unfinished, as an update without a condition is
    Object key();

    /// Returns the values, in the order of the placeholders.
    List<Bind<?>> binds();

    /// Returns the tables that are read or written; empty for raw SQL, whose tables are unknown.
    Set<Table<?>> tables();
}
