package dev.aludel.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// Bounds how many connections are opened at once, whoever wants them: a server that comes back, and many who waited
/// for it, are not to meet all at the same moment. See [Settings#maxConnecting].
final class Openings {
    private final int most;
    private final AtomicInteger now = new AtomicInteger();

    Openings(int most) {
        this.most = most;
    }

    int count() {
        return now.get();
    }

    /// Counts one more in, if as many may be.
    ///
    /// @return whether it did: then [#ended] has to follow
    boolean admit() {
        for (int before = now.get(); before < most; before = now.get()) {
            if (now.compareAndSet(before, before + 1)) {
                return true;
            }
        }
        return false;
    }

    /// One is over, or hangs. Whoever calls has to see to those who were not admitted.
    void ended() {
        now.decrementAndGet();
    }
}
