package dev.aludel.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A table: its name, its columns in order, and how one of its rows becomes an object.
///
/// The processor writes a subclass for each entity; one written by hand looks the same:
///
/// ```java
/// final class Trips extends Table<Trip> {
///     static final Trips TRIP = new Trips();
///     final Column<Trip, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);
///     final Column<Trip, String> code = column("code", Types.STRING);
///
///     private Trips() { super("trips", Trip.class); }
///
///     public Trip read(ResultSet row, int first) throws SQLException {
///         return new Trip(row.getLong(first), row.getString(first + 1));
///     }
/// }
/// ```
///
/// A table is compared by identity: make one object and share it, as a constant.
public abstract non-sealed class Table<E> implements Source<E> {
    private final String name;
    private final Class<E> entity;
    private final List<Column<E, ?>> columns = new ArrayList<>();
    private @Nullable Column<E, ?> id;
    private @Nullable Column<E, ?> version;

    /// @param name the name as the database knows it; one in lower case is written without quotes. It is never split
    ///     at a point.
    /// @throws IllegalArgumentException if the name is empty, has a NUL character or is not valid Unicode
    protected Table(String name, Class<E> entity) {
        this.name = Identifier.checked("table name", name);
        this.entity = Objects.requireNonNull(entity, "entity");
    }

    /// Adds a column; to be called by field initialisers, whose order is that of the columns.
    protected final <T> Column<E, T> column(String name, Type<T> type, Column.Trait... traits) {
        return add(name, type, null, traits);
    }

    /// Adds a foreign key to the id of another table, which is asked for when it is first needed.
    protected final <T> Column<E, T> reference(
            String name, Type<T> type, Supplier<? extends Table<?>> target, Column.Trait... traits) {
        return add(name, type, Objects.requireNonNull(target, "target"), traits);
    }

    private <T> Column<E, T> add(
            String name, Type<T> type, @Nullable Supplier<? extends Table<?>> target, Column.Trait... traits) {
        if (columns.stream().anyMatch(column -> column.name().equals(name))) {
            throw new IllegalArgumentException(this.name + " has two columns named " + name + ": rename one");
        }
        Set<Column.Trait> set = EnumSet.noneOf(Column.Trait.class);
        set.addAll(Arrays.asList(traits));
        Column<E, T> column = new Column<>(this, name, type, columns.size(), set, target);
        id = only("id", Column.Trait.ID, id, column);
        version = only("version", Column.Trait.VERSION, version, column);
        columns.add(column);
        return column;
    }

    private @Nullable Column<E, ?> only(
            String what, Column.Trait trait, @Nullable Column<E, ?> present, Column<E, ?> added) {
        if (!added.has(trait)) return present;
        if (present == null) return added;
        throw new IllegalArgumentException(name + " has two " + what + " columns, " + present.name() + " and "
                + added.name() + ": an entity has one");
    }

    /// Returns the name, as the database knows it.
    public final String name() {
        return name;
    }

    /// Returns the class of the objects that the rows become.
    public final Class<E> entity() {
        return entity;
    }

    /// Returns the columns, in the order in which a row is read.
    public final List<Column<E, ?>> columns() {
        return Collections.unmodifiableList(columns);
    }

    /// Returns the primary key.
    ///
    /// @throws IllegalStateException if the table has none
    public final Column<E, ?> id() {
        if (id != null) return id;
        throw new IllegalStateException(
                "table " + name + " has no id: mark the primary key of " + entity.getName() + " with @Id");
    }

    /// Returns the column that counts the updates of a row, if there is one.
    public final Optional<Column<E, ?>> version() {
        return Optional.ofNullable(version);
    }

    boolean hasId() {
        return id != null;
    }

    /// Returns this table under another name, so that a statement can use it twice.
    ///
    /// @throws IllegalArgumentException if the name is empty, has a NUL character or is not valid Unicode
    public final TableAlias<E> as(String alias) {
        return new TableAlias<>(this, alias);
    }

    @Override
    public final Table<E> table() {
        return this;
    }

    @Override
    public final String qualifier() {
        return name;
    }

    @Override
    public final List<Column<E, ?>> expressions() {
        return columns();
    }

    @Override
    public final String toString() {
        return name;
    }
}
