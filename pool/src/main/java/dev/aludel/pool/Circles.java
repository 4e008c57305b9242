package dev.aludel.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds callers who wait for each other: all who have a connection want a second one, and nobody gives
/// one back.
///
/// A connection belongs to the thread that checked it out, unless another one has used it. A virtual
/// thread is made for one piece of work: then that proves it. One of an executor may have begun another
/// piece since, which is not what its connection is waited for; it counts where its stack shows that it
/// is still at the same, and if it stays so for a moment: it may have handed the connection to somebody
/// who is just closing it.
final class Circles {
    /// For how long those must wait for each other of whom it is not proved, in nanoseconds.
    static final long GRACE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long NEVER = Long.MAX_VALUE;

    private final Line line;
    private volatile @Nullable Circle suspected;

    Circles(Line line) {
        this.line = line;
    }

    /// Who waits of those who have a connection, by their loans.
    private record Circle(Map<Loan, Waiter> waiters, boolean isProved, long since) {
        /// Returns what was seen before, if it is the same, or this.
        Circle sameAs(@Nullable Circle before) {
            return before != null && before.waiters.equals(waiters) ? before : this;
        }
    }

    /// Has the youngest of those give up who wait for each other, if there are such.
    ///
    /// @return when to look again, or [Long#MAX_VALUE]
    long open(long now) {
        Circle circle = look(now);
        Circle again = circle == null ? null : look(now);
        if (circle == null || again == null || !circle.waiters.equals(again.waiters)) { // somebody has moved meanwhile
            suspected = null;
            return NEVER;
        }
        Circle first = circle.sameAs(suspected);
        if (circle.isProved || now - first.since >= GRACE) {
            suspected = null;
            refuseYoungest(circle);
            return NEVER;
        }
        suspected = first;
        return first.since + GRACE;
    }

    private void refuseYoungest(Circle circle) {
        Waiter youngest = null;
        for (Waiter waiter : line.waiters()) {
            youngest = circle.waiters.containsValue(waiter) ? waiter : youngest;
        }
        if (youngest != null) {
            line.refuse(youngest);
        }
    }

    /// Returns nothing if one who has a connection does not wait, or one is on its way.
    private @Nullable Circle look(long now) {
        if (line.waiting() < line.seats() || line.hasEmpty()) {
            return null;
        }
        Map<Thread, Waiter> queued = new HashMap<>();
        line.waiters().forEach(waiter -> queued.put(waiter.thread, waiter));
        Map<Loan, Waiter> waiters = new HashMap<>();
        boolean isProved = true;
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            Thread owner = slot.owner();
            Waiter waiter = owner == null ? null : queued.get(owner);
            if (waiter == null || loan == null || slot.state() != Slot.LENT || !isStuck(loan, waiter)) {
                return null;
            }
            waiters.put(loan, waiter);
            isProved = isProved && waiter.thread.isVirtual();
        }
        return new Circle(waiters, isProved, now);
    }

    private static boolean isStuck(Loan loan, Waiter waiter) {
        return waiter.outcome() == null
                && loan.isOpen()
                && !loan.isUsedElsewhere()
                && !loan.slot.meter.runs()
                && (waiter.thread.isVirtual() || LiveStack.of(waiter.thread).isStillWithin(loan.account.site()));
    }
}
