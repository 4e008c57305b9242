package dev.aludel.sql;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A column of a table, or of a table under another name. Made by [Table#column].
///
/// @param <E> the entity that a row of the table becomes
/// @param <T> the Java type of its values
public final class Column<E, T> implements Expression<T> {
    /// What a column is besides its type. A column without [#NULLABLE] is NOT NULL.
    public enum Trait {
        /// The primary key.
        ID,
        /// Filled in by the database when a row is inserted.
        GENERATED,
        /// Counts the updates of its row, against lost updates.
        VERSION,
        /// May be NULL.
        NULLABLE
    }

    private final Source<E> source;
    private final String name;
    private final Type<T> type;
    private final int position;
    private final Set<Trait> traits;
    private final @Nullable Supplier<? extends Table<?>> target;

    Column(
            Source<E> source,
            String name,
            Type<T> type,
            int position,
            Set<Trait> traits,
            @Nullable Supplier<? extends Table<?>> target) {
        this.source = source;
        this.name = Identifier.checked("column name", name);
        this.type = Objects.requireNonNull(type, "type");
        this.position = position;
        this.traits = Collections.unmodifiableSet(traits);
        this.target = target;
        if (has(Trait.ID) && has(Trait.NULLABLE)) {
            throw new IllegalArgumentException(this + " is an id and cannot be nullable: drop one of the two traits");
        }
    }

    Column<E, T> of(TableAlias<E> alias) {
        return new Column<>(alias, name, type, position, traits, target);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /// Returns the table that the column is stored in.
    public Table<E> table() {
        return source.table();
    }

    /// Returns what the column is qualified with in a statement: its table, or an alias of it.
    public Source<E> source() {
        return source;
    }

    /// Returns the name, as the database knows it.
    public String name() {
        return name;
    }

    @Override
    public Type<T> type() {
        return type;
    }

    /// Returns the position in the table; it starts at 0.
    public int position() {
        return position;
    }

    /// Whether this is the primary key.
    public boolean isId() {
        return has(Trait.ID);
    }

    /// Whether the database fills the column in when a row is inserted.
    public boolean isGenerated() {
        return has(Trait.GENERATED);
    }

    /// Whether this counts the updates of its row.
    public boolean isVersion() {
        return has(Trait.VERSION);
    }

    /// Whether the column may be NULL.
    public boolean isNullable() {
        return has(Trait.NULLABLE);
    }

    /// Returns the table whose id this refers to, if it is a foreign key.
    public Optional<Table<?>> target() {
        return target == null ? Optional.empty() : Optional.of(target.get());
    }

    @Override
    public List<Column<E, T>> expressions() {
        return List.of(this);
    }

    /// Two columns are equal if their names are and they belong to the same table or to equal aliases of it.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Column<?, ?> column && name.equals(column.name) && source.equals(column.source));
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return source.qualifier() + "." + name;
    }
}
