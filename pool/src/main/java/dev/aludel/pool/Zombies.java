package dev.aludel.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts the calls of the driver that were given up and have not come back. Each holds a thread and may hold a
/// connection to the server, so there is a limit: beyond it a slot waits, for its own call or for one of these to come
/// back.
final class Zombies {
    private final AtomicInteger count = new AtomicInteger();

    /// Counts one more, if there are fewer than that.
    boolean admit(int most) {
        for (int now = count.get(); now < most; now = count.get()) {
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /// One has come back, or was not given up after all.
    void leave() {
        count.decrementAndGet();
    }

    int count() {
        return count.get();
    }
}
