package dev.aludel.pool;

import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The one seam for everything that waits, spawns or draws random numbers, so that a pool runs on a
/// virtual clock.
///
/// Time begins at 1 with the first pool, whatever the ticker says: it does not wrap in this century,
/// and 0 is left for "never".
///
/// @param ticker   monotonic nanoseconds
/// @param park     parks the current thread for so many nanoseconds at most, `Long.MAX_VALUE` for
///               without an end
/// @param unpark   wakes a parked thread
/// @param executor runs what must not run on a caller's thread: connecting, checking, closing
/// @param random   for jitter
/// @param near     who has no longer to wait, in nanoseconds, parks with a time; `Long.MAX_VALUE`:
///               everybody does, see [Deadlines]
/// @param neighbours the pools that go by this time and may be waited in together: what a pool knows of
///               others
record Scheduling(
        LongSupplier ticker,
        LongConsumer park,
        Consumer<Thread> unpark,
        Executor executor,
        RandomGenerator random,
        long near,
        Neighbours neighbours) {
    /// The pools of this JVM: the one thing that they share, see ADR 0016.
    private static final Neighbours OF_THIS_JVM = new Neighbours();

    Scheduling {
        LongSupplier given = ticker;
        long beforeFirst = neighbours.beginning(given) - 1;
        ticker = () -> given.getAsLong() - beforeFirst;
    }

    /// For a pool that knows of no other.
    Scheduling(
            LongSupplier ticker,
            LongConsumer park,
            Consumer<Thread> unpark,
            Executor executor,
            RandomGenerator random,
            long near) {
        this(ticker, park, unpark, executor, random, near, new Neighbours());
    }

    /// With virtual threads that have the context class loader of whoever calls this, and so of whoever
    /// makes a pool: a driver, and what a driver loads, may be nowhere else, as in an application
    /// server.
    static Scheduling system() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ThreadFactory threads = Thread.ofVirtual()
                .name("aludel-pool-", 0)
                .inheritInheritableThreadLocals(false) // what a caller's thread carries is not the pool's business
                .factory();
        return new Scheduling(
                System::nanoTime,
                Scheduling::park,
                LockSupport::unpark,
                task -> {
                    Thread thread = threads.newThread(task);
                    thread.setContextClassLoader(loader);
                    thread.start();
                },
                () -> new Random().nextLong(), // nothing drawn before, say in an image that many start from, is kept
                Deadlines.NEAR,
                OF_THIS_JVM);
    }

    private static void park(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park();
        } else {
            LockSupport.parkNanos(nanos);
        }
    }

    /// Runs a task on another thread; on this one if there is none to be had.
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            task.run();
        }
    }

    long now() {
        return ticker.getAsLong();
    }
}
