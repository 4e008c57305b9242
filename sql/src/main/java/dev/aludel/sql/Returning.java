package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An insert, update or delete that gives a row for each row that it touched. Made by [Insert#returning],
/// [Update#returning] and [Delete#returning].
///
/// @param <R> what a row becomes
public final class Returning<R> implements Query<R> {
    private final Command change;
    private final Selectable<R> selectable;

    Returning(Command change, Selectable<R> selectable) {
        this.change = change;
        this.selectable = selectable;
    }

    /// Returns the insert, update or delete.
    public Command change() {
        return change;
    }

    Selectable<R> selectable() {
        return selectable;
    }

    @Override
    public R read(ResultSet row) throws SQLException {
        return selectable.read(row, 1);
    }

    @Override
    public List<String> labels() {
        return Labels.of(selectable.expressions());
    }

    @Override
    public Optional<Table<?>> entity() {
        return selectable instanceof Source<R> source ? Optional.of(source.table()) : Optional.empty();
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
        return change.tables();
    }

    /// Returns the SQL with placeholders, never a value.
    @Override
    public String toString() {
        return Text.of(this);
    }
}
