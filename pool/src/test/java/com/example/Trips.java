package com.example;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// A service that does the thing that starves pools: it asks somebody else while it holds a connection.
public final class Trips {
    private final Pool pool;
    private final Quotes quotes;

    public Trips(Pool pool, Quotes quotes) {
        this.pool = pool;
        this.quotes = quotes;
    }

    public void holds() throws SQLException {
        try (Checkout checkout = pool.checkOut("GET /holds")) {
            Connection connection = checkout.connection();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT id, code, seats, fare, started_at, revision FROM trips WHERE id = 7");
                quotes.fetch();
                statement.executeQuery("SELECT id, code, seats, fare, started_at, revision FROM trips WHERE id = 7");
            }
            connection.commit();
        }
    }
}
