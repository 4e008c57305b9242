package dev.aludel.lab;

import java.time.Duration;
import java.util.Locale;

/// How durations are written.
final class Time {
    private Time() {}

    /// Returns for example `3.01 s`, or `48 ms` if it is under a second.
    static String text(Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        return seconds < 0.9995 ? Math.round(seconds * 1_000) + " ms" : String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
