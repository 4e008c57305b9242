package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A select: of a table's entities, of one expression, or of several put into an object. Made by [Sql#select].
///
/// ```java
/// select(TRIP).where(TRIP.code.eq("OSL-7")).orderBy(TRIP.startedAt.desc()).limit(10)
/// ```
///
/// @param <R> what a row becomes
public final class Select<R extends @Nullable Object> extends Selection<Select<R>> implements Query<R> {
    private final RowReader<R> reader;

    Select(SelectBody body, RowReader<R> reader) {
        super(body);
        this.reader = reader;
    }

    static <R extends @Nullable Object> Select<R> of(Selectable<R> selectable) {
        return new Select<>(SelectBody.of(selectable), row -> selectable.read(row, 1));
    }

    @Override
    Select<R> with(SelectBody changed) {
        return new Select<>(changed, reader);
    }

    @Override
    public R read(ResultSet row) throws SQLException {
        return reader.read(row);
    }

    @Override
    public List<String> labels() {
        return Labels.of(SelectBody.expressions(body.selected()));
    }

    @Override
    public Optional<Table<?>> entity() {
        if (body.selected().size() > 1) return Optional.empty();
        return body.selected().getFirst() instanceof Source<?> source ? Optional.of(source.table()) : Optional.empty();
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
        return body.tables();
    }
}
