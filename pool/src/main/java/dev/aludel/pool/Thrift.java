package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Gives back what the pool does not use, while its server has no connection left for others.
///
/// A pool that was refused knows that it shares a server that is too small for all. For a minute from
/// then on it keeps no connection that nobody has used for a second, but for [Settings#minIdle], and
/// the last one. If each pool does so, those that have little to do make room for those that have much,
/// and by turns. What is in use is given up by none.
final class Thrift implements Runnable {
    /// How long a connection is unused when it is not kept, and how often that is looked for.
    static final long UNUSED = TimeUnit.SECONDS.toNanos(1);

    private final QueuePool pool;
    private final Crowd crowd;
    private final AtomicBoolean running = new AtomicBoolean();

    Thrift(QueuePool pool, Crowd crowd) {
        this.pool = pool;
        this.crowd = crowd;
    }

    /// The server has refused a connection, as it has none left.
    void start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            try {
                pool.scheduling().executor().execute(this);
            } catch (Throwable e) { // no thread or memory to be had: the next refusal tries again
                running.set(false);
            }
        }
    }

    @Override
    public void run() {
        try {
            do {
                while (isCalledFor()) {
                    giveBack();
                    pool.scheduling().park().accept(UNUSED);
                }
                running.set(false);
            } while (isCalledFor() && running.compareAndSet(false, true));
        } catch (Throwable e) { // as above
            running.set(false);
        }
    }

    private boolean isCalledFor() {
        return !pool.isClosed() && crowd.isFelt(pool.now());
    }

    private void giveBack() {
        Slot[] slots = pool.line().slots();
        int count = 0;
        for (int index = slots.length - 1; index >= 0; index--) { // the highest go unused
            if (isSpare() && give(slots[index])) {
                count++;
            }
        }
        pool.physical().gaveBack(count);
    }

    private boolean isSpare() {
        int idle = pool.line().count(Slot.IDLE);
        return idle > pool.config().minIdle() && idle + pool.line().count(Slot.LENT) > 1;
    }

    /// Gives a slot's connection back if nobody has used it.
    private boolean give(Slot slot) {
        long returned = slot.returned();
        if (pool.now() - returned < UNUSED || !slot.move(Slot.IDLE, Slot.LENT)) {
            return false;
        }
        if (slot.returned() != returned) { // it was used meanwhile
            pool.line().hand(slot);
            return false;
        }
        pool.retire(slot);
        return true;
    }
}
