package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Opens connections for those who queue: as many at once as callers wait, as long as there are empty slots, and
/// as [Openings] admits, whoever else opens some.
///
/// An attempt that hangs must not stand in the way of others. It counts as under way for one second only; then the
/// next empty slot is tried beside it, and so on while callers wait.
final class Growth {
    /// When an attempt stops counting: at TCP's first retransmission (RFC 6298). By then a packet was lost, the
    /// server is busy, or it will never answer.
    static final long OVERDUE = TimeUnit.SECONDS.toNanos(1);

    private final QueuePool pool;
    private final Line line;
    private final Lending lending;
    private final Connects connects;
    private final Scheduling scheduling;

    /// Attempts that count.
    private final AtomicInteger underWay = new AtomicInteger();

    /// Attempts that open a connection, for whomever, and count.
    private final Openings openings;

    private final Crowd crowd;
    private final Thrift thrift;
    private final AtomicBoolean pausing = new AtomicBoolean();
    private final Pauses pauses;

    /// Whether the server gave a connection since it last refused one.
    private volatile boolean answers = true;

    Growth(QueuePool pool, Lending lending, Connects connects) {
        this.pool = pool;
        this.line = pool.line();
        this.lending = lending;
        this.connects = connects;
        this.scheduling = pool.scheduling();
        this.openings = new Openings(pool.config().maxConnecting());
        this.crowd = pool.explainer().crowd();
        this.thrift = new Thrift(pool, crowd);
        this.pauses = new Pauses(scheduling.random());
    }

    Crowd crowd() {
        return crowd;
    }

    /// Returns how many connections are being opened, as far as they count.
    int opening() {
        return openings.count();
    }

    /// Starts attempts while fewer are under way than callers wait.
    void grow() {
        if (pool.isOpen() && isLockedOut()) {
            tellAll();
            return;
        }
        for (Waiter oldest = line.oldest(); oldest != null && reserve(); oldest = line.oldest()) {
            Slot slot = empty();
            if (slot != null && !pool.mayBeLent(slot)) { // since it was looked at last
                try {
                    release();
                } finally { // whoever it wakes, the slot must come back
                    pool.vacate(slot);
                }
            } else if (slot != null) {
                boolean begins = attempt(slot, oldest.account).begin();
                if (!begins && isWorthWaiting()) { // else the oldest was told, and the next tries
                    return;
                }
            } else {
                release();
                if (!line.hasEmpty()) { // else one was vacated meanwhile, by somebody who saw nothing to do
                    return;
                }
            }
        }
    }

    private @Nullable Slot empty() {
        try {
            return line.takeEmpty();
        } catch (Throwable e) { // no memory for another slot
            release();
            throw e;
        }
    }

    private Attempt attempt(Slot slot, Account account) {
        try {
            return Attempt.opening(pool, slot, account);
        } catch (Throwable e) { // no memory
            slot.become(Slot.EMPTY); // first: to say so may fail, too
            release();
            throw e;
        }
    }

    private boolean reserve() {
        while (pool.isOpen() && !pauses() && !isOneTrying()) {
            int now = underWay.get();
            if (now < line.waiting()) {
                if (!openings.admit()) { // whichever ends next sees to who waits
                    return false;
                }
                if (underWay.compareAndSet(now, now + 1)) {
                    return true;
                }
                openings.ended();
                lending.changed(); // somebody may not have been admitted meanwhile
            } else if (now == underWay.get()) { // else one ended between the two looks, and served somebody else
                return false;
            }
        }
        return false;
    }

    private void release() {
        underWay.decrementAndGet();
        openings.ended();
        lending.changed(); // somebody may not have been admitted meanwhile
    }

    /// Opens a connection for nobody, if as many may be opened at once.
    ///
    /// @param slot is left alone if it is not empty any more
    /// @return whether one is being opened
    boolean open(Slot slot) {
        boolean refused = connects.isRefused() && (pauses() || isOneTrying());
        if (refused || !openings.admit()) {
            return false;
        }
        if (slot.move(Slot.EMPTY, Slot.CONNECTING)) {
            pool.open(slot);
            return true;
        }
        openings.ended();
        lending.changed();
        grow();
        return false;
    }

    /// A connection is not opened for which there was room.
    void notOpened() {
        openings.ended();
    }

    /// An attempt has to open a connection in the place of one that it found dead.
    ///
    /// @return whether it may
    boolean admits(Attempt attempt) {
        if (!openings.admit()) {
            return false;
        }
        if (attempt.startOpening()) {
            return true;
        }
        openings.ended();
        lending.changed();
        grow();
        return false;
    }

    /// Nothing is opened any more by an attempt that may have been given up before it was admitted.
    void over(Attempt attempt) {
        if (attempt.stopOpening()) {
            openings.ended();
            lending.changed();
            grow();
        }
    }

    /// An attempt leaves its slot empty. If it was not admitted, another is made for whoever waits when
    /// there is room.
    void leaves(Attempt attempt) {
        settled(attempt);
        pool.vacate(attempt.slot);
    }

    /// A pause is for those who may be served meanwhile. Whoever has nothing to wait for is to learn why at once.
    private boolean pauses() {
        return pausing.get() && !answers && (isRefused() || isWorthWaiting());
    }

    /// Returns whether the server has refused, and would whoever comes. What a pool that keeps nothing
    /// has lent is not waited for, but tells that the server has connections for it: there each caller
    /// has one asked for.
    private boolean isRefused() {
        return connects.areLoginsRefused() || (connects.isRefused() && line.count(Slot.LENT) == 0);
    }

    /// A connection was closed: a server that had none left may have one.
    void closed() {
        if (!connects.areLoginsRefused() && connects.isRefused()) {
            answers = true;
        }
    }

    /// A connection that is looked over will be lent again.
    private boolean isWorthWaiting() {
        return pool.isWorthWaiting() || crowd.looks();
    }

    /// One login at a time is tried of those that are refused.
    private boolean isOneTrying() {
        return connects.areLoginsRefused() && line.count(Slot.CONNECTING) > 0;
    }

    /// Has a slot's connection checked, or replaced, for a caller who queues.
    ///
    /// @param slot a slot in state `LENT`, which it stays if this throws; else it is the attempt's
    void refresh(Slot slot, Waiter caller, boolean ping, long now) {
        long patience = ping ? pool.physical().probing().patience(caller.deadline - now) : OVERDUE;
        Attempt attempt = new Attempt(pool, slot, caller.account, ping, patience);
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
        try {
            connects.succeeded(pool.now());
            crowd.gave();
        } finally { // without memory, too
            succeeded();
            opened(attempt);
        }
    }

    private void opened(Attempt attempt) {
        try {
            prepared(attempt);
        } finally {
            pool.opened();
        }
    }

    /// An attempt has come to nothing. The oldest of those who queue tries the next idle connection. If there is none
    /// it learns why, unless there are connections to wait for.
    void failed(Attempt attempt, Throwable error) {
        try {
            noteFailure(error);
            if (!line.handIdle()) {
                boolean worthWaiting = isWorthWaiting();
                if (!worthWaiting) {
                    line.failOldest(error);
                }
                if (worthWaiting || connects.isRefused()) {
                    pause();
                }
            }
            lookOverIdle();
        } finally {
            leaves(attempt); // as above
        }
    }

    private void noteFailure(Throwable error) {
        long now = pool.now();
        ConnectTrouble trouble = connects.failed(error, now);
        if (trouble.isFull()) {
            crowd.refused(now, trouble);
            thrift.start();
        }
    }

    private void lookOverIdle() {
        Slot idle = crowd.wantsLook() && line.isEmpty() ? line.takeIdle(slot -> true) : null;
        if (idle != null) {
            pool.release(idle);
        }
    }

    /// Likewise, for want of a thread. Nothing else is tried from here: whoever asked for the attempt
    /// may be about to.
    void notBegun(Attempt attempt, Throwable error) {
        try {
            connects.failed(error, pool.now());
            if (!line.handIdle() && !isWorthWaiting()) {
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
        if (attempt.stopOpening()) {
            openings.ended();
        }
        looked(attempt);
    }

    /// An attempt does not look any more at a server that is full.
    void looked(Attempt attempt) {
        if (attempt.stopLooking()) {
            crowd.ended();
        }
    }

    /// An attempt takes long: others are started beside it.
    void overdue(Attempt attempt) {
        settled(attempt);
        lending.changed();
        if (!line.handIdle()) {
            grow();
        }
    }

    /// To try a login again for each who comes, when it was refused twice, might have the user locked
    /// out; and a server that is full is not asked more often by who has nothing than by who has some.
    /// While the pool pauses, and nothing is open, callers are told what was said before: of a full
    /// server, once no attempt is under way.
    private boolean isLockedOut() {
        return pausing.get()
                && !answers
                && isRefused()
                && isNothingOpen()
                && (connects.areLoginsRefused() || openings.count() == 0);
    }

    /// Of connections that are checked one may pass.
    private boolean isNothingOpen() {
        return !isWorthWaiting() && line.count(Slot.IDLE) == 0 && line.count(Slot.CONNECTING) <= openings.count();
    }

    private void tellAll() {
        Throwable error = connects.standing();
        while (error != null && line.failOldest(error)) {
            // and the next
        }
    }

    /// The server gave a connection.
    private void succeeded() {
        pauses.over();
        answers = true;
    }

    /// The server refuses, yet there are connections to wait for: tries again later, and ever less often.
    private void pause() {
        answers = false;
        if (pausing.compareAndSet(false, true)) {
            try {
                long end = pool.now() + pauses.next(connects.areLoginsRefused());
                scheduling.executor().execute(() -> resumeAt(end));
            } catch (Throwable e) { // no thread or memory to be had: it tries again without a pause
                pausing.set(false);
            }
        }
    }

    private void resumeAt(long end) {
        try {
            for (long left = end - pool.now(); left > 0 && !pool.isClosed(); left = end - pool.now()) {
                scheduling.park().accept(left);
            }
        } finally { // or nothing would ever be opened again
            pausing.set(false);
        }
        grow();
        lending.changed(); // somebody may not have been admitted meanwhile
    }
}
