package dev.aludel.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What one tenant may still have: a permit for each connection, and those who wait for one of them.
///
/// It works as the [Line] does. A permit that comes back is handed to whose turn it is, while it still counts as
/// taken. Only when nobody waits does it become free, and then the queue is looked at once more: whoever joined
/// meanwhile has either seen the free permit or is seen. Giving one back needs no memory.
///
/// There is one only while somebody has to do with it, so that as many names as ever come leave nothing behind.
final class Tenant {
    private static final int FORGOTTEN = Integer.MIN_VALUE;

    final String name;
    private final int most;
    private final KnownTenants all;
    private final AtomicInteger free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Ranks queue;

    /// How many have to do with it: who has a permit, wants one, or is about to.
    private final AtomicInteger callers = new AtomicInteger();

    /// For how long those who had a permit had no connection yet, in nanoseconds.
    private final AtomicLong lacked = new AtomicLong();

    /// How many have a permit, and no connection yet.
    private final AtomicInteger lacking = new AtomicInteger();

    private volatile @Nullable Refusals refusals;

    Tenant(String name, int most, KnownTenants all) {
        this.name = name;
        this.most = most;
        this.all = all;
        this.free = new AtomicInteger(most);
        this.queue = all.queue(waiting);
    }

    /// Returns how many connections it may have.
    int most() {
        return most;
    }

    int waiting() {
        return waiting.get();
    }

    /// Returns how many wait who would be served before one of a priority who comes now.
    int waitingBefore(Priority priority) {
        return queue.before(priority);
    }

    /// Returns how many at least came later than a waiter and had their turn before.
    long overtook(Waiter waiter) {
        return queue.overtook(waiter);
    }

    /// Returns those who wait, and perhaps some who have left.
    Iterable<Waiter> waiters() {
        return queue;
    }

    /// Returns who is the next of those who wait, or null.
    @Nullable
    Waiter oldest() {
        return queue.oldest();
    }

    /// One more has to do with it, until [#exit].
    ///
    /// @return false if it is forgotten: another is to be made
    boolean enter() {
        for (int now = callers.get(); now >= 0; now = callers.get()) {
            if (callers.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /// Who was the last takes it out, unless another enters meanwhile.
    void exit() {
        if (callers.decrementAndGet() == 0 && callers.compareAndSet(0, FORGOTTEN)) {
            all.forget(this);
        }
    }

    /// Takes a permit if one is free and nobody waits.
    boolean take() {
        return queue.peek() == null && takeFree();
    }

    private boolean takeFree() {
        for (int now = free.get(); now > 0; now = free.get()) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }

    /// Puts one behind his equals, unless as many wait as may, and pairs those who wait with permits that came free
    /// meanwhile.
    ///
    /// @param mostWaiting how many may, whatever for
    /// @return whether he joined
    boolean join(Waiter waiter, int mostWaiting) {
        if (!queue.countIn(waiter, mostWaiting)) {
            return false;
        }
        queue.put(waiter, false);
        while (queue.peek() != null && takeFree()) {
            hand();
        }
        return true;
    }

    /// Gives a permit to whose turn it is, or makes it free.
    void hand() {
        do {
            if (offer()) {
                return;
            }
            free.incrementAndGet();
        } while (queue.peek() != null && takeFree());
    }

    private boolean offer() {
        for (Waiter next = queue.poll(); next != null; next = queue.poll()) {
            if (next.permit()) {
                queue.hadHisTurn(next);
                queue.movesOn(next);
                all.wake(next.thread);
                return true;
            }
        }
        return false;
    }

    /// Gives the next who waits an error.
    ///
    /// @return whether there was one
    boolean failNext(Throwable error) {
        for (Waiter next = queue.poll(); next != null; next = queue.poll()) {
            if (next.fail(error)) {
                queue.countOut(next);
                all.wake(next.thread);
                return true;
            }
        }
        return false;
    }

    /// Lets one go whose time is up.
    ///
    /// @return whether he had no outcome; else the outcome counts
    boolean leave(Waiter waiter) {
        return queue.leave(waiter);
    }

    /// Gives on the permit of one who is gone, and has not seen yet that he has it.
    void handOn() {
        all.left();
        hand();
    }

    /// Gives back a permit, of who has nothing to do with its tenant any more; if he has one.
    static void giveBack(@Nullable Tenant tenant) {
        if (tenant != null) {
            tenant.giveBack();
        }
    }

    private void giveBack() {
        try {
            hand();
        } finally { // even without the memory to wake somebody
            exit();
        }
    }

    /// Somebody has got a permit, and has no connection yet, until [#lacked(long)].
    void lacks() {
        lacking.incrementAndGet();
    }

    /// Returns how many have a permit, and no connection yet.
    int lacking() {
        return lacking.get();
    }

    /// Who had a permit had no connection for so long. Whoever looks meanwhile finds him in both, not in none.
    void lacked(long time) {
        if (time > 0) {
            lacked.addAndGet(time);
        }
        lacking.decrementAndGet();
    }

    long lacked() {
        return lacked.get();
    }

    /// Returns the errors of its callers who are refused.
    @Nullable
    Refusals refusals() {
        return refusals;
    }

    Refusals refusals(Refusals made) {
        refusals = made;
        return made;
    }
}
