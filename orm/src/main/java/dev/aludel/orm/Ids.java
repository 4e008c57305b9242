package dev.aludel.orm;

import dev.aludel.sql.Column;
import dev.aludel.sql.Query;
import dev.aludel.sql.Sql;
import dev.aludel.sql.Table;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Ids as a caller gives them: of the right type and there, or refused in words.
final class Ids {
    private Ids() {}

    static void check(Table<?> table, Object id) {
        Class<?> expected = table.id().type().javaType();
        if (!expected.isInstance(Objects.requireNonNull(id, "id"))) {
            throw new IllegalArgumentException("the id of " + table.entity().getSimpleName() + " is a "
                    + expected.getSimpleName() + ", but was given as "
                    + id.getClass().getSimpleName() + (expected == Long.class ? ": write 7L instead of 7" : ""));
        }
    }

    static <E> E found(Table<E> table, @Nullable E entity) {
        if (entity != null) return entity;
        throw new NoSuchElementException("table " + table.name() + " has no row with this id: use get(…), which returns"
                + " null, if that may be");
    }

    static <E> Query<E> byId(Table<E> table, Object id) {
        return byId(table, table.id(), id);
    }

    private static <E, T> Query<E> byId(Table<E> table, Column<E, T> column, Object id) {
        return Sql.select(table).where(column.eq(column.type().javaType().cast(id)));
    }
}
