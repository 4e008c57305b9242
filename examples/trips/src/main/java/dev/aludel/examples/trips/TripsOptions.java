package dev.aludel.examples.trips;

import dev.aludel.engine.Options;
import dev.aludel.pool.PoolListener;
import java.time.Duration;

/// What the service can be told when it starts.
///
/// @param url         the database, `postgresql://user:password@host/database`
/// @param poolSize    connections that are kept
/// @param maxOverflow connections beyond these
/// @param poolTimeout how long a request may wait for one
/// @param port        the port to listen on; 0 takes a free one
/// @param quoteDelay  how long the quote service takes
/// @param listener    is told what the pool does
public record TripsOptions(
        String url,
        int poolSize,
        int maxOverflow,
        Duration poolTimeout,
        int port,
        Duration quoteDelay,
        PoolListener listener) {

    /// Returns the options of the demo: 8 + 4 connections, 3 s, any free port, quotes that take 0.5 s.
    public static TripsOptions on(String url) {
        return new TripsOptions(url, 8, 4, Duration.ofSeconds(3), 0, Duration.ofMillis(500), new PoolListener() {});
    }

    public TripsOptions port(int value) {
        return new TripsOptions(url, poolSize, maxOverflow, poolTimeout, value, quoteDelay, listener);
    }

    public TripsOptions quoteDelay(Duration value) {
        return new TripsOptions(url, poolSize, maxOverflow, poolTimeout, port, value, listener);
    }

    public TripsOptions listener(PoolListener value) {
        return new TripsOptions(url, poolSize, maxOverflow, poolTimeout, port, quoteDelay, value);
    }

    /// Carries them into the engine.
    void configure(Options options) {
        options.name("trips")
                .poolSize(poolSize)
                .maxOverflow(maxOverflow)
                .poolTimeout(poolTimeout)
                .pool(settings -> settings.listener(listener).readScope("sessions.read"));
    }

    /// Says all but the address, which may hold a password.
    @Override
    public String toString() {
        return "TripsOptions[pool " + poolSize + " + " + maxOverflow + ", timeout " + poolTimeout + ", port " + port
                + "]";
    }
}
