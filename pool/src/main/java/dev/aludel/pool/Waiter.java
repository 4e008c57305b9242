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

    private volatile @Nullable Object outcome;

    Waiter(Account account, long since, long deadline) {
        this.account = account;
        this.since = since;
        this.deadline = deadline;
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
