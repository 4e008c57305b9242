package dev.aludel.pool;

import java.util.concurrent.TimeUnit;

/// Bounds how many checkouts have their line of code recorded, since that is dear where thousands wait: 1,000 a
/// second, and as many at once after a quiet second.
///
/// The rate is that of the generic cell rate algorithm (ITU-T I.371): one number says when the budget is whole again.
/// Threads that meet may record a few more; nobody waits for anybody.
final class Budget {
    private static final long EACH = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BURST = TimeUnit.SECONDS.toNanos(1);

    private volatile long whole;

    /// Returns whether there is something left at a time, and takes it.
    boolean take(long now) {
        long next = Math.max(whole, now) + EACH;
        if (next > now + BURST) {
            return false;
        }
        whole = next;
        return true;
    }
}
