package dev.aludel.pool;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Tells the log of connections that are out for too long: once for each loan, and once more if it comes back after
/// all. Only the thread of [Upkeep] uses it, so borrowers pay nothing.
final class Leaks {
    private final Line line;
    private final long limit;
    private final Logger log;
    private final Map<Slot, Told> told = new ConcurrentHashMap<>();

    /// A loan that was told of. It must not keep the borrower's handle from being found dropped.
    private record Told(WeakReference<Loan> loan, Account account, long since) {
        boolean isOut(Slot slot) {
            return slot.isOut() && loan.refersTo(slot.loan());
        }
    }

    /// When this looked last, and when the process last awoke from standing still: that time is nobody's fault.
    private long looked;

    private long awake = Long.MIN_VALUE;

    /// @param limit nanoseconds after which a loan is told of, or 0 for never
    Leaks(Line line, long limit, Logger log) {
        this.line = line;
        this.limit = limit;
        this.log = log;
    }

    boolean areLookedFor() {
        return limit > 0;
    }

    /// Looks at all loans.
    ///
    /// @param pause how long the caller meant to wait since the last look
    /// @return nanoseconds until a loan may be due
    long look(long now, long pause) {
        if (looked != 0 && now - looked - pause > Bounded.LATE) {
            awake = now;
        }
        looked = now;
        forgetReturned(now);
        long next = limit;
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null && !told.containsKey(slot)) {
                long left = Math.max(loan.since, awake) + limit - now;
                if (left > 0) {
                    next = Math.min(next, left);
                } else {
                    told.put(slot, new Told(new WeakReference<>(loan), loan.account, loan.since));
                    tell(loan, now);
                }
            }
        }
        return next;
    }

    private void forgetReturned(long now) {
        told.forEach((slot, loan) -> {
            if (!loan.isOut(slot) && told.remove(slot, loan)) {
                log.info(
                        "The connection that was out for so long came back after all, after {}: {}",
                        seconds(now - loan.since),
                        shown(loan.account.label(), loan.account.text()));
            }
        });
    }

    /// A connection does not come back after all: its handle was dropped.
    void forget(Slot slot) {
        told.remove(slot);
    }

    private void tell(Loan loan, long now) {
        Thread owner = loan.slot.owner();
        Site site = loan.account.site();
        log.warn(
                "Connection {} has been out for {} (leakAfter {}): label {}, checked out by {}, {}. If it was forgotten,"
                        + " put it in try-with-resources; if the work is long, raise leakAfter",
                loan.slot.text,
                seconds(now - loan.since),
                seconds(limit),
                shown(loan.label(), "none"),
                site == null ? "a line that was not recorded" : site.text(),
                owner == null ? "on its way back" : where(owner, site));
    }

    private static String shown(@Nullable String label, String otherwise) {
        return label == null ? otherwise : Text.shown(label);
    }

    private static String where(Thread owner, @Nullable Site site) {
        if (!owner.isAlive()) {
            return "its thread has ended, so nobody returns it unless it was passed on";
        }
        return "its thread is now in " + String.join(" ← ", LiveStack.of(owner).doing(site));
    }

    static String seconds(long nanos) {
        return Text.format("%.2f s", nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
