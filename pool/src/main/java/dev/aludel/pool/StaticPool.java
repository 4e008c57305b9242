package dev.aludel.pool;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A pool of one connection that all borrowers share.
///
/// The first slot is the connection's own. It is opened, checked, replaced and closed like any slot of
/// a [QueuePool], but only while nobody uses it: it is `SHARED` from the first checkout to the last
/// check-in. Each loan has a slot of its own beside it, with the same connection, so that each is
/// metered and shown by itself. Whoever counts [#users] down to 0 has the connection alone.
final class StaticPool extends QueuePool {
    private final AtomicInteger users = new AtomicInteger();

    /// Whether it was ever more than one since the first checkout.
    private volatile boolean shared;

    /// The one of the loans that have ended since then that took over what all of them left to be undone.
    private final AtomicReference<@Nullable ConnectionBase> left = new AtomicReference<>();

    /// Whether the connection must not be lent again.
    private volatile boolean unfit;

    /// What its borrowers last said by JDBC: the driver may not answer while somebody's statement runs. If two say it
    /// at
    /// once, or one in SQL, it may be wrong; so the last to return asks the driver what there is to be undone.
    private volatile boolean autoCommit;

    /// The slot of the loan that ended last.
    private volatile @Nullable Slot last;

    StaticPool(Config config) {
        super(config);
    }

    private Slot connection() {
        return line().slots()[0];
    }

    @Override
    @Nullable
    Slot take(long now) {
        Slot idle = super.take(now);
        return idle == null ? share() : idle;
    }

    /// A connection in use is not looked at: it cannot be replaced under those who use it.
    @Override
    boolean isFit(Slot slot, long now) throws SQLException {
        return slot.index > 0 || super.isFit(slot, now);
    }

    @Override
    void joined() {
        while (line().oldest() != null) {
            Slot share = share();
            if (share == null) {
                return;
            }
            if (!line().offer(share)) { // who waited has left
                endForNobody(share);
                return;
            }
        }
    }

    private void endForNobody(Slot share) {
        long now = now();
        boolean fit = false;
        try {
            fit = reset(new ConnectionProxy(share, accounts().nobody(), now), now);
        } finally {
            returned(share, fit, now, null);
        }
    }

    /// Returns a share in a connection that others use, or null if nobody does or it is not to be lent
    /// any more.
    private @Nullable Slot share() {
        if (users.get() == 0 || unfit || !isOpen() || !physical().isCurrent(connection())) {
            return null;
        }
        Slot share = line().takeBeyond();
        if (share == null || enter()) {
            return share == null ? null : share.beside(connection());
        }
        share.become(Slot.EMPTY);
        return null;
    }

    /// A share that nobody got ends without a loan. If it was the last, what the others left to be
    /// undone is not known.
    @Override
    void putBack(Slot slot) {
        if (slot.index == 0) {
            super.putBack(slot);
            return;
        }
        slot.empty();
        try {
            vacate(slot);
        } finally {
            countOut();
        }
    }

    private void countOut() {
        if (users.decrementAndGet() == 0) {
            left.set(null);
            connection().become(Slot.LENT);
            if (shared || unfit) {
                retire(connection());
            } else {
                line().hand(connection());
            }
        }
    }

    private boolean enter() {
        for (int now = users.get(); now > 0; now = users.get()) {
            if (users.compareAndSet(now, now + 1)) {
                shared = true;
                return true;
            }
        }
        return false;
    }

    @Override
    Loan lend(Slot slot, @Nullable Borrower borrower, Account account, long now, @Nullable Object wait) {
        return super.lend(slot.index == 0 ? first(slot) : slot, borrower, account, now, wait);
    }

    /// A loan is told what the others have made of the connection, and who waits for it shares it.
    @Override
    void lent(Loan loan, @Nullable Object wait) {
        loan.autoCommitIs(autoCommit);
        super.lent(loan, wait);
        joined();
    }

    @Override
    void autoCommitIs(boolean on) {
        autoCommit = on;
    }

    @Override
    void checkDetachable(Slot slot) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "Connection " + slot.text + " is shared by all borrowers (kind STATIC) and cannot be detached",
                "0A000");
    }

    /// Makes the connection one that is shared, by one borrower to begin with.
    private Slot first(Slot connection) {
        Slot share = null;
        try {
            share = Objects.requireNonNull(line().takeBeyond());
            share.beside(connection);
        } catch (Throwable e) { // no memory: the connection must come back, and the share
            if (share != null) {
                share.empty();
                share.become(Slot.EMPTY);
            }
            line().hand(connection);
            throw e;
        }
        share.announced = connection.announced;
        unfit = false;
        shared = false;
        left.set(null);
        autoCommit = true;
        connection.become(Slot.SHARED);
        users.set(1);
        return share;
    }

    /// Tells the last loan what the others have made of the connection.
    ///
    /// @return whether it could be asked
    private static boolean follow(Loan loan) {
        try {
            loan.autoCommitIs(loan.driver().getAutoCommit());
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /// Only the last borrower's return ends the transaction, which was everybody's.
    @Override
    boolean reset(Loan loan, long returned) {
        if (!loan.isBroken()) {
            loan.closeStatements();
        }
        if (loan.isBroken()) {
            unfit = true;
        }
        ConnectionBase mine = (ConnectionBase) loan;
        if (mine.leavesSomething()) {
            leave(mine);
        }
        return !leaves(loan.slot) || (inherit(mine) && super.reset(loan, returned));
    }

    /// Counts a share out, once: from then on it has no connection.
    ///
    /// @return whether it was the last
    private boolean leaves(Slot share) {
        share.empty();
        boolean isLast = users.decrementAndGet() == 0;
        if (isLast) {
            last = share;
        }
        return isLast;
    }

    /// Keeps one loan only, however many have ended.
    private void leave(ConnectionBase heir) {
        while (!left.compareAndSet(null, heir)) {
            ConnectionBase other = left.getAndSet(null);
            if (other != null) {
                heir.inherit(other);
            }
        }
    }

    /// Leaves to the last loan what all have to undo.
    ///
    /// @return whether the connection is still good
    private boolean inherit(ConnectionBase heir) {
        ConnectionBase other = left.getAndSet(null);
        if (unfit || !shared) {
            return !unfit;
        }
        if (other != null && !other.equals(heir)) {
            heir.inherit(other);
        }
        boolean known = follow(heir);
        heir.talkedIfOff();
        return known;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // each slot is one
    void returned(Slot slot, boolean fit, long at, @Nullable Opened running) {
        if (slot.raw != null) { // its return broke off before it was counted out
            unfit = true;
            leaves(slot);
        }
        boolean isLast = slot == last;
        try {
            vacate(slot);
        } finally {
            if (isLast) {
                last = null;
                connection().become(Slot.LENT);
                super.returned(connection(), fit, at, running);
            }
        }
    }

    /// Who comes from now on does not share it, but waits until all have returned it.
    @Override
    void invalidatedSoftly(Slot slot, @Nullable Throwable reason) {
        super.invalidatedSoftly(connection(), reason);
    }

    @Override
    void invalidated(Slot slot, @Nullable Throwable reason) {
        unfit = true;
        super.invalidated(slot, reason);
    }
}
