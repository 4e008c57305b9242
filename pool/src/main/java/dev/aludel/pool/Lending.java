package dev.aludel.pool;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Whether a pool lends: yes, not now, or never again. And those who wait until it has come to rest.
final class Lending {
    private static final long NOT = 0;

    private final Scheduling scheduling;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong suspended = new AtomicLong(NOT);
    private final Queue<Thread> watchers = new ConcurrentLinkedQueue<>();

    Lending(Scheduling scheduling) {
        this.scheduling = scheduling;
    }

    boolean isClosed() {
        return closed.get();
    }

    /// Returns whether connections may be opened and lent.
    boolean isOpen() {
        return suspended.get() == NOT && !closed.get();
    }

    /// Returns since when the pool does not lend, or 0 if it does.
    long suspendedSince() {
        return suspended.get();
    }

    /// Closes it for ever.
    ///
    /// @return whether it was not closed before
    boolean close() {
        return closed.compareAndSet(false, true);
    }

    void suspend() {
        suspended.compareAndSet(NOT, scheduling.now());
    }

    /// Ends a suspension.
    ///
    /// @return whether there was one
    boolean resume() {
        return suspended.getAndSet(NOT) != NOT;
    }

    /// Waits until a condition holds, looking whenever [#changed] is called.
    ///
    /// @return whether it did, before the deadline and before the thread was interrupted
    boolean await(BooleanSupplier condition, long deadline) {
        Thread self = Thread.currentThread();
        watchers.add(self);
        try {
            while (!condition.getAsBoolean()) {
                long left = deadline - scheduling.now();
                if (left <= 0 || self.isInterrupted()) {
                    return false;
                }
                scheduling.park().accept(left);
            }
            return true;
        } finally {
            watchers.remove(self);
        }
    }

    /// Says that a slot has come to rest.
    void changed() {
        if (!watchers.isEmpty()) { // else nothing is made for it: memory may be short
            watchers.forEach(scheduling.unpark());
        }
    }
}
