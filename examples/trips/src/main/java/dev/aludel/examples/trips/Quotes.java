package dev.aludel.examples.trips;

import java.time.Duration;

/// What a trip costs, according to another company's service: slow, and nothing to do with the database.
final class Quotes {
    private final Duration delay;

    /// @param delay how long the other service takes to answer
    Quotes(Duration delay) {
        this.delay = delay;
    }

    /// Returns the price of a trip in cents. It stands for a remote call, and takes as long.
    long fetch(String code) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for the price of " + code, e);
        }
        return 1_000L + Math.floorMod(code.hashCode(), 9_000);
    }
}
