package dev.aludel.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/// How long callers waited for their connection. Safe for many threads; the callers share a few histograms.
final class Waits {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final AtomicHistogram[] stripes = new AtomicHistogram[8];

    Waits() {
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new AtomicHistogram(LONGEST, DIGITS);
        }
    }

    /// Records a wait of this caller, in nanoseconds.
    void record(int caller, long nanos) {
        stripes[caller % stripes.length].recordValue(Math.clamp(nanos, 0, LONGEST));
    }

    /// Adds the percentiles to the figures, in milliseconds.
    void addTo(Map<String, Double> figures) {
        Histogram all = new Histogram(LONGEST, DIGITS);
        for (AtomicHistogram stripe : stripes) {
            all.add(stripe);
        }
        figures.put("wait p50 ms", millis(all.getValueAtPercentile(50)));
        figures.put("wait p99 ms", millis(all.getValueAtPercentile(99)));
        figures.put("wait p999 ms", millis(all.getValueAtPercentile(99.9)));
        figures.put("wait max ms", millis(all.getMaxValue()));
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
