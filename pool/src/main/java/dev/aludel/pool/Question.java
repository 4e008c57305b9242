package dev.aludel.pool;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A question to a server about itself, in SQL.
///
/// Its columns are in a record's order, lengths of time as seconds.
record Question<T>(String sql, Reader<T> reader) {
    private static final BigDecimal NANOS = BigDecimal.valueOf(TimeUnit.SECONDS.toNanos(1));

    /// In seconds: drivers make milliseconds of it, in an `int`.
    private static final int LONGEST = Integer.MAX_VALUE / 1_000;

    /// Makes a record of a row.
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// @param namesInQuotes whether `"…"` is a name to the server
    static Question<Backend> activity(boolean namesInQuotes, String sql) {
        return new Question<>(sql, row -> backend(row, namesInQuotes));
    }

    /// @param sql gives the blockers as text, with commas between them
    static Question<LockWait> locks(String sql) {
        return new Question<>(sql, Question::lockWait);
    }

    static Question<ConnectionLimit> limits(String sql) {
        return new Question<>(sql, Question::limit);
    }

    /// Asks for all rows.
    ///
    /// @param limit in whole seconds, rounded up, as JDBC has it
    List<T> ask(Connection connection, Duration limit) throws SQLException {
        List<T> all = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(seconds(limit));
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
            }
        }
        return all;
    }

    /// Returns what a query says, yes or no, of the statement that a backend was seen to run. No row
    /// is no.
    static boolean decide(Connection connection, String sql, Backend seen, Duration limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(seconds(limit));
            statement.setLong(1, seen.id());
            statement.setString(2, seen.statementId());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /// @throws IllegalArgumentException unless the limit is above zero: to a driver, 0 is none
    static int seconds(Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("limit " + limit + ": must be above zero");
        }
        long longest = Math.min(limit.getSeconds(), LONGEST - 1L);
        return (int) longest + (limit.getNano() > 0 || limit.getSeconds() > longest ? 1 : 0);
    }

    private static Backend backend(ResultSet row, boolean namesInQuotes) throws SQLException {
        return new Backend(
                row.getLong(1),
                Backend.State.valueOf(text(row, 2)),
                text(row, 3),
                text(row, 4),
                text(row, 5),
                text(row, 6),
                duration(row, 7),
                duration(row, 8),
                duration(row, 9),
                text(row, 10),
                SqlText.sanitise(text(row, 11), namesInQuotes),
                text(row, 12));
    }

    private static LockWait lockWait(ResultSet row) throws SQLException {
        List<Long> blockers =
                Stream.of(text(row, 2).split(",")).map(Long::valueOf).distinct().toList();
        return new LockWait(row.getLong(1), blockers, text(row, 3), duration(row, 4));
    }

    private static ConnectionLimit limit(ResultSet row) throws SQLException {
        return new ConnectionLimit(
                ConnectionLimit.Scope.valueOf(text(row, 1)), text(row, 2), row.getInt(3), row.getInt(4), row.getInt(5));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    /// A clock may have been set back meanwhile.
    private static @Nullable Duration duration(ResultSet row, int column) throws SQLException {
        BigDecimal seconds = row.getBigDecimal(column);
        return seconds == null
                ? null
                : Duration.ofNanos(seconds.max(BigDecimal.ZERO).multiply(NANOS).longValue());
    }
}
