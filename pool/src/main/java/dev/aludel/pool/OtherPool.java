package dev.aludel.pool;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the accounts of what another pool lends. It has no connection, opens none and ends none: a
/// caller asks the other himself, and gives back to it himself.
///
/// Each loan has a slot while it lasts, `EMPTY` before and after, so that there are as many as loans
/// that overlap. A caller in the other's hands has none: he stands in the line, where nobody serves
/// him.
final class OtherPool extends QueuePool {
    /// How often the line of code is recorded for one slot at most, in nanoseconds: it is dear.
    private static final long APART = TimeUnit.MICROSECONDS.toNanos(100);

    private final Logger log;
    private final OtherExplainer explainer;
    private final long explainAfter;
    private final boolean everySite;
    private final @Nullable LoanListener listener;
    private final AtomicLong loans = new AtomicLong();
    private final AtomicLong timeouts = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile long looked;

    OtherPool(WrapSettings settings, Config config) {
        super(config, 1);
        this.log = LoggerFactory.getLogger(OtherPool.class.getName() + "." + name());
        this.explainer = new OtherExplainer(config, line(), accounts(), physical());
        this.explainAfter = settings.explainAfter();
        this.everySite = settings.isEverySite();
        this.listener = settings.listener();
        this.looked = now();
    }

    /// Has the caller ask the other, and notes what he gets.
    Connection checkOut(ConnectionSource other) throws SQLException {
        String label = config().label() == null ? null : config().label().get();
        Waiter waiter = new Waiter(accounts().of(label, null), now(), Waiter.UNSTATED);
        Connection raw = ask(other, waiter);
        if (raw == null) {
            throw new SQLException(
                    "Pool '" + name() + "': its getConnection returned null, which JDBC does not allow", "HY000");
        }
        try {
            return lend(raw, label);
        } catch (Throwable e) { // say, no memory: the other is to have it back
            closeAfter(e, raw);
            throw e;
        }
    }

    private @Nullable Connection ask(ConnectionSource other, Waiter waiter) throws SQLException {
        line().joinUnserved(waiter);
        try {
            return other.connect();
        } catch (SQLException e) {
            throw explained(e, waiter);
        } finally {
            line().leave(waiter);
        }
    }

    private static void closeAfter(Throwable e, Connection raw) {
        try {
            raw.close();
        } catch (SQLException | RuntimeException closing) {
            e.addSuppressed(closing);
        }
    }

    /// The caller still counts as waiting then, as do all who wait with him.
    private SQLException explained(SQLException e, Waiter waiter) {
        long now = now();
        lookForDropped(now);
        if (!isTimeout(e, now - waiter.since) || Explanation.find(e).isPresent()) {
            return e;
        }
        timeouts.incrementAndGet();
        PoolTimeoutException timeout = explainer.error(waiter.since, now, e, dropped.get());
        physical().flight().timedOut(timeout, waiter.account.label());
        return timeout;
    }

    private boolean isTimeout(SQLException e, long waited) {
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLTimeoutException
                || (waited >= explainAfter && line().count(Slot.LENT) > 0 && mayBeATimeout(e));
    }

    /// What tells of something else is not to look like what may be tried again.
    private static boolean mayBeATimeout(SQLException e) {
        return !(e instanceof SQLNonTransientException)
                && ConnectTrouble.of(e) == ConnectTrouble.OTHER
                && !Thread.currentThread().isInterrupted();
    }

    /// Beyond [Settings#MOST] loans at once none is accounted for.
    private Connection lend(Connection raw, @Nullable String label) {
        long now = now();
        if (now - looked >= Dropped.ROUND) {
            lookForDropped(now);
        }
        Slot slot = line().takeEmpty();
        return slot == null ? raw : lend(slot, raw, label, now);
    }

    private Connection lend(Slot slot, Connection raw, @Nullable String label, long now) {
        slot.become(Slot.LENT);
        Account account;
        try {
            slot.fill(raw, slot.text.isEmpty() ? name() + "#" + (slot.index + 1) : slot.text, 0, 0);
            account = account(slot, label, now);
        } catch (Throwable e) { // say, no memory
            putBack(slot);
            throw e;
        }
        Loan loan = lend(slot, null, account, now, null);
        slot.empty(); // else a handle that was dropped would keep the other's alive
        try {
            loan.autoCommitIs(isAutoCommit(raw));
            if (loan instanceof HeardLoan heard) {
                tell(to -> to.checkedOut(heard.lent));
            }
            return loan.connection();
        } catch (Throwable e) { // say, no memory: whoever called gives the connection back
            slot.endLoan();
            putBack(slot);
            throw e;
        }
    }

    @Override
    ConnectionProxy made(Slot slot, Account account, long now) {
        return listener == null
                ? super.made(slot, account, now)
                : new HeardLoan(this, slot, account, now, loans.incrementAndGet());
    }

    /// A statement is about to be run on a loan that is heard of.
    void runs(LoanListener.Lent loan, @Nullable String sql) {
        Site site = Site.here();
        String text = sql == null ? null : SqlText.sanitise(sql, physical().hasNamesInQuotes());
        tell(to -> to.runs(loan, text, site == null ? null : site.text()));
    }

    private void tell(Consumer<LoanListener> event) {
        if (listener == null) {
            return;
        }
        try {
            event.accept(listener);
        } catch (RuntimeException | AssertionError e) {
            log.error("A listener of loans threw; it is ignored", e);
        }
    }

    private Account account(Slot slot, @Nullable String label, long now) {
        boolean recorded = everySite || now - slot.sited >= APART;
        if (recorded) {
            slot.sited = now;
        }
        return accounts().of(label, recorded ? Site.here() : null);
    }

    /// A pool may give connections in which it is off; drivers know without the server. It matters for
    /// words only.
    private static boolean isAutoCommit(Connection raw) {
        try {
            return raw.getAutoCommit();
        } catch (SQLException | RuntimeException e) {
            return true;
        }
    }

    /// Gives back to the other, on the caller's thread, what it had lent; it throws what the other does.
    @Override
    void checkIn(Loan loan) {
        Slot slot = loan.slot;
        long returned = 0;
        try {
            returned = now();
            ended(loan, returned);
        } catch (SQLException e) {
            throw OtherPool.<RuntimeException>asItIs(e);
        } finally {
            try {
                slot.meter.reset(loan.account.id(), returned, now());
            } finally {
                slot.endLoan();
                Reference.reachabilityFence(loan); // until here its handle must not be taken for dropped
                putBack(slot);
            }
        }
    }

    /// Whatever fails here, the other is to have its connection back.
    private void ended(Loan loan, long returned) throws SQLException {
        try {
            loan.slot.meter.ended(returned);
            if (loan instanceof HeardLoan heard) {
                tellEnd(heard, returned);
            }
        } finally {
            loan.driver().close();
        }
    }

    private void tellEnd(HeardLoan loan, long returned) {
        Meter meter = loan.slot.meter;
        tell(to -> to.checkedIn(
                loan.lent,
                Duration.ofNanos(returned - loan.since),
                Duration.ofNanos(meter.lastInSql()),
                Duration.ofNanos(meter.lastUnseen())));
    }

    /// `Connection.close` may throw it, which is what the borrower called.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asItIs(SQLException e) throws E {
        throw (E) e;
    }

    @Override
    void putBack(Slot slot) {
        slot.empty();
        slot.become(Slot.EMPTY);
    }

    /// What is wrong with a connection the other sees for itself.
    @Override
    void invalidated(Slot slot, @Nullable Throwable reason) {}

    @Override
    void invalidatedSoftly(Slot slot, @Nullable Throwable reason) {}

    @Override
    boolean undoesChanges() {
        return false;
    }

    @Override
    void checkDetachable(Slot slot) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "Connection " + slot.text + " belongs to another pool and cannot be detached here: unwrap that pool's",
                "0A000");
    }

    /// Handles that nothing refers to any more are not lent; whether the other will ever know is its
    /// business.
    private void lookForDropped(long now) {
        looked = now;
        for (Slot slot : line().slots()) {
            Loan loan = slot.loan();
            Watched gone = loan == null ? slot.dropped() : null;
            if (loan != null && now - loan.since >= Dropped.ROUND && !loan.isUnseen()) {
                slot.watch(loan);
            } else if (gone != null && !slot.meter.isUnseen() && slot.forget(gone)) {
                forgotten(slot, gone, now);
            }
        }
    }

    private void forgotten(Slot slot, Watched gone, long now) {
        dropped.incrementAndGet();
        try {
            slot.meter.ended(now);
            log.warn(
                    "Connection {}{} was dropped without being closed: nothing refers to it any more, {} after its checkout."
                            + " The pool that lent it may wait for it for ever. Put it in try-with-resources",
                    slot.text,
                    gone.account.borrower(),
                    Leaks.seconds(now - gone.since));
        } finally {
            slot.endLoan();
            putBack(slot);
        }
    }

    ExplainedDataSource.Snapshot seen() {
        lookForDropped(now());
        return new ExplainedDataSource.Snapshot(
                name(), line().count(Slot.LENT), line().waiting(), line().checkouts(), timeouts.get(), dropped.get());
    }

    @Override
    public Explanation explain() {
        long now = now();
        lookForDropped(now);
        return explainer.explain(now, dropped.get());
    }
}
