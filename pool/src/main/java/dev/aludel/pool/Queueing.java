package dev.aludel.pool;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// How a caller comes to a connection when there is none to be taken: it queues, parks, and leaves at its deadline.
final class Queueing {
    private final QueuePool pool;
    private final Line line;
    private final Lending lending;
    private final Growth growth;
    private final Explainer explainer;
    private final Events events;
    private final Turns turns;
    private final Circles circles;
    private final Deadlines deadlines;
    private final Tenants tenants;
    private final AtomicLong timeouts = new AtomicLong();

    /// What those who wait find when the pool is closed: made before, as memory may be short then. Each
    /// throws an error of its own, see [#refusal].
    private final Throwable end;

    Queueing(QueuePool pool, Lending lending, Growth growth, Explainer explainer, Turns turns, Events events) {
        this.turns = turns;
        this.pool = pool;
        this.line = pool.line();
        this.lending = lending;
        this.growth = growth;
        this.explainer = explainer;
        this.events = events;
        this.tenants = new Tenants(pool, this, pool.config().maxPerTenant());
        this.end = closed();
        this.circles = new Circles(pool.scheduling().neighbours(), new Neighbour(pool.name(), line));
        this.deadlines =
                new Deadlines(line, pool.dropped(), circles, explainer.pace().standstills(), pool.scheduling());
    }

    /// Returns how many callers found no connection in time, or were not let wait for one.
    long timeouts() {
        return timeouts.get();
    }

    Tenants tenants() {
        return tenants;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// Returns how many wait, for whatever.
    int waiting() {
        return line.waitingAnywhere();
    }

    /// @throws IllegalArgumentException if a caller's time is negative
    static Duration checked(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be 0 or more, but was " + timeout
                    + ": give how long to wait, or Duration.ZERO not to wait");
        }
        return timeout;
    }

    /// Returns nanoseconds, of a year if it is longer.
    static long saturated(Duration time) {
        if (time.compareTo(Duration.ofDays(-365)) < 0) {
            return -TimeUnit.DAYS.toNanos(365);
        }
        return time.compareTo(Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : time.toNanos();
    }

    /// Waits behind all who wait, unless a slot was taken, and has its connection checked or replaced
    /// until it is fit.
    ///
    /// @param taken a slot in state `LENT`, or null
    Slot obtain(@Nullable Slot taken, Waiter caller) throws SQLException {
        Waiter waiter = caller;
        Slot slot = taken == null ? unlessClosed(queue(waiter)) : taken;
        for (long now = now(slot); !pool.isFit(slot, now); now = now(slot)) {
            waiter = refresh(slot, waiter, now);
            slot = unlessClosed(await(waiter));
        }
        return slot;
    }

    private long now(Slot taken) {
        try {
            return pool.now();
        } catch (Throwable e) { // say, no stack left: the slot must come back
            pool.putBack(taken);
            throw e;
        }
    }

    /// The caller has got a slot that is fit.
    ///
    /// @return [QueuePool#loanTime]
    long took(Slot taken) {
        try {
            line.took(taken);
            return pool.loanTime();
        } catch (Throwable e) { // as above
            pool.putBack(taken);
            throw e;
        }
    }

    private Slot queue(Waiter waiter) throws SQLException {
        if (waiter.atCap == null) {
            tellWaiting(waiter);
        }
        boolean isFromTenant = waiter.atCap != null;
        long now = isFromTenant ? pool.now() : waiter.since;
        if (waiter.left != Waiter.UNSTATED && isTooLate(waiter)) {
            long late = turns.lateBy(waiter.left, waiter.priority);
            throw refused(waiter.account, explainer.late(now, late, isFromTenant));
        }
        explainer.pace().look(now, line.waiting());
        if (!join(waiter)) {
            throw tooMany(waiter);
        }
        openCircles(waiter);
        return await(waiter);
    }

    private void tellWaiting(Waiter waiter) {
        if (events.isHeard()) {
            events.tell(listener -> listener.waiting(waiter.account.label()));
        }
    }

    /// A caller is about to wait until his tenant has fewer connections.
    void waitsAtCap(Waiter waiter, Tenant tenant) throws PoolOverloadedException {
        tellWaiting(waiter);
        if (waiter.left != Waiter.UNSTATED && isJudged(waiter)) {
            long late = turns.lateBy(waiter.left, tenant.waitingBefore(waiter.priority), tenant.most());
            if (late > 0) {
                throw refused(waiter.account, explainer.late(tenant, waiter.since, late));
            }
        }
    }

    /// Returns the error of who may not wait, since as many do as may.
    PoolOverloadedException tooMany(Waiter waiter) {
        return refused(waiter.account, explainer.refusal(pool.now()));
    }

    /// Whoever begins to wait may be the last of those who wait for each other.
    private void openCircles(Waiter waiter) {
        try {
            if (circles.mayHold(waiter)) {
                waiter.looksAt = circles.open(pool.now());
            }
        } catch (RuntimeException | Error e) { // say, no memory: nothing may be handed to who is gone
            leave(waiter);
            throw e;
        }
    }

    private CircularWaitException circular(Waiter waiter, Circle circle) {
        timeouts.incrementAndGet();
        CircularWaitException refusal = new CircularWaitException(explainer.circle(waiter, circle, pool.now()));
        if (events.isHeard()) {
            events.tell(listener -> listener.timedOut(refusal));
        }
        events.flight.timedOut(refusal, waiter.account.label());
        return refusal;
    }

    private boolean join(Waiter waiter) {
        try {
            if (!line.join(waiter, pool.config().maxWaiting())) {
                return false;
            }
            pool.joined();
            growth.grow();
            return true;
        } catch (RuntimeException | Error e) { // say, no memory: nothing may be handed to who is gone
            leave(waiter);
            throw e;
        }
    }

    private boolean isTooLate(Waiter waiter) {
        return turns.lateBy(waiter.left, waiter.priority) > 0 && !line.hasEmpty() && isJudged(waiter);
    }

    /// A database that cannot be reached is no overload; and of work that has begun nothing is to be wasted.
    private boolean isJudged(Waiter waiter) {
        return lending.isOpen()
                && explainer.connects().standing() == null
                && line.lentTo(waiter.thread, waiter.scope()) == null;
    }

    /// Returns the error of who asks after the deadline that he has stated.
    PoolOverloadedException tooLate(Account account, long now) {
        return refused(account, explainer.late(now, turns.lateBy(0, Priority.HIGH), false));
    }

    /// A connection whose handle was dropped is not looked for, as it is when time is up: those who wait see to that.
    private PoolOverloadedException refused(Account account, PoolOverloadedException refusal) {
        timeouts.incrementAndGet();
        if (events.isHeard()) {
            events.tell(listener -> listener.refused(refusal));
        }
        events.flight.timedOut(refusal, account.label());
        return refusal;
    }

    private Slot await(Waiter waiter) throws SQLException {
        try {
            return outcome(waiter);
        } catch (RuntimeException | Error e) { // as above
            leave(waiter);
            throw e;
        }
    }

    private void leave(Waiter waiter) {
        if (!line.leave(waiter) && waiter.outcome() instanceof Slot slot) {
            pool.putBack(slot);
        }
    }

    /// Has a slot checked, or replaced if two checks for this caller were not answered in time, on another
    /// thread. Its caller gets the first slot that is fit: an idle one that needs no check, that one,
    /// or one that is returned. It stands before all who queue, since it had its turn.
    ///
    /// @param unfit  a slot in state `LENT`
    /// @param caller has had its turn
    /// @return the caller, who waits once more
    private Waiter refresh(Slot unfit, Waiter caller, long now) {
        try {
            return refreshed(unfit, caller.again(), now);
        } catch (RuntimeException | Error e) { // say, no memory: nobody has the slot yet
            line.hand(unfit);
            throw e;
        }
    }

    private Waiter refreshed(Slot unfit, Waiter waiter, long now) {
        boolean ping = !pool.physical().isReplaceable(unfit, now)
                && !pool.physical().probing().isVain(waiter.turns, now);
        Slot fit = fresh(now);
        if (fit == null) {
            pool.logCheckedOut(unfit);
        }
        try {
            if (fit != null) {
                waiter.grant(fit);
            } else {
                line.joinFirst(waiter);
                handFresh(now);
            }
            growth.refresh(unfit, waiter, ping, now);
        } catch (RuntimeException | Error e) {
            leave(waiter);
            throw e;
        }
        return waiter;
    }

    private @Nullable Slot fresh(long now) {
        return line.takeIdle(slot -> pool.physical().isFresh(slot, now));
    }

    /// Who returned a slot before anybody queued has made it idle.
    private void handFresh(long now) {
        Slot fit = fresh(now);
        if (fit != null) {
            line.hand(fit);
        }
    }

    /// Whoever closed the pool may not have seen who has just joined.
    void failIfClosed() {
        if (lending.isClosed()) {
            failAll();
        }
    }

    private Slot outcome(Waiter waiter) throws SQLException {
        failIfClosed();
        for (boolean parked = false; ; parked = true) {
            Object outcome = waiter.outcome();
            if (outcome instanceof Slot slot) {
                return slot;
            }
            if (outcome instanceof Throwable error) {
                throw refusal(error);
            }
            if (outcome instanceof Circle circle) {
                throw circular(waiter, circle);
            }
            long now = pool.now();
            long until = parked ? waiter.untilWoken(now) : waiter.until();
            if (now >= until && line.leave(waiter)) {
                throw timedOut(waiter);
            }
            if (Thread.currentThread().isInterrupted() && line.leave(waiter)) {
                throw interrupted();
            }
            if (waiter.outcome() == null) {
                if (Deadlines.isNear(until, now) && until - now <= (until - waiter.since) / 2) {
                    explainer.lookAhead(now);
                }
                park(waiter, now, until);
            }
        }
    }

    private void park(Waiter waiter, long now, long until) {
        if (now >= waiter.looksAt) {
            waiter.looksAt = circles.open(now);
        } else if (waiter.looksAt < until) {
            pool.scheduling().park().accept(waiter.looksAt - now);
        } else {
            deadlines.park(waiter, now, until);
        }
    }

    /// Whoever closes the pool has not seen a caller who had not woken yet.
    private Slot unlessClosed(Slot granted) throws SQLException {
        if (!lending.isClosed()) {
            return granted;
        }
        try {
            throw closed();
        } finally { // even without memory for the error
            pool.putBack(granted);
        }
    }

    /// An error is thrown with the caller's own stack; where it was made is its cause.
    SQLException refusal(Throwable error) {
        return lending.isClosed() ? closed() : ConnectFailedException.of(pool.config(), error);
    }

    /// Returns the error of who has left, as his time is up.
    PoolTimeoutException timedOut(Waiter waiter) {
        timeouts.incrementAndGet();
        pool.dropped().look(pool.now());
        PoolTimeoutException timeout = PoolTimeoutException.of(
                explainer.explain(waiter, pool.now()), explainer.connects().standing());
        if (events.isHeard()) {
            events.tell(listener -> listener.timedOut(timeout));
        }
        events.flight.timedOut(timeout, waiter.account.label());
        return timeout;
    }

    SQLException interrupted() {
        return new SQLException(
                "Pool '" + pool.name() + "': interrupted while waiting for a connection; the thread's interrupt"
                        + " flag is still set",
                "57014");
    }

    /// Returns the error of whoever asks a closed pool.
    SQLException closed() {
        return new SQLNonTransientConnectionException("Pool '" + pool.name() + "' is closed: build a new one", "08003");
    }

    /// Fails all who wait: the pool is closed.
    void failAll() {
        try {
            while (failsOne()) {
                // and the next
            }
        } finally {
            circles.close();
            deadlines.stop();
        }
    }

    private boolean failsOne() {
        try {
            return line.failOldest(end) || line.tenants().fail(end);
        } catch (OutOfMemoryError e) { // in waking one, who is out of the queue by then
            return true;
        }
    }
}
