package com.example;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/// A service on somebody else's pool that asks another company while it holds a connection.
public final class Orders {
    private final DataSource pool;
    private final Quotes quotes;

    public Orders(DataSource pool, Quotes quotes) {
        this.pool = pool;
        this.quotes = quotes;
    }

    public void place() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT id, code, seats, fare, started_at, revision FROM trips WHERE id = 7");
                quotes.fetch();
                statement.executeUpdate("INSERT INTO orders (trip) VALUES (7)");
            }
            connection.commit();
        }
    }

    /// Asks for a second connection while it has one.
    public void nested() throws SQLException {
        try (Connection first = pool.getConnection();
                Statement statement = first.createStatement()) {
            statement.executeQuery("SELECT id FROM trips");
            second();
        }
    }

    private void second() throws SQLException {
        try (Connection second = pool.getConnection()) {
            second.isValid(1);
        }
    }
}
