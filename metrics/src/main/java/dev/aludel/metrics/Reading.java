package dev.aludel.metrics;

import dev.aludel.pool.PoolSnapshot;
import java.util.HashMap;
import java.util.Map;

/// What a pool said at one instant.
///
/// @param at        the registry's clock, in nanoseconds
/// @param checkouts as in the snapshot, or more, where more was seen before; so are the timeouts
/// @param seconds   connection-seconds by label
record Reading(long at, PoolSnapshot snapshot, long checkouts, long timeouts, Map<String, Seconds> seconds) {
    Reading {
        seconds = Map.copyOf(seconds);
    }

    static Reading of(long at, PoolSnapshot snapshot, Map<String, Seconds> seconds) {
        return new Reading(at, snapshot, snapshot.checkouts(), snapshot.timeouts(), seconds);
    }

    /// Returns the newer snapshot of two, and the higher counts of both.
    ///
    /// A counter that falls is taken for a restart, and all it counted is counted again. A pool's may fall for a
    /// moment, while it moves what a loan has used from one account to another, and a thread that was held up
    /// brings its reading late.
    Reading and(Reading other) {
        Map<String, Seconds> higher = new HashMap<>(seconds);
        other.seconds.forEach((label, those) -> higher.merge(label, those, Seconds::max));
        Reading newer = other.at - at >= 0 ? other : this;
        return new Reading(
                newer.at,
                newer.snapshot,
                Math.max(checkouts, other.checkouts),
                Math.max(timeouts, other.timeouts),
                higher);
    }
}
