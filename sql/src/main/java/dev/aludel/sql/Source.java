package dev.aludel.sql;

import java.util.List;

/// What rows come from: a table, or a table under another name.
public sealed interface Source<E> extends Selectable<E> permits Table, TableAlias {
    @Override
    List<Column<E, ?>> expressions();

    /// Returns the table that the rows are stored in.
    Table<E> table();

    /// Returns the name that columns are qualified with in a statement.
    String qualifier();
}
