package dev.aludel.pool;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits in real time, with a bound, for what other threads are about to bring about.
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("aludel.patience", 10));
    private static final long LOOK_AGAIN_AFTER = 50_000;

    private Await() {}

    /// Waits until a condition holds.
    ///
    /// @throws AssertionError if it does not within 10 s (`-Daludel.patience=N`), with what was seen instead
    static void until(BooleanSupplier condition, Supplier<String> seen) {
        until(condition, PATIENCE, seen);
    }

    /// Likewise, for what is so much that a slow machine needs longer for it.
    static void until(BooleanSupplier condition, Duration patience, Supplier<String> seen) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > patience.toNanos()) {
                throw new AssertionError("did not come about within " + patience.toSeconds() + " s: " + seen.get());
            }
            LockSupport.parkNanos(LOOK_AGAIN_AFTER);
        }
    }
}
