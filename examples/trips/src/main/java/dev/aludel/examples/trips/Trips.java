package dev.aludel.examples.trips;

import static dev.aludel.examples.trips.Driver_.DRIVER;
import static dev.aludel.examples.trips.Trip_.TRIP;

import dev.aludel.orm.ReadSession;
import dev.aludel.orm.Session;
import dev.aludel.sql.Unsafe;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.UnauthorizedResponse;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The handlers, one method per route. Each gets its session as a parameter and neither commits nor closes it, unless
/// that is its point.
final class Trips {
    private final Quotes quotes;

    Trips(Quotes quotes) {
        this.quotes = quotes;
    }

    /// One select by key.
    void fast(Context context, Session session) {
        Trip trip = found(session.get(TRIP, anyTrip()));
        context.result(trip.code + ", " + trip.seats + " seats");
    }

    /// A statement that keeps the database busy for 50 ms.
    void slowDatabase(Context context, Session session) {
        session.scalars(Unsafe.sql("SELECT pg_sleep(0.05)")).all();
        context.result("slept");
    }

    /// Starves the pool: the transaction, and so the connection, stays open during a call that needs neither.
    void holds(Context context, Session session) {
        Trip trip = found(session.get(TRIP, anyTrip()));
        long cents = quotes.fetch(trip.code);
        Driver driver = found(session.get(DRIVER, trip.driver));
        context.result(offer(trip, driver, cents));
    }

    /// The same work, with a commit before the call: it gives the connection back.
    void releases(Context context, Session session) {
        Trip trip = found(session.get(TRIP, anyTrip()));
        session.commit();
        long cents = quotes.fetch(trip.code);
        Driver driver = found(session.get(DRIVER, trip.driver));
        context.result(offer(trip, driver, cents));
    }

    /// The same work without a transaction: each read gives the connection back after its last row.
    void reads(Context context, ReadSession session) {
        Trip trip = found(session.get(TRIP, anyTrip()));
        long cents = quotes.fetch(trip.code);
        Driver driver = found(session.get(DRIVER, trip.driver));
        context.result(offer(trip, driver, cents));
    }

    /// The dependency of [#authed]: who asks.
    Driver currentDriver(Context context, Session session) {
        Driver driver = session.get(DRIVER, anyOf(Schema.DRIVERS));
        if (driver == null) {
            throw new UnauthorizedResponse();
        }
        return driver;
    }

    /// A handler that gets its dependency from the same session and transaction.
    void authed(Context context, Session session, Driver driver) {
        Trip trip = found(session.get(TRIP, anyTrip()));
        context.result(driver.name + " looks at " + trip.code);
    }

    /// No database at all.
    void noDatabase(Context context) {
        context.result("hello");
    }

    private static String offer(Trip trip, Driver driver, long cents) {
        return "%s with %s for %d.%02d".formatted(trip.code, driver.name, cents / 100, cents % 100);
    }

    private static <E> E found(@Nullable E entity) {
        if (entity == null) {
            throw new NotFoundResponse();
        }
        return entity;
    }

    private static long anyTrip() {
        return anyOf(Schema.TRIPS);
    }

    private static long anyOf(int rows) {
        return ThreadLocalRandom.current().nextLong(1, rows + 1L);
    }
}
