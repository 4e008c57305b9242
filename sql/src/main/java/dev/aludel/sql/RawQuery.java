package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// SQL given as text, with rows. Made by [Unsafe#sql].
///
/// @param <R> what a row becomes
public final class RawQuery<R extends @Nullable Object> implements Query<R> {
    private final RawText text;
    private final RowReader<R> reader;
    private final @Nullable Table<?> entity;

    RawQuery(RawText text, RowReader<R> reader, @Nullable Table<?> entity) {
        this.text = text;
        this.reader = reader;
        this.entity = entity;
    }

    /// Binds the next placeholder, a `?` of the text; null is NULL.
    ///
    /// @throws IllegalArgumentException if no database can hold the value
    public <T> RawQuery<R> bind(Type<T> type, @Nullable T value) {
        return new RawQuery<>(text.bind(type, value), reader, entity);
    }

    /// Reads each row as the entity or expression given, whose columns must be the first of the result, in order.
    public <S> RawQuery<S> as(Selectable<S> selectable) {
        Table<?> table = selectable instanceof Source<S> source ? source.table() : null;
        return new RawQuery<>(text, row -> selectable.read(row, 1), table);
    }

    /// Reads the first column of each row by a codec; SQL NULL gives null.
    public <S> RawQuery<@Nullable S> as(Type<S> type) {
        return new RawQuery<@Nullable S>(text, row -> type.read(row, 1), null);
    }

    RawText text() {
        return text;
    }

    @Override
    public R read(ResultSet row) throws SQLException {
        return reader.read(row);
    }

    @Override
    public List<String> labels() {
        return List.of();
    }

    @Override
    public Optional<Table<?>> entity() {
        return Optional.ofNullable(entity);
    }

    @Override
    public Object key() {
        return Shape.of(this);
    }

    @Override
    public List<Bind<?>> binds() {
        return text.binds();
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of();
    }

    /// Returns the text as it was given.
    @Override
    public String toString() {
        return text.sql();
    }
}
