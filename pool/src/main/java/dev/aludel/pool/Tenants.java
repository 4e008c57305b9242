package dev.aludel.pool;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Has those of one tenant wait for each other, before they wait for anybody else: see [Settings#maxPerTenant].
///
/// A caller has a permit of his tenant's before he looks for a connection, and keeps it until the loan has ended. Who
/// finds none does not stand in the [Line], where he would hold up those behind him.
final class Tenants {
    private final QueuePool pool;
    private final Queueing queueing;
    private final int most;

    /// @param most how many connections those of one tenant may have at once
    Tenants(QueuePool pool, Queueing queueing, int most) {
        this.pool = pool;
        this.queueing = queueing;
        this.most = most;
    }

    /// Checks out for who asks on a tenant's account.
    ///
    /// @param name the tenant's
    /// @param left nanoseconds up to the deadline that the caller has stated, or [Waiter#UNSTATED]
    Loan checkOut(String name, Borrower borrower, @Nullable String label, long now, long deadline, long left)
            throws SQLException {
        Tenant tenant = pool.line().tenants().entered(name, most);
        boolean permitted = false;
        long since = now;
        Loan loan = null;
        try {
            permitted = tenant.take();
            if (permitted) {
                tenant.lacks();
                loan = pool.checkOut(borrower, label, now, deadline, left);
            } else {
                Waiter waiter = pool.waiter(borrower, label, now, deadline, left);
                since = await(waiter, tenant);
                permitted = true;
                tenant.lacks();
                loan = checkOut(waiter, since);
            }
            loan.slot.isOn(tenant);
            tenant.lacked(loan.since - since);
            return loan;
        } finally {
            if (loan == null) {
                leave(tenant, permitted, since);
            }
        }
    }

    /// Whatever a caller was told, his permit comes back.
    private void leave(Tenant tenant, boolean permitted, long since) {
        try {
            if (permitted) {
                tenant.lacked(pool.now() - since);
            }
        } finally {
            if (permitted) {
                Tenant.giveBack(tenant);
            } else {
                tenant.exit();
            }
        }
    }

    private Loan checkOut(Waiter waiter, long now) throws SQLException {
        try {
            return pool.checkOut(waiter.permitted(now), now);
        } finally {
            pool.line().letGo(waiter);
        }
    }

    /// Waits for a permit, which the caller has if this returns.
    ///
    /// @return when he got it
    private long await(Waiter waiter, Tenant tenant) throws SQLException {
        AtCap atCap = new AtCap(tenant, waiter.since);
        waiter.atCap = atCap;
        queueing.waitsAtCap(waiter, tenant);
        if (!join(waiter, tenant)) {
            throw queueing.tooMany(waiter);
        }
        try {
            park(waiter, tenant);
            long now = pool.now();
            atCap.ends(now, tenant.lacking());
            return now;
        } catch (Throwable e) { // say, no memory: nothing may be handed to who is gone
            leave(waiter, tenant);
            throw e;
        }
    }

    private boolean join(Waiter waiter, Tenant tenant) {
        try {
            return tenant.join(waiter, pool.config().maxWaiting());
        } catch (Throwable e) { // as above
            leave(waiter, tenant);
            throw e;
        }
    }

    private static void leave(Waiter waiter, Tenant tenant) {
        if (!tenant.leave(waiter) && waiter.isPermitted()) {
            tenant.handOn();
        }
    }

    private void park(Waiter waiter, Tenant tenant) throws SQLException {
        queueing.failIfClosed();
        for (boolean parked = false; !waiter.isPermitted(); parked = true) {
            if (waiter.outcome() instanceof Throwable error) {
                throw queueing.refusal(error);
            }
            long now = pool.now();
            long until = parked ? waiter.untilWoken(now) : waiter.until();
            if (now >= until && tenant.leave(waiter)) {
                throw queueing.timedOut(waiter);
            }
            if (Thread.currentThread().isInterrupted() && tenant.leave(waiter)) {
                throw queueing.interrupted();
            }
            if (waiter.outcome() == null) {
                queueing.deadlines().park(waiter, now, until);
            }
        }
    }
}
