package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A caller who waits for a connection. Its outcome is set once, by one compare-and-set: a slot, an error, or that
/// the caller gave up. So it gets the slot or the pool keeps it; never both, never neither.
final class Waiter {
    /// The outcome of a caller that gave up.
    private static final Object GONE = new Object();

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

    /// When it leaves: its deadline, or a moment more.
    private long until;

    private volatile @Nullable Object outcome;

    Waiter(Account account, long since, long deadline) {
        this(account, since, deadline, deadline);
    }

    private Waiter(Account account, long since, long deadline, long until) {
        this.account = account;
        this.since = since;
        this.deadline = deadline;
        this.until = until;
    }

    /// Returns the same caller without an outcome, to wait once more for as long as it still may.
    Waiter again() {
        return new Waiter(account, since, deadline, until);
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

    boolean giveUp() {
        return OUTCOME.compareAndSet(this, null, GONE);
    }

    /// Returns the slot, the error, or null while there is neither.
    @Nullable
    Object outcome() {
        return outcome;
    }
}
