package dev.aludel.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What the pool itself asks of a server, on the driver's connection.
final class Sql {
    private Sql() {}

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Runs each of the statements that a query gives in its first column.
    static void runAll(Connection connection, String query) throws SQLException {
        for (String sql : pairs(connection, query).keySet()) {
            run(connection, sql);
        }
    }

    /// Returns what the first row has in its only column: the empty text if that is null, or there
    /// is no row.
    static String text(Connection connection, String query) throws SQLException {
        return pairs(connection, query).keySet().stream().findFirst().orElse("");
    }

    /// Returns the first two columns, in the rows' order. What is null or missing is the empty
    /// text.
    static Map<String, String> pairs(Connection connection, String query) throws SQLException {
        Map<String, String> pairs = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                pairs.put(text(rows, 1), columns == 1 ? "" : text(rows, 2));
            }
        }
        return pairs;
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        return Objects.requireNonNullElse(rows.getString(column), "");
    }

    /// Returns the names of what is not as it was, come and gone included.
    static Set<String> changed(Map<String, String> before, Map<String, String> now) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        names.removeIf(name -> Objects.equals(before.get(name), now.get(name)));
        return names;
    }

    /// Returns a name in the standard's quotes.
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
