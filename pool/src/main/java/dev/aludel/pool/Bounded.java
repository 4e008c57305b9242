package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Calls of the driver for one slot, off the callers' threads and with a hard deadline.
///
/// When the deadline passes the work is given up: its thread is interrupted (which closes the socket of a virtual
/// thread), and whatever it brings after all is closed. Its slot is free again, and the thread counts as one of the
/// [Zombies] until it comes back; if there are too many, the slot waits for one of them or its own thread.
///
/// Work is settled once, by its own thread or by giving it up; only who settles it touches the slot.
abstract class Bounded implements Runnable {
    /// How late a thread wakes at most on a machine that runs. Later means that the whole process stood
    /// still, and what is waited for may be there already: it is given a moment more.
    static final long LATE = TimeUnit.SECONDS.toNanos(1);

    private static final int PENDING = 0;
    private static final int DONE = 1;
    private static final int GIVEN_UP = 2;
    /// Given up, and its slot is not free yet.
    private static final int OUT_OF_TIME = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Bounded.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final QueuePool pool;
    final Slot slot;
    final long began;

    private volatile int state = PENDING;
    private volatile @Nullable Thread worker;
    private volatile @Nullable Thread watchdog;

    /// @param slot a slot in state `CONNECTING`, which this now owns
    Bounded(QueuePool pool, Slot slot) {
        this.pool = pool;
        this.slot = slot;
        this.began = pool.now();
        slot.workedOnBy(this);
    }

    /// Returns the thread that is at work, or null if none is.
    final @Nullable Thread worker() {
        return worker;
    }

    /// Does the work, and settles it.
    abstract void work();

    /// The work broke off, given up or not: closes the connection that was in the slot. Called last,
    /// since it may hang.
    abstract void letGo();

    /// The work broke off without being settled; it is now.
    abstract void broke(Throwable error);

    /// The deadline has passed; the work is settled, and the slot is to be free.
    abstract void givenUp();

    /// Starts the work and its watchdog. Throws what the executor does if there is no thread to be had; the work may
    /// have begun nevertheless.
    void start() {
        pool.scheduling().executor().execute(this);
        startWatch();
    }

    final void startWatch() {
        pool.scheduling().executor().execute(() -> watch(pool.config().connectTimeout()));
    }

    @Override
    public final void run() {
        worker = Thread.currentThread();
        try {
            work();
        } catch (Throwable e) { // say, no memory: the slot must come back whatever it is
            breakOff(e);
        } finally {
            worker = null;
            slot.leftBy(this);
            cameBack();
            wake(watchdog);
        }
    }

    /// Ends the work, unless it has settled itself: then what it had is in the slot, or closed.
    final void breakOff(Throwable error) {
        boolean settles = settle();
        if (!settles && state == DONE) {
            return;
        }
        try {
            if (settles) {
                broke(error);
            }
        } finally {
            letGo();
        }
    }

    private void cameBack() {
        if (STATE.compareAndSet(this, OUT_OF_TIME, DONE)) {
            givenUp();
        } else if (state == GIVEN_UP) {
            pool.zombies().leave();
        }
    }

    private void wake(@Nullable Thread thread) {
        if (thread != null) {
            pool.scheduling().unpark().accept(thread);
        }
    }

    /// Returns whether what the work brings is of use to nobody any more.
    final boolean isUnwanted() {
        return state != PENDING;
    }

    private boolean isSettled() {
        return state == DONE || state == GIVEN_UP;
    }

    /// Settles the work, unless it was given up.
    ///
    /// @return whether it was still wanted
    final boolean settle() {
        return STATE.compareAndSet(this, PENDING, DONE);
    }

    private void watch(long limit) {
        watchdog = Thread.currentThread();
        watches(limit);
        for (long end = limit; !isSettledWithin(end) && (left(end) < -LATE || !giveUp()); end = soon()) {
            goesOn();
        }
    }

    /// The deadline has passed, but the process stood still or there are too many zombies.
    void goesOn() {}

    /// The watch begins.
    void watches(long limit) {}

    private long soon() {
        return pool.now() - began + Growth.OVERDUE;
    }

    /// Returns whether the work is settled now.
    private boolean giveUp() {
        if (!pool.zombies().admit(pool.line().capacity().total())) {
            if (STATE.compareAndSet(this, PENDING, OUT_OF_TIME)) {
                interrupt();
            }
            return false;
        }
        if (STATE.compareAndSet(this, PENDING, GIVEN_UP)) {
            interrupt();
            givenUp();
        } else if (STATE.compareAndSet(this, OUT_OF_TIME, GIVEN_UP)) {
            givenUp();
        } else {
            pool.zombies().leave();
        }
        return true;
    }

    private void interrupt() {
        Thread thread = worker;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Waits until the work is settled or has taken so long.
    private boolean isSettledWithin(long limit) {
        return comesTrueWithin(limit, this::isSettled);
    }

    /// Waits until something about the work is true, or it has taken so long.
    final boolean comesTrueWithin(long limit, BooleanSupplier condition) {
        for (long left = left(limit); !condition.getAsBoolean() && left > 0; left = left(limit)) {
            pool.scheduling().park().accept(left);
        }
        return condition.getAsBoolean();
    }

    private long left(long limit) {
        return limit - (pool.now() - began);
    }
}
