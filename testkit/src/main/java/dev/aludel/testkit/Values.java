package dev.aludel.testkit;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads values as the types that JDBC's getters give.
final class Values {
    private static final Map<Class<?>, JDBCType> JDBC_TYPES = Map.ofEntries(
            Map.entry(Short.class, JDBCType.SMALLINT),
            Map.entry(Integer.class, JDBCType.INTEGER),
            Map.entry(Long.class, JDBCType.BIGINT),
            Map.entry(Float.class, JDBCType.REAL),
            Map.entry(Double.class, JDBCType.DOUBLE),
            Map.entry(BigDecimal.class, JDBCType.NUMERIC),
            Map.entry(Boolean.class, JDBCType.BOOLEAN),
            Map.entry(String.class, JDBCType.VARCHAR),
            Map.entry(byte[].class, JDBCType.VARBINARY),
            Map.entry(LocalDate.class, JDBCType.DATE),
            Map.entry(Date.class, JDBCType.DATE),
            Map.entry(LocalTime.class, JDBCType.TIME),
            Map.entry(Time.class, JDBCType.TIME),
            Map.entry(LocalDateTime.class, JDBCType.TIMESTAMP),
            Map.entry(Timestamp.class, JDBCType.TIMESTAMP),
            Map.entry(Instant.class, JDBCType.TIMESTAMP_WITH_TIMEZONE),
            Map.entry(OffsetDateTime.class, JDBCType.TIMESTAMP_WITH_TIMEZONE));

    private Values() {}

    static JDBCType jdbcType(Class<?> type) {
        return JDBC_TYPES.getOrDefault(type, JDBCType.OTHER);
    }

    /// The value of a column counted from 1.
    static <T extends @Nullable Object> T at(List<T> row, int column) throws SQLException {
        if (column < 1 || column > row.size()) {
            throw new SQLException("columns are numbered from 1 to " + row.size() + ", but was " + column, "22023");
        }
        return row.get(column - 1);
    }

    /// The number of the first column with that label, whatever its case.
    static int indexOf(List<String> labels, String label) throws SQLException {
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).equalsIgnoreCase(label)) {
                return i + 1;
            }
        }
        throw new SQLException("no column '" + label + "' among " + labels, "42703");
    }

    /// The type that a getter is to give: of `getObject(column, type)` that type, else its own.
    static Class<?> wanted(Method method, Object[] arguments) {
        boolean isGiven = arguments.length == 2 && arguments[1] instanceof Class<?>;
        return isGiven ? (Class<?>) arguments[1] : method.getReturnType();
    }

    /// The value as that type; a null as 0 or false if the type is a primitive.
    static @Nullable Object convert(@Nullable Object value, Class<?> wanted) throws SQLException {
        if (value == null) {
            return wanted.isPrimitive() ? Array.get(Array.newInstance(wanted, 1), 0) : null;
        }
        Class<?> type = MethodType.methodType(wanted).wrap().returnType();
        return type.isInstance(value) ? value : converted(value, type);
    }

    private static Object converted(Object value, Class<?> type) throws SQLException {
        try {
            Object result = readAs(value, type);
            if (result != null) {
                return result;
            }
        } catch (ArithmeticException | IllegalArgumentException | DateTimeException e) {
            throw new SQLException("cannot read " + value + " as " + type.getSimpleName(), "22018", e);
        }
        throw new SQLException(
                "cannot read a " + value.getClass().getSimpleName() + " as " + type.getSimpleName(), "07006");
    }

    /// The value as that type; null if there is no way.
    private static @Nullable Object readAs(Object value, Class<?> type) {
        if (type == String.class) {
            return value.toString();
        }
        if (type == UUID.class) {
            return UUID.fromString(value.toString());
        }
        if (type == Boolean.class) {
            return isTrue(value);
        }
        return Number.class.isAssignableFrom(type) ? number(decimal(value), type) : time(value, type);
    }

    private static boolean isTrue(Object value) {
        return switch (value) {
            case Number number -> number.doubleValue() != 0;
            case String text -> Set.of("t", "true", "1", "y", "yes", "on").contains(text.toLowerCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof Boolean truth
                ? (truth ? BigDecimal.ONE : BigDecimal.ZERO)
                : new BigDecimal(value.toString().strip());
    }

    /// A whole number is cut off, as drivers do, but must fit.
    private static @Nullable Object number(BigDecimal number, Class<?> type) {
        if (type == BigDecimal.class) {
            return number;
        }
        if (type == Double.class) {
            return number.doubleValue();
        }
        if (type == Float.class) {
            return number.floatValue();
        }
        BigInteger whole = number.toBigInteger();
        if (type == Long.class) {
            return whole.longValueExact();
        }
        if (type == Integer.class) {
            return whole.intValueExact();
        }
        if (type == Short.class) {
            return whole.shortValueExact();
        }
        return type == Byte.class ? whole.byteValueExact() : null;
    }

    private static @Nullable Object time(Object value, Class<?> type) {
        if (type == Timestamp.class) {
            return switch (value) {
                case Instant instant -> Timestamp.from(instant);
                case OffsetDateTime moment -> Timestamp.from(moment.toInstant());
                case LocalDateTime local -> Timestamp.valueOf(local);
                case LocalDate day -> Timestamp.valueOf(day.atStartOfDay());
                default -> Timestamp.valueOf(value.toString());
            };
        }
        if (type == Date.class) {
            return Date.valueOf(value instanceof LocalDateTime local ? local.toLocalDate() : asDay(value));
        }
        if (type == Time.class) {
            return Time.valueOf(value instanceof LocalTime local ? local : LocalTime.parse(value.toString()));
        }
        return javaTime(value, type);
    }

    private static LocalDate asDay(Object value) {
        return value instanceof Timestamp moment
                ? moment.toLocalDateTime().toLocalDate()
                : LocalDate.parse(value.toString());
    }

    private static @Nullable Object javaTime(Object value, Class<?> type) {
        if (type == LocalDate.class) {
            return value instanceof LocalDateTime local ? local.toLocalDate() : asDay(value);
        }
        if (type == LocalTime.class) {
            return LocalTime.parse(value.toString());
        }
        if (type == LocalDateTime.class) {
            return value instanceof Timestamp moment ? moment.toLocalDateTime() : LocalDateTime.parse(value.toString());
        }
        if (type == Instant.class) {
            return instant(value);
        }
        return type == OffsetDateTime.class ? instant(value).atOffset(ZoneOffset.UTC) : null;
    }

    private static Instant instant(Object value) {
        return switch (value) {
            case Instant instant -> instant;
            case OffsetDateTime moment -> moment.toInstant();
            case Timestamp moment -> moment.toInstant();
            default -> Instant.parse(value.toString());
        };
    }
}
