package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Looks after connections that nobody has: closes those that were unused for too long or are too old, checks those
/// that are to be kept alive, opens as many as shall be ready. Runs only while there is something to look after.
final class Upkeep implements Runnable {
    /// How often it looks at least, if more than overflow is to be looked after.
    private static final long ROUND = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final QueuePool pool;
    private final Line line;
    private final Config config;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Leaks leaks;
    private final Dropped dropped;
    private volatile @Nullable Thread thread;

    /// Whether it would have opened more if more might be opened at once.
    private volatile boolean heldBack;

    /// How long it meant to wait when it waited last.
    private long pause;

    Upkeep(QueuePool pool, Line line, Leaks leaks, Dropped dropped) {
        this.pool = pool;
        this.line = line;
        this.config = pool.config();
        this.leaks = leaks;
        this.dropped = dropped;
    }

    /// Says that there is a connection, or one has become idle.
    void start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            try {
                pool.scheduling().executor().execute(this);
            } catch (Throwable e) { // no thread to be had: the next connection that becomes idle tries again
                running.set(false);
            }
        }
    }

    /// Wakes it, for it to find the pool closed, or more to do.
    void stop() {
        Thread sleeper = thread;
        if (sleeper != null) {
            pool.scheduling().unpark().accept(sleeper);
        }
    }

    /// One more may be opened.
    void goesOn() {
        if (heldBack) {
            stop();
        }
    }

    @Override
    public void run() {
        try {
            lookAfter();
        } catch (Throwable e) { // the next connection that becomes idle starts it again
            running.set(false);
        }
    }

    private void lookAfter() {
        thread = Thread.currentThread();
        do {
            for (long wait = look(); wait > 0; wait = look()) {
                pause = wait;
                rest(wait);
            }
            running.set(false);
        } while (look() > 0 && running.compareAndSet(false, true));
    }

    private void rest(long time) {
        try {
            pool.scheduling().park().accept(time);
        } catch (VirtualMachineError e) {
            Thread.onSpinWait(); // no memory to park: it looks once more, and then tries to rest again
        }
    }

    /// Does what is due; if that fails, say for want of memory or because the log throws, later.
    private long look() {
        try {
            return round();
        } catch (Throwable e) {
            return pool.isClosed() ? 0 : ROUND;
        }
    }

    /// Does what is due.
    ///
    /// @return nanoseconds until more may be due, or 0 if there is nothing to wait for
    private long round() {
        long next = NEVER;
        dropped.look(pool.now());
        for (Slot slot : line.slots()) {
            if (slot.state() == Slot.IDLE && pool.isOpen()) {
                next = Math.min(next, look(slot));
            }
        }
        if (config.minIdle() > 0 && pool.isOpen()) {
            open();
            next = Math.min(next, ROUND);
        }
        if (leaks.areLookedFor() && !pool.isClosed()) {
            next = Math.min(next, Math.min(ROUND, leaks.look(pool.now(), pause)));
        }
        if (config.hasUpkeep() && !pool.isClosed() && !line.isVacant()) {
            next = Math.min(next, ROUND); // what is lent may be dropped
        }
        return next == NEVER ? 0 : config.hasUpkeep() ? Math.min(next, ROUND) : next;
    }

    /// Does what is due for one slot.
    ///
    /// @return nanoseconds until more is
    private long look(Slot slot) {
        long returned = slot.returned();
        long unused = leftUnused(slot);
        long alive = leftOfLife(slot);
        long left = Math.min(Math.min(unused, alive), leftUnchecked(slot));
        if (left > 0 || !slot.move(Slot.IDLE, Slot.LENT)) {
            return left > 0 ? left : NEVER;
        }
        if (slot.returned() != returned) { // it was used meanwhile
            line.hand(slot);
        } else if (unused <= 0 || alive <= 0) {
            pool.retire(slot);
        } else {
            pool.check(slot);
        }
        return config.hasUpkeep() ? ROUND : NEVER;
    }

    private long leftUnused(Slot slot) {
        boolean lasting = slot.index < line.capacity().size();
        if (lasting && (config.idleTimeout() == 0 || line.count(Slot.IDLE) <= config.minIdle())) {
            return NEVER;
        }
        return slot.returned() + (lasting ? config.idleTimeout() : config.linger()) - pool.now();
    }

    private long leftOfLife(Slot slot) {
        return config.maxLifetime() == 0 ? NEVER : slot.expiresAt - pool.now();
    }

    private long leftUnchecked(Slot slot) {
        return config.keepAlive() == 0 ? NEVER : slot.lastUsed() + config.keepAlive() - pool.now();
    }

    /// Opens connections until enough are ready. What fails is tried again in the next round.
    ///
    /// No slot is taken that is not used: who looks for one meanwhile would not find it, and wait.
    private void open() {
        heldBack = false;
        int ready = line.count(Slot.IDLE) + line.count(Slot.CONNECTING);
        for (Slot slot : line.slots()) {
            boolean wanted =
                    ready < config.minIdle() && slot.index < line.capacity().size() && slot.state() == Slot.EMPTY;
            if (wanted && pool.growth().open(slot)) {
                ready++;
            } else if (wanted) {
                heldBack = true;
            }
        }
    }
}
