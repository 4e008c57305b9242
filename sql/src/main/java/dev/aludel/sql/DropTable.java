package dev.aludel.sql;

import java.util.List;
import java.util.Set;

/// The removal of a table with all its rows. Made by [Sql#dropTable].
public final class DropTable implements Command {
    private final Table<?> table;
    private final boolean ifExists;

    DropTable(Table<?> table, boolean ifExists) {
        this.table = table;
        this.ifExists = ifExists;
    }

    /// Does nothing if there is no table of this name.
    public DropTable ifExists() {
        return new DropTable(table, true);
    }

    Table<?> table() {
        return table;
    }

    boolean isIfExists() {
        return ifExists;
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
