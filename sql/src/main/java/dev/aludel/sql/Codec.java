package dev.aludel.sql;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The codecs behind [Types], one class each: a call of `read` then has one target that the JIT can inline.
final class Codec {
    private Codec() {}

    /// Text with a NUL character is refused before any I/O: PostgreSQL cannot store it, and C code cuts at it.
    private static @Nullable String nul(String text) {
        int index = text.indexOf('\0');
        return index < 0
                ? null
                : "cannot hold a text with a NUL character, but was given one at index " + index + ": remove it";
    }

    record LongType() implements Type<Long> {
        @Override
        public Class<Long> javaType() {
            return Long.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.BIGINT;
        }

        @Override
        public @Nullable Long read(ResultSet row, int position) throws SQLException {
            long value = row.getLong(position);
            return (value == 0 && row.wasNull()) ? null : Long.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Long value) throws SQLException {
            statement.setLong(position, value);
        }
    }

    record IntegerType() implements Type<Integer> {
        @Override
        public Class<Integer> javaType() {
            return Integer.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.INTEGER;
        }

        @Override
        public @Nullable Integer read(ResultSet row, int position) throws SQLException {
            int value = row.getInt(position);
            return (value == 0 && row.wasNull()) ? null : Integer.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Integer value) throws SQLException {
            statement.setInt(position, value);
        }
    }

    record ShortType() implements Type<Short> {
        @Override
        public Class<Short> javaType() {
            return Short.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.SMALLINT;
        }

        @Override
        public @Nullable Short read(ResultSet row, int position) throws SQLException {
            short value = row.getShort(position);
            return (value == 0 && row.wasNull()) ? null : Short.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Short value) throws SQLException {
            statement.setShort(position, value);
        }
    }

    record ByteType() implements Type<Byte> {
        @Override
        public Class<Byte> javaType() {
            return Byte.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.SMALLINT;
        }

        @Override
        public @Nullable Byte read(ResultSet row, int position) throws SQLException {
            byte value = row.getByte(position);
            return (value == 0 && row.wasNull()) ? null : Byte.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Byte value) throws SQLException {
            statement.setByte(position, value);
        }
    }

    record DoubleType() implements Type<Double> {
        @Override
        public Class<Double> javaType() {
            return Double.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.DOUBLE;
        }

        @Override
        public @Nullable Double read(ResultSet row, int position) throws SQLException {
            double value = row.getDouble(position);
            return (value == 0 && row.wasNull()) ? null : Double.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Double value) throws SQLException {
            statement.setDouble(position, value);
        }
    }

    record FloatType() implements Type<Float> {
        @Override
        public Class<Float> javaType() {
            return Float.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.REAL;
        }

        @Override
        public @Nullable Float read(ResultSet row, int position) throws SQLException {
            float value = row.getFloat(position);
            return (value == 0 && row.wasNull()) ? null : Float.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Float value) throws SQLException {
            statement.setFloat(position, value);
        }
    }

    record BooleanType() implements Type<Boolean> {
        @Override
        public Class<Boolean> javaType() {
            return Boolean.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.BOOLEAN;
        }

        @Override
        public @Nullable Boolean read(ResultSet row, int position) throws SQLException {
            boolean value = row.getBoolean(position);
            return (!value && row.wasNull()) ? null : Boolean.valueOf(value);
        }

        @Override
        public void write(PreparedStatement statement, int position, Boolean value) throws SQLException {
            statement.setBoolean(position, value);
        }
    }

    record CharacterType() implements Type<Character> {
        @Override
        public Class<Character> javaType() {
            return Character.class;
        }

        @Override
        public SqlType sqlType() {
            return new SqlType.Varchar(1);
        }

        @Override
        public @Nullable Character read(ResultSet row, int position) throws SQLException {
            String text = row.getString(position);
            if (text == null) return null;
            if (text.length() == 1) return text.charAt(0);
            throw new SQLException("column " + position + " is mapped to char, but holds a text of " + text.length()
                    + " characters: map it to String");
        }

        @Override
        public void write(PreparedStatement statement, int position, Character value) throws SQLException {
            statement.setString(position, value.toString());
        }

        @Override
        public Object toElement(Character value) {
            return value.toString();
        }

        @Override
        public @Nullable String objection(Character value) {
            return nul(value.toString());
        }
    }

    record StringType(SqlType sqlType) implements Type<String> {
        @Override
        public Class<String> javaType() {
            return String.class;
        }

        @Override
        public @Nullable String read(ResultSet row, int position) throws SQLException {
            return row.getString(position);
        }

        @Override
        public void write(PreparedStatement statement, int position, String value) throws SQLException {
            statement.setString(position, value);
        }

        @Override
        public @Nullable String objection(String value) {
            return nul(value);
        }
    }

    record DecimalType(SqlType sqlType) implements Type<BigDecimal> {
        @Override
        public Class<BigDecimal> javaType() {
            return BigDecimal.class;
        }

        @Override
        public @Nullable BigDecimal read(ResultSet row, int position) throws SQLException {
            return row.getBigDecimal(position);
        }

        @Override
        public void write(PreparedStatement statement, int position, BigDecimal value) throws SQLException {
            statement.setBigDecimal(position, value);
        }
    }

    record BytesType() implements Type<byte[]> {
        @Override
        public Class<byte[]> javaType() {
            return byte[].class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.BINARY;
        }

        @Override
        public byte @Nullable [] read(ResultSet row, int position) throws SQLException {
            return row.getBytes(position);
        }

        @Override
        public void write(PreparedStatement statement, int position, byte[] value) throws SQLException {
            statement.setBytes(position, value);
        }
    }

    record UuidType() implements Type<java.util.UUID> {
        @Override
        public Class<java.util.UUID> javaType() {
            return java.util.UUID.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.UUID;
        }

        @Override
        public java.util.@Nullable UUID read(ResultSet row, int position) throws SQLException {
            return row.getObject(position, java.util.UUID.class);
        }

        @Override
        public void write(PreparedStatement statement, int position, java.util.UUID value) throws SQLException {
            statement.setObject(position, value);
        }
    }

    record InstantType() implements Type<Instant> {
        @Override
        public Class<Instant> javaType() {
            return Instant.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.TIMESTAMP_WITH_TIME_ZONE;
        }

        @Override
        public @Nullable Instant read(ResultSet row, int position) throws SQLException {
            OffsetDateTime value = row.getObject(position, OffsetDateTime.class);
            return value == null ? null : value.toInstant();
        }

        @Override
        public void write(PreparedStatement statement, int position, Instant value) throws SQLException {
            statement.setObject(position, value.atOffset(ZoneOffset.UTC));
        }

        @Override
        public Object toElement(Instant value) {
            return value.atOffset(ZoneOffset.UTC);
        }
    }

    record TemporalType<T>(Class<T> javaType, SqlType sqlType) implements Type<T> {
        @Override
        public @Nullable T read(ResultSet row, int position) throws SQLException {
            return row.getObject(position, javaType);
        }

        @Override
        public void write(PreparedStatement statement, int position, T value) throws SQLException {
            statement.setObject(position, value);
        }
    }

    record LocalTimeType() implements Type<LocalTime> {
        @Override
        public Class<LocalTime> javaType() {
            return LocalTime.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.TIME;
        }

        @Override
        public @Nullable LocalTime read(ResultSet row, int position) throws SQLException {
            return row.getObject(position, LocalTime.class);
        }

        @Override
        public void write(PreparedStatement statement, int position, LocalTime value) throws SQLException {
            statement.setObject(position, value);
        }

        /// As text: in arrays H2 takes times for `java.sql.Time` and cuts them to milliseconds.
        @Override
        public Object toElement(LocalTime value) {
            return value.toString();
        }
    }

    record EnumType<T extends Enum<T>>(Class<T> javaType) implements Type<T> {
        @Override
        public SqlType sqlType() {
            return SqlType.Plain.TEXT;
        }

        @Override
        public @Nullable T read(ResultSet row, int position) throws SQLException {
            String name = row.getString(position);
            if (name == null) return null;
            try {
                return Enum.valueOf(javaType, name);
            } catch (IllegalArgumentException _) { // its message shows the value
                throw new SQLException("column " + position + " holds a text that is no constant of "
                        + javaType.getName() + ": add the constant, or map the column to String");
            }
        }

        @Override
        public void write(PreparedStatement statement, int position, T value) throws SQLException {
            statement.setString(position, value.name());
        }

        @Override
        public Object toElement(T value) {
            return value.name();
        }
    }

    record ListType<T>(Type<T> element) implements Type<List<T>> {
        @Override
        @SuppressWarnings("unchecked") // a class object knows nothing of type arguments
        public Class<List<T>> javaType() {
            return (Class<List<T>>) (Class<?>) List.class;
        }

        @Override
        public SqlType sqlType() {
            return new SqlType.Array(element.sqlType());
        }

        @Override
        public @Nullable List<T> read(ResultSet row, int position) throws SQLException {
            java.sql.Array array = row.getArray(position);
            if (array == null) return null;
            try (ResultSet elements = array.getResultSet()) {
                List<T> values = new ArrayList<>();
                while (elements.next()) {
                    values.add(notNull(element.read(elements, 2), position));
                }
                return values;
            } finally {
                array.free();
            }
        }

        private static <T> T notNull(@Nullable T value, int position) throws SQLException {
            if (value != null) return value;
            throw new SQLException(
                    "column " + position + " holds an array with a NULL element, which no list can hold");
        }

        @Override
        public void write(PreparedStatement statement, int position, List<T> value) throws SQLException {
            Object[] elements = elements(value);
            Connection connection = statement.getConnection();
            statement.setArray(position, connection.createArrayOf(elementName(element.sqlType()), elements));
        }

        /// An array of the elements' own class: the driver of PostgreSQL sends `Long[]` in binary, and refuses
        /// `byte[]` within `Object[]`.
        private Object[] elements(List<T> values) {
            if (values.isEmpty()) return new Object[0];
            Class<?> type = element.toElement(values.getFirst()).getClass();
            Object[] elements = (Object[]) Array.newInstance(type, values.size());
            for (int i = 0; i < elements.length; i++) elements[i] = element.toElement(values.get(i));
            return elements;
        }

        @Override
        public @Nullable String objection(List<T> value) {
            for (T part : value) {
                String objection = element.objection(part);
                if (objection != null) return objection;
            }
            return null;
        }

        /// PostgreSQL's own short names; H2 goes by the elements.
        private static String elementName(SqlType type) {
            return switch (type) {
                case SqlType.Plain plain ->
                    switch (plain) {
                        case SMALLINT -> "int2";
                        case INTEGER -> "int4";
                        case BIGINT -> "int8";
                        case REAL -> "float4";
                        case DOUBLE -> "float8";
                        case NUMERIC -> "numeric";
                        case BOOLEAN -> "bool";
                        case TEXT -> "varchar";
                        case BINARY -> "bytea";
                        case UUID -> "uuid";
                        case DATE -> "date";
                        case TIME -> "time";
                        case TIMESTAMP -> "timestamp";
                        case TIMESTAMP_WITH_TIME_ZONE -> "timestamptz";
                    };
                case SqlType.Varchar _ -> "varchar";
                case SqlType.Decimal _ -> "numeric";
                case SqlType.Array array -> elementName(array.element());
            };
        }
    }
}
