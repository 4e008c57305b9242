package com.example;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/// A service that does with connections what one should not.
public final class Trips {
    private final DataSource source;

    public Trips(DataSource source) {
        this.source = source;
    }

    /// Asks somebody else while it holds a connection.
    public void hold(Runnable call) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            call.run();
            statement.execute("SELECT 2");
        }
    }

    /// Asks for a second connection while it has one.
    public void nest() throws SQLException {
        try (Connection first = source.getConnection()) {
            hold(() -> {});
            first.createStatement().close();
        }
    }

    /// Runs a statement for each row.
    public void each(int rows) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 3")) {
            for (int row = 0; row < rows; row++) {
                statement.executeQuery();
            }
        }
    }

    /// Gives nothing back.
    public Connection forget() throws SQLException {
        return source.getConnection();
    }
}
