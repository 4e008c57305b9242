package dev.aludel.pool;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Closes overflow connections that nobody used for a while. Runs only while there are some.
final class Linger implements Runnable {
    private final QueuePool pool;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable Thread thread;

    Linger(QueuePool pool) {
        this.pool = pool;
    }

    /// Says that an overflow connection has become idle.
    void start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            pool.scheduling().executor().execute(this);
        }
    }

    /// Wakes it, for it to find the pool closed.
    void stop() {
        Thread sleeper = thread;
        if (sleeper != null) {
            pool.scheduling().unpark().accept(sleeper);
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        do {
            for (long wait = pool.closeLingering(); wait > 0; wait = pool.closeLingering()) {
                pool.scheduling().park().accept(wait);
            }
            running.set(false);
        } while (pool.closeLingering() > 0 && running.compareAndSet(false, true));
    }
}
