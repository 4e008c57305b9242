package dev.aludel.sql;

/// What rows come from: a table, or a table under another name.
public sealed interface Source<E> extends Selectable<E> permits Table, TableAlias {
    /// Returns the table that the rows are stored in.
    Table<E> table();

    /// Returns the name that columns are qualified with in a statement.
    String qualifier();
}
