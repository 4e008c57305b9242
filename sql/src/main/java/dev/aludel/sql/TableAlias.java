package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// A table under another name.
///
/// ```java
/// var boss = DRIVER.as("boss");
/// select(DRIVER.name, boss.column(DRIVER.name)).join(boss, DRIVER.boss.eq(boss.column(DRIVER.id))).as(Pair::new)
/// ```
///
/// Two aliases are equal if table and name are.
public record TableAlias<E>(Table<E> table, String qualifier) implements Source<E> {
    /// @throws IllegalArgumentException if the name is empty, has a NUL character or is not valid Unicode
    public TableAlias {
        Identifier.checked("alias", qualifier);
    }

    /// Returns a column of the table as it is called under this name.
    ///
    /// @throws IllegalArgumentException if the column belongs to another table
    public <T> Column<E, T> column(Column<E, T> column) {
        if (column.source().equals(table)) return column.of(this);
        throw new IllegalArgumentException("column " + column + " is not one of " + table + ", which " + qualifier
                + " stands for: take the column from the same table object");
    }

    @Override
    public List<Column<E, ?>> expressions() {
        return table.columns().stream()
                .<Column<E, ?>>map(column -> column.of(this))
                .toList();
    }

    @Override
    public E read(ResultSet row, int first) throws SQLException {
        return table.read(row, first);
    }

    @Override
    public String toString() {
        return table + " AS " + qualifier;
    }
}
