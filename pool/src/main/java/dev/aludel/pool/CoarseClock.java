package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A clock that one thread reads for all others: see [Settings#clockResolution].
///
/// The thread is there while there are checkouts, and for one or two seconds longer; who works on with a
/// connection after that starts it again. While it is not there, each reads the exact clock. The thread may be
/// late, so the difference of two readings is right on average only; and the first reading after its start may be
/// earlier than one before.
final class CoarseClock extends Padded implements Runnable {
    /// Nobody reads for others.
    private static final long NONE = Long.MIN_VALUE;

    /// The thread ends when it sees no checkout for so long; when none could be had, nobody asks for one for so long.
    private static final long LEISURE = TimeUnit.SECONDS.toNanos(1);

    private static final VarHandle TIME;

    static {
        try {
            TIME = MethodHandles.lookup().findVarHandle(CoarseClock.class, "time", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LongSupplier exact;
    private final LongConsumer park;
    private final Executor threads;
    private final long resolution;
    private final LongSupplier checkouts;
    private final BooleanSupplier over;
    private final AtomicBoolean running = new AtomicBoolean();

    @SuppressWarnings("unused") // by TIME
    private long time = NONE;

    private volatile long startsAgain;

    /// @param threads    starts the thread: not a virtual one, whose carriers may all be at work for long
    /// @param resolution nanoseconds
    /// @param checkouts  how many there were so far
    /// @param over       whether there will be no more
    CoarseClock(
            LongSupplier exact,
            LongConsumer park,
            Executor threads,
            long resolution,
            LongSupplier checkouts,
            BooleanSupplier over) {
        this.exact = exact;
        this.park = park;
        this.threads = threads;
        this.resolution = resolution;
        this.checkouts = checkouts;
        this.over = over;
    }

    /// Makes a pool's, or returns null if its times are to be exact.
    static @Nullable CoarseClock of(Config config, Line line, Lending lending) {
        if (config.clockResolution() == 0) {
            return null;
        }
        Scheduling scheduling = config.scheduling();
        return new CoarseClock(
                scheduling::now,
                scheduling.park(),
                CoarseClock::startThread,
                config.clockResolution(),
                line::checkouts,
                lending::isClosed);
    }

    /// Starts a daemon thread that keeps no class loader and no thread-local of the caller's, whose application may be
    /// replaced.
    private static void startThread(Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("aludel-pool-clock")
                .inheritInheritableThreadLocals(false)
                .unstarted(task);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /// Returns the time, in nanoseconds from some origin, that was read last.
    long now() {
        long last = (long) TIME.getOpaque(this);
        return last == NONE ? begin() : last;
    }

    private long begin() {
        long now = exact.getAsLong();
        boolean wanted = !over.getAsBoolean() && now >= startsAgain && !running.get();
        if (wanted && running.compareAndSet(false, true)) {
            try {
                threads.execute(this);
            } catch (Throwable e) { // no thread to be had: each reads for itself
                startsAgain = now + LEISURE;
                running.set(false);
            }
        }
        return now;
    }

    @Override
    public void run() {
        try {
            readWhileUsed();
        } finally {
            TIME.setOpaque(this, NONE);
            running.set(false);
        }
    }

    private void readWhileUsed() {
        long seen = -1;
        long looked = exact.getAsLong();
        for (long now = looked; !over.getAsBoolean(); now = exact.getAsLong()) {
            TIME.setOpaque(this, now);
            if (now - looked >= LEISURE || seen < 0) {
                long made = checkouts.getAsLong();
                if (made == seen) {
                    return;
                }
                seen = made;
                looked = now;
            }
            park.accept(resolution);
            boolean ignored = Thread.interrupted(); // by who interrupts all: it would never park again
        }
    }
}
