package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResultSetTest {
    final FakeDatabase database = new FakeDatabase();

    @Test
    void reads_numbers_as_any_number_that_holds_them() throws SQLException {
        ResultSet rows = row(42, "42", 3.7, true, 5_000_000_000L);

        assertThat(rows.getLong(1)).isEqualTo(42);
        assertThat(rows.getShort(1)).isEqualTo((short) 42);
        assertThat(rows.getByte(2)).isEqualTo((byte) 42);
        assertThat(rows.getBigDecimal(1)).isEqualByComparingTo(BigDecimal.valueOf(42));
        assertThat(rows.getString(1)).isEqualTo("42");
        assertThat(rows.getInt(2)).isEqualTo(42);
        assertThat(rows.getDouble(3)).isEqualTo(3.7);
        assertThat(rows.getFloat(3)).isEqualTo(3.7f);
        assertThat(rows.getInt(3)).isEqualTo(3);
        assertThat(rows.getInt(4)).isEqualTo(1);
        assertThat(rows.getObject(1)).isEqualTo(42);
        assertThat(rows.getObject(1, Long.class)).isEqualTo(42L);
        assertFails("22018", () -> rows.getInt(5));
    }

    @Test
    void reads_truth() throws SQLException {
        ResultSet rows = row(true, 1, 0, "t", "no");

        assertThat(rows.getBoolean(1)).isTrue();
        assertThat(rows.getBoolean(2)).isTrue();
        assertThat(rows.getBoolean(3)).isFalse();
        assertThat(rows.getBoolean(4)).isTrue();
        assertThat(rows.getBoolean(5)).isFalse();
    }

    @Test
    void reads_null_as_null_or_as_the_nothing_of_a_primitive() throws SQLException {
        ResultSet rows = row(null, 1);

        assertThat(rows.getInt(1)).isZero();
        assertThat(rows.wasNull()).isTrue();
        assertThat(rows.getInt(2)).isEqualTo(1);
        assertThat(rows.wasNull()).isFalse();
        assertThat(rows.getBoolean(1)).isFalse();
        assertThat(rows.getObject(1, Integer.class)).isNull();
        assertThat(rows.getTimestamp(1)).isNull();
    }

    @Test
    void reads_times_old_and_new() throws SQLException {
        LocalDateTime local = LocalDateTime.of(2026, 11, 24, 10, 30, 5);
        Instant instant = Instant.parse("2026-11-24T10:30:05Z");
        ResultSet rows = row(local, instant, local.toLocalDate(), local.toLocalTime(), Timestamp.valueOf(local));

        assertThat(rows.getTimestamp(1)).isEqualTo(Timestamp.valueOf(local));
        assertThat(rows.getTimestamp(2)).isEqualTo(Timestamp.from(instant));
        assertThat(rows.getObject(2, OffsetDateTime.class)).isEqualTo(instant.atOffset(ZoneOffset.UTC));
        assertThat(rows.getDate(3)).isEqualTo(Date.valueOf(local.toLocalDate()));
        assertThat(rows.getObject(1, LocalDate.class)).isEqualTo(local.toLocalDate());
        assertThat(rows.getTime(4)).isEqualTo(Time.valueOf(local.toLocalTime()));
        assertThat(rows.getObject(4, LocalTime.class)).isEqualTo(local.toLocalTime());
        assertThat(rows.getObject(5, LocalDateTime.class)).isEqualTo(local);
    }

    @Test
    void reads_bytes_and_uuids() throws SQLException {
        UUID id = UUID.fromString("5f0c8a5e-0d0f-4a53-8e61-3a1f6f1f2f10");
        ResultSet rows = row(new byte[] {1, 2}, id, id.toString());

        assertThat(rows.getBytes(1)).containsExactly(1, 2);
        assertThat(rows.getObject(2, UUID.class)).isEqualTo(id);
        assertThat(rows.getObject(3, UUID.class)).isEqualTo(id);
    }

    @Test
    void says_what_it_cannot_read() throws SQLException {
        ResultSet rows = row("A", new byte[] {1});

        assertThatThrownBy(() -> rows.getInt(1))
                .isInstanceOf(SQLException.class)
                .hasMessage("cannot read A as Integer");
        assertThatThrownBy(() -> rows.getObject(2, Thread.class))
                .isInstanceOf(SQLException.class)
                .hasMessage("cannot read a byte[] as Thread");
        assertFails("42703", () -> rows.getInt("c9"));
        assertFails("22023", () -> rows.getInt(3));
        assertFails("22023", () -> rows.getInt(0));
    }

    @Test
    void is_read_on_a_row_only() throws SQLException {
        ResultSet rows = results(Rows.columns("c1").row(1));
        assertThat(rows.isBeforeFirst()).isTrue();
        assertFails("24000", () -> rows.getInt(1));

        assertThat(rows.next()).isTrue();
        assertThat(rows.isFirst()).isTrue();
        assertThat(rows.getRow()).isEqualTo(1);

        assertThat(rows.next()).isFalse();
        assertThat(rows.next()).isFalse();
        assertThat(rows.isAfterLast()).isTrue();
        assertThat(rows.getRow()).isZero();
        assertFails("24000", () -> rows.getInt(1));
    }

    @Test
    void only_goes_forward_and_only_reads() {
        assertThatThrownBy(() -> results(Rows.columns("c1")).previous())
                .isInstanceOf(SQLFeatureNotSupportedException.class);
        assertThatThrownBy(() -> results(Rows.columns("c1")).updateInt(1, 1))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessage("the fake database does not support ResultSet.updateInt");
    }

    @Test
    void describes_its_columns() throws SQLException {
        ResultSetMetaData columns =
                results(Rows.columns("id", "code").row(null, "A").row(1L, "B")).getMetaData();

        assertThat(columns.getColumnCount()).isEqualTo(2);
        assertThat(columns.getColumnLabel(1)).isEqualTo("id");
        assertThat(columns.getColumnName(2)).isEqualTo("code");
        assertThat(columns.getColumnType(1)).isEqualTo(Types.BIGINT);
        assertThat(columns.getColumnTypeName(2)).isEqualTo("VARCHAR");
        assertThat(columns.getColumnClassName(1)).isEqualTo("java.lang.Long");
        assertFails("22023", () -> columns.getColumnType(3));
    }

    @Test
    void knows_its_statement() throws SQLException {
        Statement statement = database.connect().createStatement();

        assertThat(statement.executeQuery("select 1").getStatement()).isSameAs(statement);
    }

    private ResultSet row(@Nullable Object... values) throws SQLException {
        String[] labels = new String[values.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = "c" + (i + 1);
        }
        ResultSet rows = results(Rows.columns(labels).row(values));
        rows.next();
        return rows;
    }

    private ResultSet results(Rows rows) throws SQLException {
        database.answer("select it", rows);
        return database.connect().createStatement().executeQuery("select it");
    }
}
