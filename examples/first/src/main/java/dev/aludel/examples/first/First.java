package dev.aludel.examples.first;

import static dev.aludel.examples.first.Trip_.TRIP;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;

import dev.aludel.engine.Engine;
import dev.aludel.orm.Sessions;
import java.util.List;

/// Creates a table, adds two trips and reads those that have seats left.
public final class First {
    private First() {}

    public static void main(String[] arguments) {
        try (Engine engine = Engine.create("h2:mem:first")) {
            engine.run(connection -> connection.execute(createTable(TRIP)));
            Sessions sessions = Sessions.on(engine, TRIP);

            // one transaction: commits at the end, rolls back if something throws
            sessions.run(session -> {
                session.add(trip("OSL-7", 3));
                session.add(trip("BGO-2", 0));
            });

            // no transaction: each read gives its connection back after the last row
            var query = select(TRIP).where(TRIP.seats.gt(0)).orderBy(TRIP.code.asc());
            List<Trip> open = sessions.read(session -> session.scalars(query).all());
            for (Trip trip : open) {
                System.out.println(trip.code + " has " + trip.seats + " seats left and the id " + trip.id);
            }
        }
    }

    private static Trip trip(String code, int seats) {
        Trip trip = new Trip();
        trip.code = code;
        trip.seats = seats;
        return trip;
    }
}
