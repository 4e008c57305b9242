package dev.aludel.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// How late this machine lets a thread go on that wanted to wait for a moment, at most: what no bound of a pool's can
/// be held to.
final class Lateness implements AutoCloseable {
    private static final long MOMENT = 5_000_000;

    private final AtomicLong most = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("lateness").start(this::watch);

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            long began = System.nanoTime();
            LockSupport.parkNanos(MOMENT);
            most.accumulateAndGet(System.nanoTime() - began - MOMENT, Math::max);
        }
    }

    /// Returns the most so far.
    Duration most() {
        return Duration.ofNanos(most.get());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
