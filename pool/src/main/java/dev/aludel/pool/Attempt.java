package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLTimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One try to put a working connection into a slot.
///
/// It checks the connection that was there, if asked to, and opens a new one if there was none or it is
/// dead. If it is given up, a connection that comes after all is closed.
final class Attempt extends Bounded {
    private static final VarHandle COUNTS;
    private static final VarHandle OPENS;
    private static final VarHandle LOOKS;

    static {
        try {
            COUNTS = MethodHandles.lookup().findVarHandle(Attempt.class, "counts", boolean.class);
            OPENS = MethodHandles.lookup().findVarHandle(Attempt.class, "opens", boolean.class);
            LOOKS = MethodHandles.lookup().findVarHandle(Attempt.class, "looks", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Physical physical;
    private final Account account;

    /// The connection that was in the slot, until it is closed.
    private final AtomicReference<@Nullable Connection> old;

    private final String text;
    private final boolean ping;

    /// After which time an answer is not waited for alone.
    private final long patience;

    private volatile boolean counts = true;

    /// Whether it counts as one of those that open a connection.
    private volatile boolean opens;

    /// Whether it looks at a server that is full, over the connection that it checks.
    private volatile boolean looks;

    /// Whether it does so just now: the check was answered, and the connection will be lent.
    private volatile boolean looking;

    private volatile boolean late;

    /// Whether it has come to nothing, or is about to.
    private volatile boolean vain;

    /// @param slot     a slot in state `CONNECTING`, which the attempt now owns
    /// @param ping     whether to check the connection in the slot; else it is replaced
    /// @param patience in nanoseconds, after which a check that is not answered stops counting
    Attempt(QueuePool pool, Slot slot, Account account, boolean ping, long patience) {
        super(pool, slot);
        this.physical = pool.physical();
        this.account = account;
        this.ping = ping;
        this.patience = patience;
        this.old = new AtomicReference<>(slot.empty());
        this.text = slot.text;
    }

    /// Makes one that opens a connection, and is counted as such.
    static Attempt opening(QueuePool pool, Slot slot, Account account) {
        Attempt attempt = new Attempt(pool, slot, account, false, Growth.OVERDUE);
        attempt.opens = true;
        return attempt;
    }

    /// Has an idle connection checked for nobody, and the server looked at over it if that is wanted;
    /// without memory to, it is retired.
    ///
    /// @param slot in state `LENT`
    static void check(QueuePool pool, Slot slot) {
        Attempt attempt;
        boolean looks = false;
        try {
            looks = pool.growth().crowd().claim();
            attempt = forNobody(pool, slot, true);
        } catch (Throwable e) {
            if (looks) {
                pool.growth().crowd().ended();
            }
            pool.retire(slot);
            throw e;
        }
        attempt.looks = looks;
        slot.become(Slot.CONNECTING);
        attempt.start();
    }

    /// Opens a connection for nobody, which is counted already; without memory to, the slot is empty again.
    ///
    /// @param slot in state `CONNECTING`
    static void open(QueuePool pool, Slot slot) {
        Attempt attempt;
        try {
            attempt = forNobody(pool, slot, false);
            attempt.opens = true;
        } catch (Throwable e) {
            pool.growth().notOpened();
            pool.vacate(slot);
            throw e;
        }
        attempt.start();
    }

    /// Makes an attempt that counts for no caller.
    private static Attempt forNobody(QueuePool pool, Slot slot, boolean ping) {
        Attempt attempt = new Attempt(pool, slot, pool.accounts().nobody(), ping, Growth.OVERDUE);
        attempt.counts = false;
        return attempt;
    }

    /// Starts, and never throws: whoever called has given the slot away.
    @Override
    void start() {
        try {
            if (!begin()) {
                pool.growth().overdue(this);
            }
        } catch (Throwable e) {
            // no memory, or no stack left: whoever comes next tries again
        }
    }

    /// Starts, and if there is no thread to be had says so to one who waits.
    ///
    /// @return false if nothing is under way, and whoever called has to see to the others who wait
    boolean begin() {
        try {
            super.start();
            return true;
        } catch (Throwable e) {
            if (settle()) {
                notBegun(e);
                return false;
            }
            return true;
        }
    }

    private void notBegun(Throwable error) {
        vain = true;
        charge();
        try {
            pool.growth().notBegun(this, error);
        } finally {
            physical.ends().discard(old.getAndSet(null)); // last, since it may hang
        }
    }

    @Override
    void letGo() {
        Connection last = old.getAndSet(null);
        if (last != null) {
            physical.ends().close(text, last);
        }
    }

    @Override
    void broke(Throwable error) {
        vain = true;
        charge();
        pool.growth().failed(this, error);
    }

    @Override
    void work() {
        Physical.Proof proof = physical.proof();
        Connection last = old.get();
        if (last != null && ping && isAlive(last) && isFitAfterLook(last)) {
            long now = pool.now();
            if (ends()) {
                slot.raw = last;
                slot.proven(proof.alarms(), now);
                pool.growth().prepared(this);
            } else {
                letGo();
            }
            return;
        }
        letGo();
        if (isUnwanted()) {
            return;
        }
        if (opens || pool.growth().admits(this)) {
            try {
                connect();
            } finally {
                pool.growth().over(this); // also if it came too late, or there is no memory
            }
        } else if (ends()) {
            pool.growth().leaves(this);
        }
    }

    /// Returns whether it checks a connection that may pass, and soon.
    boolean mayPass() {
        return ping && !late && !vain && old.get() != null;
    }

    private boolean isAlive(Connection last) {
        long asked = pool.now();
        boolean alive = physical.isAlive(text, last);
        long now = pool.now();
        if (alive) {
            physical.probing().answered(now - asked, slot.openedAt);
            return true;
        }
        Probing.Silence silence = physical.probing().failed(asked, now);
        if (silence != null && silence.isCertain(now)) {
            retireUnheard(silence);
        }
        return false;
    }

    private boolean isFitAfterLook(Connection last) {
        if (!looks || look(last)) {
            return true;
        }
        if (pool.now() - began >= Growth.OVERDUE) { // which was overlooked meanwhile
            late = true;
        }
        pool.growth().looked(this); // it is not to be waited for
        return false;
    }

    private boolean look(Connection last) {
        looking = true;
        try {
            return pool.growth().crowd().look(last);
        } finally {
            looking = false;
        }
    }

    /// Retires what is idle and was not heard of since nobody answers.
    private void retireUnheard(Probing.Silence silence) {
        Predicate<Slot> unheard = idle -> idle.lastUsed() - silence.since() < 0;
        int count = 0;
        for (Slot idle = pool.line().takeIdle(unheard);
                idle != null;
                idle = pool.line().takeIdle(unheard)) {
            pool.retire(idle);
            count++;
        }
        physical.unheard(count, silence);
    }

    private void connect() {
        Physical.Proof proof = physical.proof();
        Object connecting = physical.flight().connects();
        Physical.Fresh fresh;
        try {
            fresh = physical.open();
        } catch (Throwable e) { // a driver may throw anything; the slot must come back whatever it is
            physical.flight().connected(connecting, slot.index, null, e);
            if (ends()) {
                pool.growth().failed(this, e);
            }
            return;
        }
        if (ends()) {
            install(fresh, proof);
            try {
                physical.flight().connected(connecting, slot.index, slot.text, null);
            } finally { // likewise
                pool.growth().connected(this);
            }
        } else {
            try {
                physical.flight().connected(connecting, slot.index, null, null);
            } finally {
                physical.ends().discard(fresh.connection());
            }
        }
    }

    private void install(Physical.Fresh fresh, Physical.Proof proof) {
        try {
            physical.install(slot, fresh, proof);
        } catch (Throwable e) { // say, no memory: as above
            slot.raw = null;
            try {
                pool.growth().failed(this, e);
            } finally {
                physical.ends().discard(fresh.connection()); // last, since it may hang
            }
            throw e;
        }
    }

    private boolean ends() {
        boolean first = settle();
        if (first) {
            charge();
        }
        return first;
    }

    private void charge() {
        try {
            slot.meter.connecting(account.id(), began, pool.now());
        } catch (VirtualMachineError e) {
            // the slot must come back, charged or not
        }
    }

    /// Returns whether the attempt counted as under way for the queue; from now on it does not.
    boolean stopCounting() {
        return counts && COUNTS.compareAndSet(this, true, false);
    }

    /// Returns whether the attempt counted as one whose connection is looked over; from now on it does not. It goes
    /// on to while it looks, however long that takes, unless it is given up.
    boolean stopLooking() {
        return looks && (!looking || isUnwanted()) && LOOKS.compareAndSet(this, true, false);
    }

    /// Begins to count as one of those that open a connection.
    ///
    /// @return whether it does: one that takes long already would not be watched
    boolean startOpening() {
        opens = true;
        return !late || !stopOpening();
    }

    /// Returns whether the attempt counted as one that opens a connection; from now on it does not.
    boolean stopOpening() {
        return opens && OPENS.compareAndSet(this, true, false);
    }

    /// Settled is not enough: a log or a listener that blocks may keep the connection from those who wait.
    @Override
    void watches(long limit) {
        if (ping && limit > patience && !comesTrueWithin(patience, () -> opens || looking || isOver())) {
            if (!isUnwanted()) {
                physical.probing().late(began);
            }
            takesLong();
        } else if (limit > Growth.OVERDUE && !comesTrueWithin(Growth.OVERDUE, this::isOver)) {
            takesLong();
        }
    }

    /// A look at a full server may take long: the connection is lent after it.
    private void takesLong() {
        if (!looking) {
            late = true;
        }
        pool.growth().overdue(this);
    }

    private boolean isOver() {
        return isUnwanted() && !counts && !opens;
    }

    @Override
    void goesOn() {
        late = true; // who waits for a check that may pass does so no longer
        pool.growth().overdue(this);
    }

    @Override
    void givenUp() {
        vain = true;
        charge();
        pool.growth().failed(this, noAnswer());
    }

    private Throwable noAnswer() {
        try {
            String text = Text.format("no answer within %.2f s", pool.config().connectTimeout() / 1e9);
            return new SQLTimeoutException(text, "08001");
        } catch (OutOfMemoryError e) { // as above
            return e;
        }
    }
}
