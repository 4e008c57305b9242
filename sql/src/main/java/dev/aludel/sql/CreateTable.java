package dev.aludel.sql;

import java.util.List;
import java.util.Set;

/// The creation of a table, with its columns, primary key and foreign keys. Made by [Sql#createTable].
public final class CreateTable implements Command {
    private final Table<?> table;
    private final boolean ifNotExists;

    CreateTable(Table<?> table, boolean ifNotExists) {
        this.table = table;
        this.ifNotExists = ifNotExists;
    }

    /// Does nothing if a table of this name is there, whatever its columns.
    public CreateTable ifNotExists() {
        return new CreateTable(table, true);
    }

    Table<?> table() {
        return table;
    }

    boolean isIfNotExists() {
        return ifNotExists;
    }

    @Override
    public Object key() {
        return Shape.of(this);
    }

    /// Returns nothing: there are no values.
    @Override
    public List<Bind<?>> binds() {
        return List.of();
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(table);
    }

    /// Returns the SQL.
    @Override
    public String toString() {
        return Text.of(this);
    }
}
