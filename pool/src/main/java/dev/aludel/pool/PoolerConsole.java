package dev.aludel.pool;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks the console of a PgBouncer about one database and user.
final class PoolerConsole {
    private static final String POSTGRES = "jdbc:postgresql:";

    private final ConnectionSource source;

    PoolerConsole(ConnectionSource source) {
        this.source = source;
    }

    /// Asks it.
    ///
    /// @param database by its name in the pooler, or null if that is not known
    /// @param user     likewise; where none is of that name, the pooler logs in as another: then all of
    ///                 the database count
    /// @return null if it shows no such database: what is so of others says nothing
    PoolerReport.@Nullable Queue ask(@Nullable String database, @Nullable String user, Duration limit)
            throws SQLException {
        Connection connection = source.connect();
        if (connection == null) {
            throw new SQLException("the source of its connections returned null");
        }
        try (connection) {
            connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
            return queue(connection, database, user);
        }
    }

    private static PoolerReport.@Nullable Queue queue(
            Connection connection, @Nullable String database, @Nullable String user) throws SQLException {
        List<Map<String, String>> databases = of(rows(connection, "SHOW DATABASES"), "name", database);
        if (databases.isEmpty()) {
            return null;
        }
        List<Map<String, String>> all = of(rows(connection, "SHOW POOLS"), "database", database);
        List<Map<String, String>> own = of(all, "user", user);
        List<Map<String, String>> pools = own.isEmpty() ? all : own;
        return new PoolerReport.Queue(
                sum(databases, "paused") > 0 || isPausedAsAWhole(connection),
                sum(pools, "cl_waiting"),
                Duration.ofSeconds(pools.stream()
                        .mapToLong(row -> number(row, "maxwait"))
                        .max()
                        .orElse(0)),
                sum(pools, "sv_active"),
                sum(databases, "pool_size"));
    }

    /// Only later versions show that. Of the others it is told by a queue without a session that serves it.
    private static boolean isPausedAsAWhole(Connection connection) {
        try {
            return rows(connection, "SHOW STATE").stream()
                    .anyMatch(row -> "paused".equals(row.get("key")) && "yes".equals(row.get("value")));
        } catch (SQLException e) {
            return false;
        }
    }

    /// Returns by which name an address of PostgreSQL's driver asks for its database, which is the
    /// pooler's: the server's may be another. Null if it has none.
    static @Nullable String database(@Nullable String url) {
        if (url == null || !url.startsWith(POSTGRES)) {
            return null;
        }
        String way = url.substring(POSTGRES.length()).split("\\?", 2)[0];
        String name = URLDecoder.decode(way.substring(way.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
        return name.isEmpty() ? null : name;
    }

    private static List<Map<String, String>> of(List<Map<String, String>> rows, String column, @Nullable String name) {
        return rows.stream()
                .filter(row -> row.getOrDefault(column, "").equals(name))
                .toList();
    }

    private static int sum(List<Map<String, String>> rows, String column) {
        return rows.stream().mapToInt(row -> (int) number(row, column)).sum();
    }

    private static long number(Map<String, String> row, String column) {
        try {
            return Long.parseLong(row.getOrDefault(column, "0"));
        } catch (NumberFormatException e) {
            return 0; // of a version that says it otherwise
        }
    }

    /// Not every version shows the same columns.
    private static List<Map<String, String>> rows(Connection connection, String command) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(command)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns; i++) {
                    String value = result.getString(i);
                    row.put(
                            result.getMetaData().getColumnLabel(i).toLowerCase(Locale.ROOT),
                            value == null ? "" : value);
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
