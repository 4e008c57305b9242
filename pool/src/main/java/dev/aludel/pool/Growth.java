package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Opens connections for those who queue: as many at once as callers wait, as long as there are empty slots.
///
/// An attempt that hangs must not stand in the way of others. It counts as under way for one second only; then the
/// next empty slot is tried beside it, and so on while callers wait.
final class Growth {
    /// When an attempt stops counting: at TCP's first retransmission (RFC 6298). By then a packet was lost, the
    /// server is busy, or it will never answer.
    static final long OVERDUE = TimeUnit.SECONDS.toNanos(1);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    /// A second after its server is back a pool is to have what it may have.
    static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(800);

    private final QueuePool pool;
    private final Line line;
    private final Lending lending;
    private final Connects connects;
    private final Scheduling scheduling;

    /// Attempts that count.
    private final AtomicInteger underWay = new AtomicInteger();

    private final AtomicBoolean pausing = new AtomicBoolean();
    private volatile long pause = FIRST_PAUSE;

    /// Whether the server gave a connection since it last refused one.
    private volatile boolean answers = true;

    Growth(QueuePool pool, Lending lending, Connects connects) {
        this.pool = pool;
        this.line = pool.line();
        this.lending = lending;
        this.connects = connects;
        this.scheduling = pool.scheduling();
    }

    /// Starts attempts while fewer are under way than callers wait.
    void grow() {
        for (Waiter oldest = line.oldest(); oldest != null && reserve(); oldest = line.oldest()) {
            Slot slot = line.takeEmpty();
            if (slot != null && !pool.mayBeLent(slot)) { // since it was looked at last
                underWay.decrementAndGet();
                pool.vacate(slot);
            } else if (slot != null) {
                boolean begins = attempt(slot, oldest.account).begin();
                if (!begins && pool.isWorthWaiting()) { // else the oldest was told, and the next tries
                    return;
                }
            } else {
                underWay.decrementAndGet();
                if (!line.hasEmpty()) { // else one was vacated meanwhile, by somebody who saw nothing to do
                    return;
                }
            }
        }
    }

    private Attempt attempt(Slot slot, Account account) {
        try {
            return new Attempt(pool, slot, account, false);
        } catch (Throwable e) { // no memory
            underWay.decrementAndGet();
            slot.become(Slot.EMPTY);
            throw e;
        }
    }

    private boolean reserve() {
        while (pool.isOpen() && !pauses()) {
            int now = underWay.get();
            if (now < line.waiting()) {
                if (underWay.compareAndSet(now, now + 1)) {
                    return true;
                }
            } else if (now == underWay.get()) { // else one ended between the two looks, and served somebody else
                return false;
            }
        }
        return false;
    }

    /// A pause is for those who may be served meanwhile. Whoever has nothing to wait for is to learn why at once.
    private boolean pauses() {
        return pausing.get() && !answers && pool.isWorthWaiting();
    }

    /// Has a slot's connection checked, or replaced, for a caller who queues.
    ///
    /// @param slot a slot in state `LENT`, which it stays if this throws; else it is the attempt's
    void refresh(Slot slot, Account account, boolean ping) {
        Attempt attempt = new Attempt(pool, slot, account, ping);
        slot.become(Slot.CONNECTING);
        underWay.incrementAndGet();
        attempt.start();
    }

    /// An attempt has put a connection into its slot.
    void prepared(Attempt attempt) {
        try {
            pool.release(attempt.slot);
        } finally {
            settled(attempt); // not before its waiter is served: or another attempt would be made for it
            lending.changed();
            grow();
        }
    }

    void connected(Attempt attempt) {
        connects.succeeded();
        succeeded();
        prepared(attempt);
    }

    /// An attempt has come to nothing. The oldest of those who queue tries the next idle connection. If there is none
    /// it learns why, unless there are connections to wait for.
    void failed(Attempt attempt, Throwable error) {
        try {
            connects.failed(error, pool.now());
            if (!line.handIdle()) {
                if (!pool.isWorthWaiting()) {
                    line.failOldest(error);
                } else {
                    pause();
                }
            }
        } finally {
            settled(attempt); // as above
            pool.vacate(attempt.slot);
        }
    }

    /// Likewise, for want of a thread. Nothing else is tried from here: whoever asked for the attempt
    /// may be about to.
    void notBegun(Attempt attempt, Throwable error) {
        try {
            connects.failed(error, pool.now());
            if (!line.handIdle() && !pool.isWorthWaiting()) {
                line.failOldest(error);
            }
        } finally {
            settled(attempt);
            attempt.slot.become(Slot.EMPTY);
            lending.changed();
        }
    }

    /// An attempt is over, or takes long: it counts no more.
    void settled(Attempt attempt) {
        if (attempt.stopCounting()) {
            underWay.decrementAndGet();
        }
    }

    /// An attempt takes long: others are started beside it.
    void overdue(Attempt attempt) {
        settled(attempt);
        if (!line.handIdle()) {
            grow();
        }
    }

    /// The server gave a connection.
    private void succeeded() {
        pause = FIRST_PAUSE;
        answers = true;
    }

    /// The server refuses, yet there are connections to wait for: tries again later, and ever less often.
    private void pause() {
        answers = false;
        if (pausing.compareAndSet(false, true)) {
            long length = pause;
            pause = Math.min(LONGEST_PAUSE, 2 * length);
            try {
                long end = pool.now() + length;
                scheduling.executor().execute(() -> resumeAt(end));
            } catch (Throwable e) { // no thread or memory to be had: it tries again without a pause
                pausing.set(false);
            }
        }
    }

    private void resumeAt(long end) {
        for (long left = end - pool.now(); left > 0 && !pool.isClosed(); left = end - pool.now()) {
            scheduling.park().accept(left);
        }
        pausing.set(false);
        grow();
    }
}
