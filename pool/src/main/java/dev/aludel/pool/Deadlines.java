package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sees to it that the time of those who queue ends, without a timer for each of them: nearly all get a
/// connection long before.
///
/// Who may wait for long parks without an end. One thread, which is there only while somebody does,
/// looks at the queue, and at those of the tenants, when the first of their deadlines is near, and
/// wakes those it finds: they park once more, with a timer, for what is left. So a deadline is kept as
/// well as the JDK's timers keep it, and a wait that ends well costs none. (Timers are one heap for all
/// virtual threads of the JVM, entered and left at each wait: a good part of a crowded pool's work.
/// Platform threads have timers of their own and keep them, so that they do not depend on a virtual
/// one's turn.)
///
/// As it is there whenever somebody waits for long, it also has dropped connections and circular waits
/// looked for.
final class Deadlines implements Runnable {
    /// Who has no longer to wait than this has a timer of his own.
    static final long NEAR = TimeUnit.MILLISECONDS.toNanos(200);

    /// How long it rests at a time.
    static final long BEAT = TimeUnit.MILLISECONDS.toNanos(250);

    /// For how long nobody asks for a thread after there was none to be had.
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final Line line;
    private final Dropped dropped;
    private final Circles circles;
    private final Standstills standstills;
    private final Scheduling scheduling;
    private final AtomicBoolean running = new AtomicBoolean();

    /// When the queue is looked at next: not after the deadline of anybody who parks without an end is near.
    private final AtomicLong next = new AtomicLong(NEVER);

    private volatile @Nullable Thread thread;
    private volatile long startsAgain;

    /// Whether there was no memory to wake all of those who park without an end: whoever comes next tries again.
    private volatile boolean unwoken;

    /// When the queue was looked at last. Whose deadline was near then is awake, or has a timer.
    private long looked = Long.MIN_VALUE;

    Deadlines(Line line, Dropped dropped, Circles circles, Standstills standstills, Scheduling scheduling) {
        this.standstills = standstills;
        this.line = line;
        this.circles = circles;
        this.dropped = dropped;
        this.scheduling = scheduling;
    }

    /// Returns whether who leaves at an instant has no longer to wait than who has a timer of his own.
    static boolean isNear(long instant, long now) {
        return instant - now <= NEAR;
    }

    /// Parks the calling thread until it is unparked or its time is up; may return for no reason.
    ///
    /// @param waiter the caller's, in the queue
    /// @param until  when its time is up, not before its deadline
    void park(Waiter waiter, long now, long until) {
        if (unwoken) {
            giveUp(now);
        }
        long near = waiter.deadline - scheduling.near();
        boolean seen = near > now && now >= startsAgain && isLookedAtBy(Math.min(near, now + Dropped.ROUND), now);
        boolean far = seen && waiter.thread.isVirtual();
        long end = now < startsAgain ? Math.min(until, startsAgain) : until; // then asks for a thread once more
        scheduling.park().accept(far ? NEVER : end - now);
    }

    /// Has the queue looked at not later than at an instant.
    ///
    /// @return whether it will be
    private boolean isLookedAtBy(long instant, long now) {
        return plan(instant) ? wake(now) : thread != null;
    }

    /// Returns whether the next look is earlier now.
    private boolean plan(long instant) {
        for (long planned = next.get(); instant < planned; planned = next.get()) {
            if (next.compareAndSet(planned, instant)) {
                return true;
            }
        }
        return false;
    }

    /// Has the plan looked at.
    ///
    /// @return whether it will be: a thread that is only being started may not come
    private boolean wake(long now) {
        Thread sleeper = thread;
        if (!running.get() && running.compareAndSet(false, true)) {
            return start(now);
        }
        if (sleeper != null) {
            scheduling.unpark().accept(sleeper);
        }
        return sleeper != null;
    }

    private boolean start(long now) {
        try {
            scheduling.executor().execute(this);
            return true;
        } catch (Throwable e) {
            giveUp(now);
            return false;
        }
    }

    /// For want of a thread or of memory: everybody is woken, to wait with a timer.
    ///
    /// @return whether there was the memory to
    private boolean giveUp(long now) {
        startsAgain = now + AGAIN;
        thread = null;
        running.set(false);
        next.set(NEVER);
        unwoken = true;
        try {
            wakeAll(line.waiters());
            line.tenants().all().forEach(tenant -> wakeAll(tenant.waiters()));
            unwoken = false;
            return true;
        } catch (VirtualMachineError e) {
            return false;
        }
    }

    private void wakeAll(Iterable<Waiter> waiters) {
        waiters.forEach(waiter -> scheduling.unpark().accept(waiter.thread));
    }

    /// Says that nobody queues any more.
    void stop() {
        if (next.getAndSet(Long.MIN_VALUE) != NEVER) {
            wake(scheduling.now());
        }
    }

    @Override
    public void run() {
        try {
            lookOut();
        } catch (Throwable e) { // say, no memory; nobody else would wake those who wait without a timer
            while (!giveUp(scheduling.now())) {
                Thread.onSpinWait(); // each try has the collector run
            }
        }
    }

    private void lookOut() {
        do {
            thread = Thread.currentThread();
            for (long wait = look(); wait != NEVER; wait = look()) {
                if (wait > 0) {
                    rest(wait);
                }
            }
            thread = null;
            running.set(false);
        } while (next.get() != NEVER && running.compareAndSet(false, true));
    }

    /// Rests until more is due, somebody wakes it, or a little has passed: so it is seen when nothing runs.
    private void rest(long wait) {
        long meant = scheduling.now() + Math.min(wait, BEAT);
        scheduling.park().accept(Math.min(wait, BEAT));
        standstills.woke(meant, scheduling.now());
    }

    /// Does what is due.
    ///
    /// @return nanoseconds until more is, 0 if it is already, or `NEVER` if there is nothing to wait for
    private long look() {
        long now = scheduling.now();
        if (next.get() <= now) {
            next.set(NEVER); // who joins from now on says so himself; all others are seen
            plan(Math.max(wakeWhoIsNear(now), now + scheduling.near() / 2));
            looked = now;
            lookForDropped(now);
        }
        long planned = next.get();
        return planned == NEVER ? NEVER : Math.max(planned, now) - now; // it may have been moved meanwhile
    }

    /// A caller who has waited for long may wait for a connection that nobody has, or for one whose
    /// holder waits, too: an attempt to connect may have failed since.
    private void lookForDropped(long now) {
        boolean inLine = hasWaited(line.oldest(), now);
        if (inLine || line.tenants().all().stream().anyMatch(tenant -> hasWaited(tenant.oldest(), now))) {
            dropped.look(now);
        }
        if (inLine) {
            circles.open(now);
        }
    }

    private static boolean hasWaited(@Nullable Waiter waiter, long now) {
        return waiter != null && now - waiter.since >= Dropped.ROUND;
    }

    /// Returns when to look again, for the next who is near or for dropped connections, or `NEVER`.
    private long wakeWhoIsNear(long now) {
        long earliest = wakeWhoIsNear(line.waiters(), now);
        for (Tenant tenant : line.tenants().all()) {
            earliest = Math.min(earliest, wakeWhoIsNear(tenant.waiters(), now));
        }
        return earliest;
    }

    private long wakeWhoIsNear(Iterable<Waiter> waiters, long now) {
        long earliest = NEVER;
        for (Waiter waiter : waiters) {
            long near = waiter.deadline - scheduling.near();
            if (waiter.outcome() != null) {
                continue; // it has left
            }
            if (near > now) {
                earliest = Math.min(earliest, Math.min(near, now + Dropped.ROUND));
            } else if (near > looked) {
                scheduling.unpark().accept(waiter.thread);
            }
        }
        return earliest;
    }
}
