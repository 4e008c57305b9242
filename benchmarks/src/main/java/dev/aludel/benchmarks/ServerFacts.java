package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// What a reader of figures has to know of the server, asked of itself.
record ServerFacts(String version, String fsync, String synchronousCommit) {
    static ServerFacts of(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            return new ServerFacts(
                    shown(statement, "server_version"),
                    shown(statement, "fsync"),
                    shown(statement, "synchronous_commit"));
        }
    }

    private static String shown(Statement statement, String setting) throws SQLException {
        try (ResultSet rows = statement.executeQuery("show " + setting)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
