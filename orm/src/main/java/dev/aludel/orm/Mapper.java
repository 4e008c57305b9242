package dev.aludel.orm;

import dev.aludel.sql.Column;
import dev.aludel.sql.One;
import dev.aludel.sql.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a session needs to know of one entity beside its table: identity, values, what has changed.
///
/// The annotation processor writes a subclass for each entity. It is plain code against the fields, without
/// reflection. Positions are those of [Table#columns] and start at 0.
///
/// @param <E> the entity
public abstract class Mapper<E> {
    /// Who is reading rows at the moment. The engine reads all rows of a query within one call, on the caller's
    /// thread.
    private static final ScopedValue<Reader> READER = ScopedValue.newInstance();

    private final Table<E> table;

    /// For generated subclasses.
    protected Mapper(Table<E> table) {
        this.table = table;
    }

    /// Returns the table whose rows the objects are.
    public final Table<E> table() {
        return table;
    }

    /// Returns the object's values at this instant.
    public abstract Snapshot<E> snapshot(E entity);

    /// Returns the id; null if the database has still to generate it.
    public abstract @Nullable Object id(E entity);

    /// Sets the id that the database generated, or takes it away with null.
    public void id(E entity, @Nullable Object id) {
        throw new UnsupportedOperationException("the id of " + name() + " is assigned by the program");
    }

    /// Returns the version of the row as the object knows it.
    public long version(E entity) {
        throw new UnsupportedOperationException(name() + " has no version");
    }

    /// Sets the version of the row.
    public void version(E entity, long version) {
        throw new UnsupportedOperationException(name() + " has no version");
    }

    /// Returns the value of a column as it is bound; of a reference, the id of the row referred to.
    public abstract @Nullable Object value(E entity, int position);

    /// Returns the reference that is kept in a column.
    public @Nullable One<?> reference(E entity, int position) {
        throw noColumn(position);
    }

    /// Copies all values from one object to the other.
    public abstract void copy(E from, E to);

    /// Returns the object that stands for the row just read: the one of the session that reads, or, where no
    /// session does, the one given. To be called by [Table#read] as the last thing.
    public final E identify(E fresh) {
        return READER.isBound() ? READER.get().absorb(this, fresh) : fresh;
    }

    /// Runs a query whose rows become objects of the reader.
    static <R> R reading(Reader reader, Supplier<R> query) {
        return ScopedValue.where(READER, reader).call(query::get);
    }

    /// Returns the entity's name as messages use it.
    final String name() {
        return table.entity().getSimpleName();
    }

    /// Returns the objects at hand that an object refers to.
    final List<Object> targets(E entity) {
        List<Object> targets = new ArrayList<>();
        for (Column<E, ?> column : table.columns()) {
            if (column.target().isEmpty()) continue;
            One<?> one = reference(entity, column.position());
            if (one != null && one.isLoaded()) targets.add(one.get());
        }
        return targets;
    }

    /// Returns the bit that stands for the version in [Snapshot#changes], or 0 if there is none.
    final long versionBit() {
        return table.version().map(column -> 1L << column.position()).orElse(0L);
    }

    /// Returns the id that a reference refers to; null if it is unset, or if its object has none yet.
    protected static <T> @Nullable Object idOf(@Nullable One<T> one, Mapper<T> target) {
        if (one == null) return null;
        T entity = one.getOrNull();
        return entity == null ? one.idOrNull() : target.id(entity);
    }

    /// Says whether two references mean the same row. An object that has no id yet is another row than any.
    protected static <T> boolean isSameRow(@Nullable One<T> now, @Nullable One<T> then, Mapper<T> target) {
        if (Objects.equals(now, then)) return true;
        boolean isNew = now != null && now.isLoaded() && idOf(now, target) == null;
        return !isNew && Objects.equals(idOf(now, target), idOf(then, target));
    }

    /// Returns the failure for a position at which there is no such column.
    protected static IllegalArgumentException noColumn(int position) {
        return new IllegalArgumentException("there is no such column at position " + position);
    }
}
