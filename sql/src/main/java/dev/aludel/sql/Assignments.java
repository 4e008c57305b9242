package dev.aludel.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Columns of one table and the values that they are to have.
record Assignments<E>(Table<E> table, List<Column<E, ?>> columns, List<@Nullable Object> values) {
    static <E> Assignments<E> none(Table<E> table) {
        return new Assignments<>(table, List.of(), List.of());
    }

    /// Returns these with one more; the later of two values for a column counts.
    Assignments<E> with(Column<E, ?> column, @Nullable Object value) {
        check(table, column, value);
        List<Column<E, ?>> newColumns = new ArrayList<>(columns);
        List<@Nullable Object> newValues = new ArrayList<>(values);
        int present = columns.indexOf(column);
        if (present >= 0) {
            newValues.set(present, value);
        } else {
            newColumns.add(column);
            newValues.add(value);
        }
        return new Assignments<>(table, newColumns, newValues);
    }

    static <E, T> void check(Table<E> table, Column<E, T> column, @Nullable Object value) {
        if (!column.source().equals(table)) {
            throw new IllegalArgumentException(
                    "column " + column + " is not one of " + table + ": only its own columns can be set");
        }
        if (value == null) return;
        Class<T> expected = column.type().javaType();
        if (!expected.isInstance(value)) {
            throw new IllegalArgumentException(column + " takes " + expected.getName() + ", but was given "
                    + value.getClass().getName());
        }
        Node.refuse(column, column.type(), expected.cast(value));
    }

    /// Returns the same with the columns in the order given.
    ///
    /// @throws IllegalStateException if the columns are others
    Assignments<E> in(List<Column<E, ?>> order) {
        if (columns.equals(order)) return this;
        if (columns.size() != order.size() || !columns.containsAll(order)) {
            throw new IllegalStateException("the rows of an insert into " + table
                    + " must set the same columns, but one sets " + order + " and another " + columns);
        }
        List<@Nullable Object> sorted = new ArrayList<>();
        for (Column<E, ?> column : order) sorted.add(values.get(columns.indexOf(column)));
        return new Assignments<>(table, order, sorted);
    }
}
