package dev.aludel.sql;

import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TypesTest {
    enum Colour {
        RED,
        GREEN
    }

    record Money(long cents) {}

    /// A codec as a user would write it.
    record MoneyType() implements Type<Money> {
        @Override
        public Class<Money> javaType() {
            return Money.class;
        }

        @Override
        public SqlType sqlType() {
            return SqlType.Plain.BIGINT;
        }

        @Override
        public @Nullable Money read(ResultSet row, int position) throws SQLException {
            Long cents = Types.LONG.read(row, position);
            return cents == null ? null : new Money(cents);
        }

        @Override
        public void write(PreparedStatement statement, int position, Money value) throws SQLException {
            statement.setLong(position, value.cents());
        }

        @Override
        public Object toElement(Money value) {
            return value.cents();
        }
    }

    /// A codec and values that must come back as they were; the first and the second differ.
    record Sample<T>(Type<T> type, List<T> values) {
        @SafeVarargs
        @SuppressWarnings("varargs") // the array is copied at once
        static <T> Sample<T> of(Type<T> type, T... values) {
            return new Sample<>(type, List.of(values));
        }

        @Override
        public String toString() {
            return type.javaType().getSimpleName() + " as " + type.sqlType();
        }
    }

    static List<Sample<?>> samples() {
        return List.of(
                Sample.of(Types.LONG, 0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE),
                Sample.of(Types.INTEGER, 0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE),
                Sample.of(Types.SHORT, (short) 0, Short.MAX_VALUE, Short.MIN_VALUE),
                Sample.of(Types.BYTE, (byte) 0, Byte.MAX_VALUE, Byte.MIN_VALUE),
                Sample.of(Types.DOUBLE, 0.0, 0.1, -1e300, Double.MIN_NORMAL, Double.POSITIVE_INFINITY, Double.NaN),
                Sample.of(Types.FLOAT, 0f, 0.1f, -1e30f, Float.NEGATIVE_INFINITY),
                Sample.of(Types.BOOLEAN, false, true),
                Sample.of(Types.CHARACTER, 'a', 'ø', ' ', '\''),
                Sample.of(Types.STRING, "", "a", "it's", "\\", "\n", "😀", "\u2028", "'; --", "x".repeat(10_000)),
                Sample.of(Types.string(3), "", "abc"),
                Sample.of(
                        Types.DECIMAL,
                        new BigDecimal("0"),
                        new BigDecimal("12345678901234567890.123456789"),
                        new BigDecimal("-0.1")),
                Sample.of(Types.decimal(10, 2), new BigDecimal("0.00"), new BigDecimal("-12345678.90")),
                Sample.of(Types.BYTES, new byte[0], new byte[] {0, 1, -1, 127, -128}),
                Sample.of(Types.UUID, new UUID(0, 0), UUID.fromString("6f1c2c0e-6f0e-4f0e-9f0e-0123456789ab")),
                Sample.of(
                        Types.INSTANT,
                        Instant.EPOCH,
                        Instant.parse("2026-11-24T10:15:30.123456Z"),
                        Instant.parse("1883-11-18T00:00:00Z")),
                Sample.of(
                        Types.LOCAL_DATE_TIME,
                        LocalDateTime.parse("2026-03-29T02:30:00"),
                        LocalDateTime.parse("1969-12-31T23:59:59.999999")),
                Sample.of(Types.LOCAL_DATE, LocalDate.EPOCH, LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)),
                Sample.of(Types.LOCAL_TIME, LocalTime.MIDNIGHT, LocalTime.parse("23:59:59.999999")),
                Sample.of(Types.enumOf(Colour.class), Colour.RED, Colour.GREEN),
                Sample.of(new MoneyType(), new Money(0), new Money(7)));
    }

    static Stream<Arguments> everywhere() {
        return Stream.of(Database.Kind.values())
                .flatMap(kind -> samples().stream().map(sample -> Arguments.of(kind, sample)));
    }

    static final class Values<T> extends Table<Object> {
        final Column<Object, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);
        final Column<Object, T> value;

        Values(Type<T> type) {
            super("samples", Object.class);
            value = column("v", type, Column.Trait.NULLABLE);
        }

        @Override
        public Object read(ResultSet row, int first) {
            throw new UnsupportedOperationException();
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    <T> void a_value_comes_back_as_it_was(Database.Kind kind, Sample<T> sample) throws SQLException {
        try (Database database = Database.empty(kind)) {
            Values<T> table = new Values<>(sample.type());
            database.execute(createTable(table));
            for (T value : sample.values()) database.execute(insert(table).set(table.value, value));
            List<T> rows = database.rows(select(table.value).orderBy(table.id.asc()));

            assertThat(rows.toArray()).isEqualTo(sample.values().toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    <T> void null_comes_back_as_null(Database.Kind kind, Sample<T> sample) throws SQLException {
        try (Database database = Database.empty(kind)) {
            Values<T> table = new Values<>(sample.type());
            database.execute(createTable(table));
            database.execute(insert(table).set(table.value, null));

            assertThat(database.rows(select(table.value))).containsOnlyNulls().hasSize(1);
            assertThat(database.rows(select(table.id).where(table.value.isNull())))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    <T> void a_value_is_found_by_equality_and_in_a_list(Database.Kind kind, Sample<T> sample) throws SQLException {
        try (Database database = Database.empty(kind)) {
            Values<T> table = new Values<>(sample.type());
            database.execute(createTable(table));
            for (T value : sample.values()) database.execute(insert(table).set(table.value, value));
            T first = sample.values().getFirst();

            assertThat(database.rows(select(table.id).where(table.value.eq(first))))
                    .containsExactly(1L);
            assertThat(database.rows(select(table.id).where(table.value.in(List.of(first)))))
                    .containsExactly(1L);
            assertThat(database.rows(select(table.id).where(table.value.in(sample.values()))))
                    .hasSameSizeAs(sample.values());
            assertThat(database.rows(select(table.id).where(table.value.notIn(List.of(first)))))
                    .doesNotContain(1L)
                    .hasSize(sample.values().size() - 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_list_comes_back_as_it_was(Database.Kind kind) throws SQLException {
        try (Database database = Database.empty(kind)) {
            Values<List<String>> table = new Values<>(Types.listOf(Types.STRING));
            database.execute(createTable(table));
            List<String> list = List.of("a", "", "NULL", "{,}", "\"", "\\");
            database.execute(insert(table)
                    .set(table.value, list)
                    .row()
                    .set(table.value, List.of())
                    .row()
                    .set(table.value, null));

            List<List<String>> rows = database.rows(select(table.value).orderBy(table.id.asc()));

            assertThat(rows).containsExactly(list, List.of(), null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_moment_with_an_offset_stays_the_same_moment(Database.Kind kind) throws SQLException {
        try (Database database = Database.empty(kind)) {
            Values<OffsetDateTime> table = new Values<>(Types.OFFSET_DATE_TIME);
            database.execute(createTable(table));
            OffsetDateTime moment = OffsetDateTime.parse("2026-11-24T10:15:30.5+05:30");
            database.execute(insert(table).set(table.value, moment));

            assertThat(database.rows(select(table.value)))
                    .singleElement()
                    .satisfies(back -> assertThat(back.toInstant()).isEqualTo(moment.toInstant()));
        }
    }

    @Test
    void a_name_that_is_no_constant_is_an_error_that_does_not_show_it() throws SQLException {
        try (Database database = Database.empty(Database.Kind.H2)) {
            assertThatThrownBy(
                            () -> database.rows(Unsafe.sql("select 'hunter2'").as(Types.enumOf(Colour.class))))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("column 1 holds a text that is no constant of " + Colour.class.getName()
                            + ": add the constant, or map the column to String")
                    .satisfies(failure -> assertThat(printed(failure)).doesNotContain("hunter2"));
        }
    }

    @Test
    void a_text_that_is_no_single_character_is_an_error() throws SQLException {
        try (Database database = Database.empty(Database.Kind.H2)) {
            assertThatThrownBy(() -> database.rows(Unsafe.sql("select 'ab'").as(Types.CHARACTER)))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("column 1 is mapped to char, but holds a text of 2 characters: map it to String");
        }
    }

    @Test
    void an_array_with_null_in_it_is_an_error() throws SQLException {
        try (Database database = Database.empty(Database.Kind.H2)) {
            assertThatThrownBy(() ->
                            database.rows(Unsafe.sql("select array['a', null]").as(Types.listOf(Types.STRING))))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("column 1 holds an array with a NULL element, which no list can hold");
        }
    }

    /// All that a log would show: the messages and stacks of the whole chain.
    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
