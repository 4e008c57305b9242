package dev.aludel.sql;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An update of the rows that fulfil a condition. Made by [Sql#update].
///
/// ```java
/// update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(7L))
/// ```
///
/// Without a condition it is refused, unless [#everywhere] says that all rows are meant.
public final class Update<E> implements Command {
    private final Assignments<E> assignments;
    private final Extent extent;

    private Update(Assignments<E> assignments, Extent extent) {
        this.assignments = assignments;
        this.extent = extent;
    }

    static <E> Update<E> of(Table<E> table) {
        return new Update<>(Assignments.none(table), Extent.UNSAID);
    }

    /// Gives a column a value; null is NULL. Of two values for a column, the later counts.
    ///
    /// @throws IllegalArgumentException if the column belongs to another table, or no database can hold the value
    public <T> Update<E> set(Column<E, T> column, @Nullable T value) {
        return setRaw(column, value);
    }

    /// Gives a column a value whose type is known at run time only.
    ///
    /// @throws IllegalArgumentException if the column belongs to another table, the value is not of the column's
    ///     type, or no database can hold it
    public Update<E> setRaw(Column<E, ?> column, @Nullable Object value) {
        return new Update<>(assignments.with(column, value), extent);
    }

    /// Updates only rows that fulfil all the conditions, those of earlier calls among them.
    public Update<E> where(Condition... conditions) {
        return new Update<>(assignments, extent.where(conditions));
    }

    /// Updates every row of the table.
    ///
    /// @throws IllegalStateException if there is a condition
    public Update<E> everywhere() {
        return new Update<>(assignments, extent.everywhere());
    }

    /// Gives, for each row updated, a column or the whole entity as it is afterwards.
    public <R> Returning<R> returning(Selectable<R> selectable) {
        return new Returning<>(this, selectable);
    }

    Assignments<E> assignments() {
        return assignments;
    }

    Extent extent() {
        return extent;
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
        return Set.of(assignments.table());
    }

    /// Returns the SQL with placeholders, never a value.
    @Override
    public String toString() {
        return Text.of(this);
    }
}
