package dev.aludel.pool;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A pool of one connection for one borrower: who asks while it is lent has made a mistake, and is told
/// where.
final class AssertionPool extends QueuePool {
    private final AtomicReference<@Nullable Taken> taken = new AtomicReference<>();

    AssertionPool(Config config) {
        super(config);
    }

    /// Who has the connection, or is getting it.
    private record Taken(@Nullable String label, @Nullable Site site, Thread thread) {
        @Override
        public String toString() {
            String who = label == null ? "a caller without label" : Text.shown(label);
            String where = site == null ? "a line that is not known" : site.text();
            String name = thread.getName().isEmpty() ? "#" + thread.threadId() : "'" + thread.getName() + "'";
            return who + " at " + where + " on thread " + name;
        }
    }

    @Override
    Loan checkOut(@Nullable Borrower borrower, @Nullable String label, long now, long deadline, long left)
            throws SQLException {
        Taken mine = new Taken(label, Site.here(), Thread.currentThread());
        Taken first = taken.compareAndExchange(null, mine);
        if (first != null) {
            throw AlreadyCheckedOutException.ofTheOnly(
                    name(), first.toString(), explainer().explainAtOnce(now()));
        }
        try {
            return super.checkOut(borrower, label, now, deadline, left);
        } catch (Throwable e) {
            taken.compareAndSet(mine, null); // it may have come back already, and be the next borrower's
            throw e;
        }
    }

    @Override
    void detached(Loan loan) {
        taken.set(null);
        super.detached(loan);
    }

    @Override
    void returned(Slot slot, boolean fit, long at, @Nullable Opened running) {
        taken.set(null);
        super.returned(slot, fit, at, running);
    }
}
