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

    /// The outcome of a caller whose tenant may have one connection more.
    private static final Object PERMITTED = new Object();

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

    /// Who it is, as far as a layer above has said.
    final @Nullable Borrower borrower;

    final Priority priority;

    final long since;
    final long deadline;

    /// How many nanoseconds are left by the deadline that the caller has stated, or [#UNSTATED].
    final long left;

    /// How many connections were checked or replaced for it.
    final int turns;

    /// For how long it waited until its tenant had fewer connections; null if it had not to.
    @Nullable
    AtCap atCap;

    /// What [Flight#waits] gave for its wait.
    @Nullable
    Object recorded;

    /// When it leaves: its deadline, or a moment more.
    private long until;

    /// When its thread looks whether it waits in a circle.
    long looksAt = Long.MAX_VALUE;

    /// How many would have had their turn before, in order of arrival: those who did by then, and those who waited.
    private long turnInOrder = Long.MAX_VALUE;

    /// Likewise, of those of a higher priority.
    private long turnOfHigher = Long.MAX_VALUE;

    private volatile @Nullable Object outcome;

    Waiter(Account account, long since, long deadline) {
        this(account, null, since, deadline, UNSTATED);
    }

    /// @param left how many nanoseconds are left by the deadline that the caller has stated, or [#UNSTATED]
    Waiter(Account account, @Nullable Borrower borrower, long since, long deadline, long left) {
        this(account, borrower, since, deadline, deadline, left, 0);
    }

    private Waiter(
            Account account, @Nullable Borrower borrower, long since, long deadline, long until, long left, int turns) {
        this.borrower = borrower;
        this.priority = borrower == null ? Priority.NORMAL : borrower.priority();
        this.left = left;
        this.turns = turns;
        this.account = account;
        this.since = since;
        this.deadline = deadline;
        this.until = until;
    }

    /// Returns the same caller without an outcome, to wait once more for as long as it still may.
    Waiter again() {
        return with(left, turns + 1);
    }

    /// Returns the same caller, whose tenant may have one connection more, to wait for that.
    Waiter permitted(long now) {
        return with(left == UNSTATED ? UNSTATED : left - (now - since), turns);
    }

    private Waiter with(long nextLeft, int nextTurns) {
        Waiter next = new Waiter(account, borrower, since, deadline, until, nextLeft, nextTurns);
        next.atCap = atCap;
        next.recorded = recorded;
        return next;
    }

    /// It queues.
    ///
    /// @param all    how many wait or had their turn so far, whatever their priority
    /// @param higher how many of them are of a higher one
    void comesAfter(long all, long higher) {
        turnInOrder = all;
        turnOfHigher = higher;
    }

    /// Returns how many would have had their turn before, in order of arrival.
    long turnInOrder() {
        return turnInOrder;
    }

    /// Likewise, of those of a higher priority.
    long turnOfHigher() {
        return turnOfHigher;
    }

    /// Returns whether it is counted among those who wait though it is in no queue, and need not be any more: it has
    /// come from its tenant. Only for its own thread.
    boolean handsOnPlace() {
        AtCap its = atCap;
        return its != null && its.handsOnPlace();
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

    /// Returns the piece of work that it asks for, or null if nobody has said which.
    @Nullable
    Object scope() {
        return borrower == null ? null : borrower.scope();
    }

    /// Returns whether it waits on, and is not about to give up.
    boolean isToStay(long now) {
        return outcome == null && !Deadlines.isNear(deadline, now) && !thread.isInterrupted();
    }

    /// Returns whether a connection, which was in the hands of its thread, is that of the same piece of
    /// work: by their scopes, or else if nobody else has used it, and the thread can be seen to have
    /// begun nothing else.
    boolean has(Slot slot, Loan loan) {
        Object its = slot.scope();
        Object mine = scope();
        if (its != null && mine != null) {
            return its.equals(mine);
        }
        return thread.equals(slot.owner())
                && slot.user() == null
                && (thread.isVirtual() || LiveStack.of(thread).isStillWithin(loan.account.site()));
    }

    /// Returns whether it cannot have handed on either what it has.
    boolean surelyHas(Slot slot, Loan loan) {
        return slot.user() == null
                && loan.lastSql() != null
                && (thread.isVirtual() || (scope() != null && slot.scope() != null));
    }

    boolean grant(Slot slot) {
        return OUTCOME.compareAndSet(this, null, slot);
    }

    boolean fail(Throwable error) {
        return OUTCOME.compareAndSet(this, null, error);
    }

    /// Tells a caller that it waits in a circle, and has to give way.
    boolean refuse(Circle circle) {
        return OUTCOME.compareAndSet(this, null, circle);
    }

    boolean permit() {
        return OUTCOME.compareAndSet(this, null, PERMITTED);
    }

    boolean isPermitted() {
        return PERMITTED.equals(outcome);
    }

    boolean giveUp() {
        return OUTCOME.compareAndSet(this, null, GONE);
    }

    /// Returns the slot, the error, the circle, or null while there is none.
    @Nullable
    Object outcome() {
        return outcome;
    }
}
