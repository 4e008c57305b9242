package dev.aludel.pool;

import java.time.Duration;

/// Until when somebody needs what he asks for: of a request, a job, one call.
///
/// Who states one is told at once when he would be served too late: see [Pool#checkOut(String, Deadline)].
@FunctionalInterface
public interface Deadline {
    /// Returns what is left; zero or less when it has passed.
    Duration left();

    /// Returns the deadline that lies so far ahead now.
    static Deadline in(Duration time) {
        long end = System.nanoTime() + Queueing.saturated(time);
        return () -> Duration.ofNanos(end - System.nanoTime());
    }
}
