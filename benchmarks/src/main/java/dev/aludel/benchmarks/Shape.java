package dev.aludel.benchmarks;

import java.time.Duration;

/// What every peer is told alike: its size, whether it starts empty, a caller's timeout, and the database.
record Shape(int size, boolean cold, Duration timeout, String url) {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    /// A pool that is filled before it is measured.
    static Shape filled(int size) {
        return new Shape(size, false, PATIENT, StubDriver.URL);
    }

    /// A pool with nothing open, and a database that takes so long to connect to.
    static Shape cold(int size, Duration connect) {
        return new Shape(size, true, PATIENT, StubDriver.slow(connect));
    }

    /// A pool with nothing open, and a database that refuses.
    static Shape down(int size, Duration timeout) {
        return new Shape(size, true, timeout, StubDriver.REFUSED);
    }

    /// How many connections a peer that can be told so opens at once.
    int initial() {
        return cold ? 0 : size;
    }

    int timeoutMillis() {
        return Math.toIntExact(timeout.toMillis());
    }
}
