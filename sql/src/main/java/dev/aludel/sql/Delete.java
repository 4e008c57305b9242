package dev.aludel.sql;

import java.util.List;
import java.util.Set;

/// A delete of the rows that fulfil a condition. Made by [Sql#delete].
///
/// ```java
/// delete(TRIP).where(TRIP.id.eq(7L))
/// ```
///
/// Without a condition it is refused, unless [#everywhere] says that all rows are meant.
public final class Delete<E> implements Command {
    private final Table<E> table;
    private final Extent extent;

    private Delete(Table<E> table, Extent extent) {
        this.table = table;
        this.extent = extent;
    }

    static <E> Delete<E> from(Table<E> table) {
        return new Delete<>(table, Extent.UNSAID);
    }

    /// Deletes only rows that fulfil all the conditions, those of earlier calls among them.
    public Delete<E> where(Condition... conditions) {
        return new Delete<>(table, extent.where(conditions));
    }

    /// Deletes every row of the table.
    ///
    /// @throws IllegalStateException if there is a condition
    public Delete<E> everywhere() {
        return new Delete<>(table, extent.everywhere());
    }

    /// Gives, for each row deleted, a column or the whole entity as it was.
    public <R> Returning<R> returning(Selectable<R> selectable) {
        return new Returning<>(this, selectable);
    }

    Table<E> table() {
        return table;
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
        return Set.of(table);
    }

    /// Returns the SQL with placeholders, never a value.
    @Override
    public String toString() {
        return Text.of(this);
    }
}
