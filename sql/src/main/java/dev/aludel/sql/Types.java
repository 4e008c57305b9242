package dev.aludel.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;

/// The codecs of the JDK's types. All read by typed getters and by position.
public final class Types {
    /// `long` as BIGINT.
    public static final Type<Long> LONG = new Codec.LongType();
    /// `int` as INTEGER.
    public static final Type<Integer> INTEGER = new Codec.IntegerType();
    /// `short` as SMALLINT.
    public static final Type<Short> SHORT = new Codec.ShortType();
    /// `byte` as SMALLINT, since few databases have a type of one byte.
    public static final Type<Byte> BYTE = new Codec.ByteType();
    /// `double` as DOUBLE PRECISION.
    public static final Type<Double> DOUBLE = new Codec.DoubleType();
    /// `float` as REAL.
    public static final Type<Float> FLOAT = new Codec.FloatType();
    /// `boolean` as BOOLEAN.
    public static final Type<Boolean> BOOLEAN = new Codec.BooleanType();
    /// `char` as text of one character.
    public static final Type<Character> CHARACTER = new Codec.CharacterType();
    /// Text of any length.
    public static final Type<String> STRING = new Codec.StringType(SqlType.Plain.TEXT);
    /// An exact decimal number of any precision and scale. H2 drops zeros at the end: 0.10 comes back as 0.1.
    public static final Type<BigDecimal> DECIMAL = new Codec.DecimalType(SqlType.Plain.NUMERIC);
    /// A byte array as it is; it is neither copied at reading nor at binding.
    public static final Type<byte[]> BYTES = new Codec.BytesType();
    /// A UUID.
    public static final Type<java.util.UUID> UUID = new Codec.UuidType();
    /// A moment, as TIMESTAMP WITH TIME ZONE. PostgreSQL keeps microseconds and rounds what is finer.
    public static final Type<Instant> INSTANT = new Codec.InstantType();
    /// A moment with its offset, as TIMESTAMP WITH TIME ZONE. PostgreSQL keeps the moment and gives it back in UTC.
    public static final Type<OffsetDateTime> OFFSET_DATE_TIME =
            new Codec.TemporalType<>(OffsetDateTime.class, SqlType.Plain.TIMESTAMP_WITH_TIME_ZONE);
    /// A date and time on a wall clock nobody knows the place of, as TIMESTAMP.
    public static final Type<LocalDateTime> LOCAL_DATE_TIME =
            new Codec.TemporalType<>(LocalDateTime.class, SqlType.Plain.TIMESTAMP);
    /// A date.
    public static final Type<LocalDate> LOCAL_DATE = new Codec.TemporalType<>(LocalDate.class, SqlType.Plain.DATE);
    /// A time of day.
    public static final Type<LocalTime> LOCAL_TIME = new Codec.LocalTimeType();

    private Types() {}

    /// Text of at most so many characters, as VARCHAR(n).
    public static Type<String> string(int length) {
        return new Codec.StringType(new SqlType.Varchar(length));
    }

    /// An exact decimal number of so many digits, `scale` of them behind the point, as NUMERIC(p, s).
    public static Type<BigDecimal> decimal(int precision, int scale) {
        return new Codec.DecimalType(new SqlType.Decimal(precision, scale));
    }

    /// The constants of an enum by their names, as text. Reading a name that is no constant fails.
    public static <T extends Enum<T>> Type<T> enumOf(Class<T> type) {
        return new Codec.EnumType<>(type);
    }

    /// A list of values as an SQL array. Its elements are not null.
    public static <T> Type<List<T>> listOf(Type<T> element) {
        return new Codec.ListType<>(element);
    }
}
