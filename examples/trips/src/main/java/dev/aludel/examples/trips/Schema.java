package dev.aludel.examples.trips;

import static dev.aludel.examples.trips.Driver_.DRIVER;
import static dev.aludel.examples.trips.Trip_.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;

import dev.aludel.engine.Engine;
import dev.aludel.engine.SqlConnection;
import dev.aludel.sql.Unsafe;

/// The two tables of the service and the rows that it starts with.
final class Schema {
    static final int DRIVERS = 100;
    static final int TRIPS = 10_000;

    private Schema() {}

    /// Creates the tables `drivers` and `trips` unless they are there, and fills them if they are empty.
    static void prepare(Engine engine) {
        engine.run(connection -> {
            connection.execute(createTable(DRIVER).ifNotExists());
            connection.execute(createTable(TRIP).ifNotExists());
            if (connection.execute(select(count()).from(TRIP)).one() == 0) {
                fill(connection);
            }
        });
    }

    /// Has the server make the rows: 10,000 of them in one statement, which is what [Unsafe] is for.
    private static void fill(SqlConnection connection) {
        connection.execute(Unsafe.statement(
                "INSERT INTO drivers (name) SELECT 'Driver ' || n FROM generate_series(1, " + DRIVERS + ") AS n"));
        connection.execute(Unsafe.statement("INSERT INTO trips (code, seats, driver_id)"
                + " SELECT 'T-' || n, 1 + n % 4, 1 + n % " + DRIVERS
                + " FROM generate_series(1, " + TRIPS + ") AS n"));
    }
}
