package dev.aludel.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An insert of one or more rows. Made by [Sql#insert].
///
/// ```java
/// insert(TRIP).set(TRIP.code, "OSL-7").set(TRIP.seats, 3).returning(TRIP.id)
/// ```
///
/// Without any value, all columns take their defaults.
public final class Insert<E> implements Command {
    private final Table<E> table;
    private final List<Assignments<E>> rows;

    private Insert(Table<E> table, List<Assignments<E>> rows) {
        this.table = table;
        this.rows = rows;
    }

    static <E> Insert<E> into(Table<E> table) {
        return new Insert<>(table, List.of(Assignments.none(table)));
    }

    /// Gives a column of the last row a value; null is NULL. Of two values for a column, the later counts.
    ///
    /// @throws IllegalArgumentException if the column belongs to another table, or no database can hold the value
    public <T> Insert<E> set(Column<E, T> column, @Nullable T value) {
        return setRaw(column, value);
    }

    /// Gives a column of the last row a value whose type is known at run time only.
    ///
    /// @throws IllegalArgumentException if the column belongs to another table, the value is not of the column's
    ///     type, or no database can hold it
    public Insert<E> setRaw(Column<E, ?> column, @Nullable Object value) {
        List<Assignments<E>> changed = new ArrayList<>(rows);
        changed.set(changed.size() - 1, changed.getLast().with(column, value));
        return new Insert<>(table, changed);
    }

    /// Starts another row, which must set the same columns as the first.
    public Insert<E> row() {
        List<Assignments<E>> more = new ArrayList<>(rows);
        more.add(Assignments.none(table));
        return new Insert<>(table, more);
    }

    /// Inserts many rows at once instead of those given so far.
    ///
    /// @param columns the columns that are set
    /// @param values  for each row the values, in the order of the columns
    /// @throws IllegalArgumentException if there is no row, a row has not one value for each column, or a value
    ///     is refused as by [#setRaw]
    public Insert<E> rows(
            List<? extends Column<E, ?>> columns, List<? extends List<? extends @Nullable Object>> values) {
        if (values.isEmpty())
            throw new IllegalArgumentException("an insert into " + table + " needs a row, but was given none");
        List<Column<E, ?>> order = List.copyOf(columns);
        List<Assignments<E>> all = new ArrayList<>(values.size());
        for (List<? extends @Nullable Object> row : values) all.add(row(order, row));
        return new Insert<>(table, all);
    }

    private Assignments<E> row(List<Column<E, ?>> order, List<? extends @Nullable Object> row) {
        if (row.size() != order.size()) {
            throw new IllegalArgumentException(
                    "a row for " + table + " has " + row.size() + " values for " + order.size() + " columns");
        }
        for (int i = 0; i < order.size(); i++) Assignments.check(table, order.get(i), row.get(i));
        return new Assignments<>(table, order, new ArrayList<>(row));
    }

    /// Gives, for each row inserted, a column or the whole entity as the database stored it.
    public <R> Returning<R> returning(Selectable<R> selectable) {
        return new Returning<>(this, selectable);
    }

    Table<E> table() {
        return table;
    }

    List<Column<E, ?>> columns() {
        return rows.getFirst().columns();
    }

    /// Returns the rows, all with the columns in the same order.
    ///
    /// @throws IllegalStateException if they set different columns
    List<Assignments<E>> alignedRows() {
        return rows.size() == 1
                ? rows
                : rows.stream().map(row -> row.in(columns())).toList();
    }

    int rowCount() {
        return rows.size();
    }

    @Override
    public Object key() {
        return Shape.of(this);
    }

    @Override
    public List<Bind<?>> binds() {
        return Binds.of(this);
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(table);
    }

    /// Returns the SQL with placeholders, never a value.
    @Override
    public String toString() {
        return Text.of(this);
    }
}
