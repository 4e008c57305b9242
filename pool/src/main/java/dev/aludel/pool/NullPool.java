package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// A pool that keeps nothing: what comes back is closed, and nobody waits for what others have.
final class NullPool extends QueuePool {
    NullPool(Config config) {
        super(config, 1);
    }

    @Override
    boolean isWorthWaiting() {
        return false;
    }

    @Override
    void returned(Slot slot, boolean fit, long at, @Nullable Opened running) {
        super.returned(slot, false, at, running);
    }
}
