package dev.aludel.benchmarks;

import java.time.Duration;
import java.util.List;

/// When a pool is as before after an overload.
final class Recovery {
    /// The windows that are looked at.
    static final Duration WINDOW = Duration.ofMillis(250);

    /// What of the requests that arrive in a window is answered in time when all is well.
    private static final double WELL = 0.95;

    private Recovery() {}

    /// The requests that arrived in one window.
    record Window(int arrived, int good) {
        /// Nobody has come to harm in a window in which nobody arrived.
        boolean isWell() {
            return good >= WELL * arrived;
        }
    }

    /// Returns the seconds until the first window from which on all is well; infinity if the last one is not.
    static double seconds(List<Window> windows) {
        int first = windows.size();
        while (first > 0 && windows.get(first - 1).isWell()) {
            first--;
        }
        return first == windows.size() && first > 0 ? Double.POSITIVE_INFINITY : first * (WINDOW.toMillis() / 1000.0);
    }
}
