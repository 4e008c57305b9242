package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How things went during a wait, and before it.
///
/// @param length   of the wait, in seconds
/// @param seats    how many connections the pool may have
/// @param stood    for how long of it nothing ran, in seconds
/// @param opened   how many connections were opened within it, of the last 64
/// @param loans    how many loans ended within it
/// @param heldEach for how long each of them was held
/// @param arrivals how many callers a second came, or NaN if that is not known
/// @param oneServer whether sessions of the server that was looked at can be told to be the pool's: all
///               connections lead there, and the driver knows their numbers
/// @param fresh    whether the pool was calm up to a moment before the wait
/// @param calm     how it goes while the pool is not saturated, or null if that was not seen
record Course(
        double length,
        int seats,
        double stood,
        int opened,
        double loans,
        Duration heldEach,
        double arrivals,
        boolean oneServer,
        boolean fresh,
        Pace.@Nullable Calm calm) {
    /// How much longer than usual a loan is that is slow, and up to which it is as fast as ever.
    private static final double SLOWER = 1.5;

    private static final double AS_FAST = 1.25;

    /// The part of the loans a second that make a server as busy as before.
    private static final double AS_MANY = 0.8;

    /// Above which it is busier than was ever seen.
    private static final double MORE = 1.25;

    /// Who holds a connection for longer, in seconds, is slow whatever the wait.
    private static final double SLOW = 1;

    /// A burst is over within so many seconds.
    private static final double SHORT = 1;

    /// Returns whether connections are returned again and again during the wait: then none of them is the cause.
    boolean flows() {
        double each = heldEach.toNanos() / 1e9;
        return loans >= 2.0 * seats && each <= length / 4 && each <= SLOW;
    }

    /// Returns whether loans take much longer than while the pool is not saturated.
    boolean isSlower() {
        return calm != null && heldEach.toNanos() >= SLOWER * calm.heldEach().toNanos();
    }

    /// Returns whether loans take about as long.
    boolean isAsFast() {
        return calm != null && heldEach.toNanos() <= AS_FAST * calm.heldEach().toNanos();
    }

    /// Returns whether as many are served as ever, and not more.
    boolean servesAsMany() {
        return calm != null && perSecond() >= AS_MANY * calm.perSecond() && perSecond() <= MORE * calm.perSecond();
    }

    double perSecond() {
        return loans / length;
    }

    /// Returns whether the caller had little time, and the pool suffices by far on the whole.
    boolean isBurst() {
        return calm != null && fresh && length <= SHORT && calm.busy() <= Verdict.MOST * seats;
    }

    /// Returns how many connections those would keep busy who come, or null if it cannot be derived.
    @Nullable
    Double needed() {
        return calm == null || Double.isNaN(arrivals)
                ? null
                : arrivals * calm.heldEach().toNanos() / 1e9;
    }
}
