package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Takes connections back whose borrowers dropped the handle without closing it.
///
/// A slot refers to its loan strongly, which costs nothing. A loan that lasts is [Watched] instead: once the garbage
/// collector has found that nobody can reach it, nor anything that was made with it, nobody can use the connection
/// or return it. That is looked for while callers wait, and by [Upkeep] where that runs; else a pool has no thread.
///
/// What the borrower did is gone with his handle. So the connection is rolled back and closed, never lent again.
final class Dropped {
    /// How long a loan lasts before it is watched; how often is looked while callers wait. In nanoseconds.
    static final long ROUND = TimeUnit.SECONDS.toNanos(1);

    private final QueuePool pool;
    private final Line line;
    private final Leaks leaks;
    private final Logger log;

    Dropped(QueuePool pool, Line line, Leaks leaks, Logger log) {
        this.pool = pool;
        this.line = line;
        this.leaks = leaks;
        this.log = log;
    }

    /// Looks at all loans. Any thread may; nothing is thrown, and no driver is called on it.
    void look(long now) {
        try {
            for (Slot slot : line.slots()) {
                look(slot, now);
            }
        } catch (Throwable e) { // no memory, or the log throws: the next look finds what is left
            log.debug("Pool '{}': the look for dropped connections failed ({})", pool.name(), Text.kind(e));
        }
    }

    private void look(Slot slot, long now) {
        Loan loan = slot.loan();
        if (loan == null) {
            Watched dropped = slot.dropped();
            if (dropped != null && (!slot.meter.isUnseen() || pool.isClosed())) {
                take(slot, dropped, now);
            }
        } else if (now - loan.since >= ROUND && !loan.isUnseen()) {
            slot.watch(loan);
        }
    }

    /// An heir takes the loan's place and checks in, on another thread since the driver may hang.
    private void take(Slot slot, Watched dropped, long now) {
        ConnectionBase heir = new ConnectionProxy(slot, dropped.account, now);
        leaks.forget(slot);
        if (slot.inherit(dropped, heir)) {
            try {
                tell(slot, dropped, now);
            } finally {
                pool.scheduling().execute(() -> end(heir));
            }
        }
    }

    private void tell(Slot slot, Watched dropped, long now) {
        Site site = dropped.account.site();
        log.warn(
                "Connection {} was dropped without being closed: nothing refers to it any more, {} after its checkout (label"
                        + " {}, by {}, on {}). What was not committed is rolled back, and it is closed, so that its place is free"
                        + " again. Put it in try-with-resources",
                slot.text,
                Leaks.seconds(now - dropped.since),
                dropped.account.label() == null ? "none" : dropped.account.label(),
                site == null ? "a line that was not recorded; leakAfter records all" : site.text(),
                text(slot.owner()));
    }

    /// The thread may have ended. An unnamed one, as most virtual ones are, has a number.
    private static String text(@Nullable Thread owner) {
        if (owner == null) {
            return "a thread that is not known";
        }
        return "thread " + (owner.getName().isEmpty() ? "#" + owner.threadId() : owner.getName());
    }

    private void end(ConnectionBase heir) {
        heir.tainted();
        if (heir.slot.isCondemned() || !isUndone(heir)) {
            heir.breakDown();
        }
        heir.finish();
    }

    /// Has check-in roll back, or does it, if check-in is to do something else: nobody meant to commit this.
    ///
    /// @return whether the driver could be asked
    private boolean isUndone(ConnectionBase heir) {
        Connection driver = heir.driver();
        try {
            pool.physical().limits().limitAgain(driver);
            heir.autoCommitIs(driver.getAutoCommit());
            heir.talkedIfOff();
            boolean rollsBack = pool.config().resetOnReturn() == ResetOnReturn.ROLLBACK;
            if (heir.talked() && !rollsBack && pool.config().kind() != PoolKind.STATIC) {
                driver.rollback();
                heir.transactionEnded();
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            return false;
        }
    }
}
