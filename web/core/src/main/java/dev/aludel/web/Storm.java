package dev.aludel.web;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Decides which of many equal failures is told in full, so that 200 requests that fail for one reason give one report.
///
/// The first is reported; those within the next minute are only counted. The count goes with the next report.
final class Storm {
    private static final long QUIET = Duration.ofMinutes(1).toNanos();
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier ticker;
    private final AtomicLong reported = new AtomicLong(NEVER);
    private final AtomicLong unreported = new AtomicLong();

    Storm(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /// Counts a failure. Returns how many before it went unreported if this one is to be reported, else empty.
    OptionalLong report() {
        long now = ticker.getAsLong();
        long last = reported.get();
        boolean due = last == NEVER || now - last >= QUIET;
        if (due && reported.compareAndSet(last, now)) {
            return OptionalLong.of(unreported.getAndSet(0));
        }
        unreported.incrementAndGet();
        return OptionalLong.empty();
    }
}
