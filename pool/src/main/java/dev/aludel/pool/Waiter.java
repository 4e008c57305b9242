package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A caller who waits for a connection. Its outcome is set once, by one compare-and-set: a slot, an error, or that
/// the caller gave up. So it gets the slot or the pool keeps it; never both, never neither.
final class Waiter {
    /// The outcome of a caller that gave up.
    private static final Object GONE = new Object();

    /// What is left to who has stated no deadline.
    static final long UNSTATED = Long.MAX_VALUE;

    /// The outcome of a caller that waited in a circle, and has to give way.
    static final Object IN_A_CIRCLE = new Object();

    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Waiter.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Thread thread = Thread.currentThread();
    final Account account;
    final long since;
    final long deadline;

    /// How many nanoseconds are left by the deadline that the caller has stated, or [#UNSTATED].
    final long left;

    /// How many connections were checked or replaced for it.
    final int turns;

    /// When it leaves: its deadline, or a moment more.
    private long until;

    /// When its thread looks whether it waits in a circle.
    long looksAt = Long.MAX_VALUE;

    private volatile @Nullable Object outcome;

    Waiter(Account account, long since, long deadline) {
        this(account, since, deadline, UNSTATED);
    }

    /// @param left how many nanoseconds are left by the deadline that the caller has stated, or [#UNSTATED]
    Waiter(Account account, long since, long deadline, long left) {
        this(account, since, deadline, deadline, left, 0);
    }

    private Waiter(Account account, long since, long deadline, long until, long left, int turns) {
        this.left = left;
        this.turns = turns;
        this.account = account;
        this.since = since;
        this.deadline = deadline;
        this.until = until;
    }

    /// Returns the same caller without an outcome, to wait once more for as long as it still may.
    Waiter again() {
        return new Waiter(account, since, deadline, until, left, turns + 1);
    }

    /// Returns when the caller leaves. Only for its own thread.
    long until() {
        return until;
    }

    /// Returns when the caller leaves, who has just parked. One that wakes very late stood still, as did all who have
    /// connections: it gets a moment more, once. Only for its own thread.
    long untilWoken(long now) {
        boolean stoodStill = until - now < -Bounded.LATE && deadline > since;
        if (stoodStill && until == deadline) {
            until = now + Bounded.LATE;
        }
        return until;
    }

    boolean grant(Slot slot) {
        return OUTCOME.compareAndSet(this, null, slot);
    }

    boolean fail(Throwable error) {
        return OUTCOME.compareAndSet(this, null, error);
    }

    boolean refuse() {
        return OUTCOME.compareAndSet(this, null, IN_A_CIRCLE);
    }

    boolean giveUp() {
        return OUTCOME.compareAndSet(this, null, GONE);
    }

    /// Returns the slot, the error, or null while there is neither.
    @Nullable
    Object outcome() {
        return outcome;
    }
}
