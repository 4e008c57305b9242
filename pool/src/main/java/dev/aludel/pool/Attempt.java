package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/// One try to put a working connection into a slot, off the caller's thread and with a hard deadline.
///
/// It checks the connection that was there, if asked to, and opens a new one if there was none or it is dead. When
/// the deadline passes the attempt is abandoned: its thread is interrupted (which closes the socket of a virtual
/// thread), the slot is free again, and a connection that comes after all is closed. Until an attempt is settled
/// it does not touch its slot; settling happens once.
final class Attempt implements Runnable {
    private static final VarHandle SETTLED;
    private static final VarHandle COUNTS;

    static {
        try {
            SETTLED = MethodHandles.lookup().findVarHandle(Attempt.class, "settled", boolean.class);
            COUNTS = MethodHandles.lookup().findVarHandle(Attempt.class, "counts", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Slot slot;

    private final QueuePool pool;
    private final Physical physical;
    private final Account account;
    private final @Nullable Connection old;
    private final String text;
    private final boolean ping;
    private final long began;

    private volatile boolean settled;
    private volatile boolean counts = true;
    private volatile @Nullable Thread worker;
    private volatile @Nullable Thread watchdog;

    /// @param slot a slot in state `CONNECTING`, which the attempt now owns
    /// @param ping whether to check the connection in the slot; else it is replaced
    Attempt(QueuePool pool, Slot slot, Account account, boolean ping) {
        this.pool = pool;
        this.physical = pool.physical();
        this.slot = slot;
        this.account = account;
        this.ping = ping;
        this.old = slot.empty();
        this.text = slot.text;
        this.began = pool.now();
    }

    /// Makes an attempt that counts for no caller.
    static Attempt forNobody(QueuePool pool, Slot slot, Account account, boolean ping) {
        Attempt attempt = new Attempt(pool, slot, account, ping);
        attempt.counts = false;
        return attempt;
    }

    /// Starts the work and its watchdog.
    void start() {
        try {
            pool.scheduling().executor().execute(this);
            pool.scheduling().executor().execute(this::watch);
        } catch (Throwable e) { // no thread to be had
            if (settle()) {
                physical.discard(old);
                pool.failed(this, e);
            }
        }
    }

    @Override
    public void run() {
        worker = Thread.currentThread();
        try {
            work();
        } finally {
            worker = null;
            Thread thread = watchdog;
            if (thread != null) {
                pool.scheduling().unpark().accept(thread);
            }
        }
    }

    private void work() {
        Physical.Proof proof = physical.proof();
        if (old != null && ping && physical.isAlive(text, old)) {
            if (settle()) {
                slot.raw = old;
                slot.proven(proof.alarms(), pool.now());
                pool.prepared(this);
            } else {
                physical.close(text, old);
            }
            return;
        }
        if (old != null) {
            physical.close(text, old);
        }
        if (!settled) {
            connect();
        }
    }

    private void connect() {
        Physical.Proof proof = physical.proof();
        Object connecting = physical.flight().connects();
        Physical.Fresh fresh;
        try {
            fresh = physical.open();
        } catch (Throwable e) { // a driver may throw anything; the slot must come back whatever it is
            physical.flight().connected(connecting, slot.index, null, e);
            if (settle()) {
                pool.failed(this, e);
            }
            return;
        }
        if (settle()) {
            physical.install(slot, fresh, proof);
            physical.flight().connected(connecting, slot.index, slot.text, null);
            pool.connected(this);
        } else {
            physical.flight().connected(connecting, slot.index, null, null);
            physical.discard(fresh.connection());
        }
    }

    /// Says whether the attempt was still wanted, and if so charges its time.
    private boolean settle() {
        if (!SETTLED.compareAndSet(this, false, true)) {
            return false;
        }
        slot.meter.connecting(account.id(), began, pool.now());
        return true;
    }

    /// Returns whether the attempt counted as under way for the queue; from now on it does not.
    boolean stopCounting() {
        return counts && COUNTS.compareAndSet(this, true, false);
    }

    private void watch() {
        watchdog = Thread.currentThread();
        long limit = pool.config().connectTimeout();
        if (limit > Growth.OVERDUE && !isSettledWithin(Growth.OVERDUE)) {
            pool.overdue(this);
        }
        if (!isSettledWithin(limit) && settle()) {
            Thread thread = worker;
            if (thread != null) {
                thread.interrupt();
            }
            pool.failed(this, new SQLTimeoutException(Text.format("no answer within %.2f s", limit / 1e9), "08001"));
        }
    }

    private boolean isSettledWithin(long limit) {
        for (long left = limit - (pool.now() - began); !settled && left > 0; left = limit - (pool.now() - began)) {
            pool.scheduling().park().accept(left);
        }
        return settled;
    }
}
