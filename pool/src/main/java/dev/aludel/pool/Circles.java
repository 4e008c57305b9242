package dev.aludel.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds callers who wait for each other: all who have a connection want a second one, and nobody gives
/// one back.
///
/// A connection belongs to the thread that checked it out, unless another one has used it. That is proved
/// where a virtual thread, which is made for one piece of work, has used it. Otherwise the circle must stand
/// for a moment: a connection may have been handed to somebody who is just closing it. A thread of an
/// executor may have begun other work since, too; it counts where its stack shows that it has not.
final class Circles {
    /// For how long those must wait for each other of whom it is not proved, in nanoseconds.
    static final long GRACE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long NEVER = Long.MAX_VALUE;

    /// From how many who wait on looks are so far apart at least, in nanoseconds: each goes through all of them.
    private static final int MANY = 1_000;

    private static final long APART = TimeUnit.MILLISECONDS.toNanos(10);

    private final Line line;
    private volatile @Nullable Circle suspected;
    private volatile long looked = Long.MIN_VALUE / 2;

    Circles(Line line) {
        this.line = line;
    }

    /// Who waits of those who have a connection, by their loans.
    private record Circle(Map<Loan, Waiter> waiters, Waiter youngest, boolean isProved, long since) {
        /// Returns what was seen before, if it is the same, or this.
        Circle sameAs(@Nullable Circle before) {
            return before != null && before.waiters.equals(waiters) ? before : this;
        }
    }

    /// Has the youngest of those give up who wait for each other, if there are such.
    ///
    /// @return when to look again, or [Long#MAX_VALUE]
    long open(long now) {
        if (line.waiting() > MANY && now - looked < APART) {
            return looked + APART;
        }
        looked = now;
        Circle circle = look(now);
        Circle again = circle == null ? null : look(now);
        if (circle == null || again == null || !circle.waiters.equals(again.waiters)) { // somebody has moved meanwhile
            suspected = null;
            return NEVER;
        }
        Circle first = circle.sameAs(suspected);
        if (circle.isProved || now - first.since >= GRACE) {
            suspected = null;
            line.refuse(circle.youngest);
            return NEVER;
        }
        suspected = first;
        return first.since + GRACE;
    }

    /// Returns nothing if one who has a connection does not wait, or is about to give up, or a connection is on its
    /// way.
    private @Nullable Circle look(long now) {
        if (line.isEmpty() || line.hasEmpty()) {
            return null;
        }
        Map<Thread, Waiter> queued = new HashMap<>();
        line.waiters().forEach(waiter -> queued.put(waiter.thread, waiter));
        Map<Loan, Waiter> waiters = new HashMap<>();
        boolean isProved = true;
        for (Slot slot : line.slots()) {
            if (slot.state() == Slot.EMPTY && line.isBeyond(slot)) {
                continue;
            }
            Loan loan = slot.loan();
            Thread owner = slot.owner();
            Waiter waiter = owner == null ? null : queued.get(owner);
            if (waiter == null || loan == null || slot.state() != Slot.LENT || !isStuck(loan, waiter, now)) {
                return null;
            }
            waiters.put(loan, waiter);
            isProved = isProved && isProved(loan, waiter);
        }
        Waiter youngest = youngest(waiters);
        return youngest == null ? null : new Circle(waiters, youngest, isProved, now);
    }

    private @Nullable Waiter youngest(Map<Loan, Waiter> waiters) {
        Waiter youngest = null;
        for (Waiter waiter : line.waiters()) {
            youngest = waiters.containsValue(waiter) ? waiter : youngest;
        }
        return youngest;
    }

    private static boolean isStuck(Loan loan, Waiter waiter, long now) {
        return waiter.outcome() == null
                && loan.isOpen()
                && !Deadlines.isNear(waiter.deadline, now)
                && !waiter.thread.isInterrupted()
                && !loan.slot.isUsedElsewhere()
                && !loan.slot.meter.runs()
                && (waiter.thread.isVirtual() || LiveStack.of(waiter.thread).isStillWithin(loan.account.site()));
    }

    private static boolean isProved(Loan loan, Waiter waiter) {
        return waiter.thread.isVirtual() && loan.lastSql() != null;
    }
}
