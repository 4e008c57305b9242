package dev.aludel.pool;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Struct;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What goes through the proxies as a value: what a driver makes is lent, and the driver gets its own objects back,
/// because it casts them. What comes from elsewhere passes as it is.
///
/// A `RowId` and a `Savepoint` are values without a connection: they pass, too.
final class Values {
    private Values() {}

    static @Nullable Blob lent(ConnectionBase loan, @Nullable Blob made) {
        return made == null ? null : new BlobProxy(loan, made);
    }

    static @Nullable NClob lent(ConnectionBase loan, @Nullable NClob made) {
        return made == null ? null : new NClobProxy(loan, made);
    }

    static @Nullable Array lent(ConnectionBase loan, @Nullable Array made) {
        return made == null ? null : new ArrayProxy(loan, made);
    }

    static @Nullable Ref lent(ConnectionBase loan, @Nullable Ref made) {
        return made == null ? null : new RefProxy(loan, made);
    }

    static @Nullable Struct lent(ConnectionBase loan, @Nullable Struct made) {
        return made == null ? null : new StructProxy(loan, made);
    }

    static @Nullable SQLXML lent(ConnectionBase loan, @Nullable SQLXML made) {
        return made == null ? null : new SQLXMLProxy(loan, made);
    }

    static @Nullable ResultSetMetaData lent(ConnectionBase loan, @Nullable ResultSetMetaData made) {
        return made == null ? null : new ResultSetMetaDataProxy(loan, made);
    }

    static @Nullable ParameterMetaData lent(ConnectionBase loan, @Nullable ParameterMetaData made) {
        return made == null ? null : new ParameterMetaDataProxy(loan, made);
    }

    /// Some drivers have one class for both.
    static @Nullable Clob lent(ConnectionBase loan, @Nullable Clob made) {
        return made == null || made instanceof NClob ? lent(loan, (NClob) made) : new ClobProxy(loan, made);
    }

    static @Nullable InputStream lent(ConnectionBase loan, @Nullable InputStream made) {
        return made == null ? null : new LentInputStream(loan, made);
    }

    static @Nullable Reader lent(ConnectionBase loan, @Nullable Reader made) {
        return made == null ? null : new LentReader(loan, made);
    }

    static @Nullable OutputStream lent(ConnectionBase loan, @Nullable OutputStream made) {
        return made == null ? null : new LentOutputStream(loan, made);
    }

    static @Nullable Writer lent(ConnectionBase loan, @Nullable Writer made) {
        return made == null ? null : new LentWriter(loan, made);
    }

    /// Lends what a driver gave as a plain object. Most are what they look like, and are looked at first.
    static @Nullable Object lent(ConnectionBase loan, @Nullable Object made) throws SQLException {
        if (made == null || made instanceof String || made instanceof Number) {
            return made;
        }
        if (made instanceof Object[] many) {
            return lent(loan, many);
        }
        return made instanceof ResultSet rows ? loan.rows(rows) : large(loan, made);
    }

    /// A `Clob` before a `Blob`: MariaDB's is both.
    private static @Nullable Object large(ConnectionBase loan, Object made) {
        if (made instanceof Clob clob) {
            return lent(loan, clob);
        }
        if (made instanceof Blob blob) {
            return lent(loan, blob);
        }
        if (made instanceof Array array) {
            return lent(loan, array);
        }
        if (made instanceof SQLXML xml) {
            return lent(loan, xml);
        }
        return made instanceof InputStream stream ? lent(loan, stream) : rare(loan, made);
    }

    private static @Nullable Object rare(ConnectionBase loan, Object made) {
        if (made instanceof Reader reader) {
            return lent(loan, reader);
        }
        if (made instanceof Struct struct) {
            return lent(loan, struct);
        }
        return made instanceof Ref ref ? lent(loan, ref) : made;
    }

    /// Lends what a driver gave for a class that the borrower asked for. If that is the driver's own, it is handed out,
    /// and the connection is not lent again.
    static <T> @Nullable T lent(ConnectionBase loan, @Nullable T made, Class<T> type) throws SQLException {
        Object lent = lent(loan, made);
        if (!isOther(lent, made)) {
            return made;
        }
        if (type.isInstance(lent)) {
            return type.cast(lent);
        }
        loan.unseen();
        return made;
    }

    /// The driver's array is left as it is.
    static @Nullable Object @Nullable [] lent(ConnectionBase loan, @Nullable Object @Nullable [] made)
            throws SQLException {
        if (made == null || holdsPlainValues(made)) {
            return made;
        }
        @Nullable Object[] lent = new @Nullable Object[made.length];
        for (int i = 0; i < made.length; i++) {
            lent[i] = lent(loan, made[i]);
        }
        return equal(made, lent) ? made : ofType(made, lent);
    }

    /// Returns what the driver is to be given for what a borrower gives.
    ///
    /// @throws SQLException with SQLState 08003 if that is of a loan that is over
    static @Nullable Object given(@Nullable Object value) throws SQLException {
        if (value instanceof Lent<?> lent) {
            return lent.raw();
        }
        if (value instanceof ResultSetBase rows) {
            return rows.raw();
        }
        return value instanceof Object[] many ? given(many) : value;
    }

    /// The borrower's array is left as it is.
    static @Nullable Object @Nullable [] given(@Nullable Object @Nullable [] values) throws SQLException {
        if (values == null || holdsPlainValues(values)) {
            return values;
        }
        @Nullable Object[] given = new @Nullable Object[values.length];
        for (int i = 0; i < values.length; i++) {
            given[i] = given(values[i]);
        }
        return equal(values, given) ? values : ofType(values, given);
    }

    /// Returns whether an array is one of texts, whole numbers, dates: of a class that no driver extends.
    private static boolean holdsPlainValues(@Nullable Object[] values) {
        Class<?> type = values.getClass().getComponentType();
        return Modifier.isFinal(type.getModifiers()) && !type.isArray();
    }

    private static boolean equal(@Nullable Object[] before, @Nullable Object[] after) {
        for (int i = 0; i < before.length; i++) {
            if (isOther(before[i], after[i])) {
                return false;
            }
        }
        return true;
    }

    /// Returns an array of the type that the first one has, unless what is in it now is of another.
    private static @Nullable Object[] ofType(@Nullable Object[] first, @Nullable Object[] now) {
        Class<?> type = first.getClass().getComponentType();
        return Arrays.stream(now).allMatch(value -> value == null || type.isInstance(value))
                ? Arrays.copyOf(now, now.length, first.getClass())
                : now;
    }

    @SuppressWarnings("ReferenceEquality") // whether it is the same object
    private static boolean isOther(@Nullable Object one, @Nullable Object another) {
        return one != another;
    }
}
