package dev.aludel.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A codec: how one Java type is read from a column and bound to a placeholder.
///
/// [Types] has those of the JDK's types. A codec of one's own implements this interface, usually by handing on to one
/// of them. It must be immutable, and its methods must not do I/O of their own.
///
/// ```java
/// record Money(long cents) {}
///
/// enum MoneyType implements Type<Money> {
///     MONEY;
///     public Class<Money> javaType() { return Money.class; }
///     public SqlType sqlType() { return SqlType.Plain.BIGINT; }
///     public @Nullable Money read(ResultSet row, int position) throws SQLException {
///         Long cents = Types.LONG.read(row, position);
///         return cents == null ? null : new Money(cents);
///     }
///     public void write(PreparedStatement statement, int position, Money value) throws SQLException {
///         statement.setLong(position, value.cents());
///     }
/// }
/// ```
public interface Type<T> {
    /// Returns the Java type of the values.
    Class<T> javaType();

    /// Returns the kind of column that holds the values.
    SqlType sqlType();

    /// Reads the value of a column by its position, which starts at 1; null for SQL NULL.
    @Nullable
    T read(ResultSet row, int position) throws SQLException;

    /// Binds a value to the placeholder at a position, which starts at 1.
    void write(PreparedStatement statement, int position, T value) throws SQLException;

    /// Binds a value, or SQL NULL for null, to the placeholder at a position, which starts at 1.
    default void bind(PreparedStatement statement, int position, @Nullable T value) throws SQLException {
        if (value == null) {
            statement.setNull(position, sqlType().jdbcCode());
        } else {
            write(statement, position, value);
        }
    }

    /// Returns what stands for the value in an SQL array: itself, unless a codec stores something else.
    default Object toElement(T value) {
        return value;
    }

    /// Returns why no database can hold this value, or null if it can. Text with a NUL character is such a value.
    ///
    /// The answer completes the sentence "trips.code …" and must not contain the value.
    default @Nullable String objection(T value) {
        return null;
    }
}
