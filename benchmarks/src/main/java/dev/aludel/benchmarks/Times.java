package dev.aludel.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;

/// How long something took, many times over, to three digits. Safe for many threads.
final class Times {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);

    private final AtomicHistogram all = new AtomicHistogram(LONGEST, 3);

    void record(long nanos) {
        all.recordValue(Math.clamp(nanos, 0, LONGEST));
    }

    /// Returns milliseconds, NaN if there is nothing.
    double percentile(double percent) {
        return all.getTotalCount() == 0 ? Double.NaN : Waits.millis(all.getValueAtPercentile(percent));
    }

    /// Returns milliseconds, NaN if there is nothing.
    double longest() {
        return percentile(100);
    }
}
