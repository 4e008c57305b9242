package dev.aludel.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a [Walk] tells of a statement, in the order of its text.
interface Sink {
    /// Text that is the same in every dialect.
    void word(String sql);

    /// A name that stands alone.
    void name(String name);

    /// A column with what it is qualified with.
    void column(Column<?, ?> column);

    /// All columns of a table, in order.
    void entity(Source<?> source);

    /// A table whose columns may be used from here on; with its alias, if it has one.
    void source(Source<?> source);

    /// The kind of a column that is being created.
    void type(Column<?, ?> column);

    /// A placeholder in a condition.
    void parameter(Node.Parameter<?> parameter);

    /// A placeholder for the new value of a column.
    void assignment(Column<?, ?> column, @Nullable Object value);

    /// The placeholders of all rows of an insert.
    void rows(Insert<?> insert);

    /// Text that somebody else wrote, and its values.
    void raw(String sql, List<Bind<?>> binds);
}
