package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A place for one connection. It outlives the connections that sit in it, one after another.
///
/// A slot is in exactly one state, changed by compare-and-set where two may want it. Whoever moved it out of
/// `IDLE` or `EMPTY` owns it, and with it all fields; others read what is volatile, what is read opaquely, and what a
/// [Holding] tells them.
final class Slot extends Padded {
    /// Holds no connection.
    static final int EMPTY = 0;
    /// Somebody is opening, checking or closing its connection.
    static final int CONNECTING = 1;
    /// Holds a connection that nobody has.
    static final int IDLE = 2;
    /// Its connection is lent, or handed to a caller who is about to take it.
    static final int LENT = 3;
    /// Its connection is lent through other slots: see [StaticPool].
    static final int SHARED = 4;

    static final int STATES = 5;

    private static final int MEAN_OF = 32;

    private static final long IN_DOUBT = Long.MIN_VALUE / 2;

    private static final VarHandle STATE;
    private static final VarHandle CHECKOUTS;
    private static final VarHandle LAST_USED;
    private static final VarHandle RETURNED;
    private static final VarHandle USUALLY_HELD;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Slot.class, "state", int.class);
            RETURNED = MethodHandles.lookup().findVarHandle(Slot.class, "returned", long.class);
            USUALLY_HELD = MethodHandles.lookup().findVarHandle(Slot.class, "usuallyHeld", long.class);
            LAST_USED = MethodHandles.lookup().findVarHandle(Slot.class, "lastUsed", long.class);
            CHECKOUTS = MethodHandles.lookup().findVarHandle(Slot.class, "checkouts", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final QueuePool pool;
    final int index;
    final Meter meter;

    private volatile int state;
    /// Replaced between two loans only, by who is about to lend: the one before has no loan any more.
    private volatile Holding holding = new Holding();

    /// Whether somebody said that the connection is no good.
    private volatile boolean condemned;

    @SuppressWarnings("unused") // by CHECKOUTS
    private long checkouts;

    @Nullable
    Connection raw;

    /// Who opens, checks or closes the connection, or did so last.
    private volatile @Nullable Bounded work;

    /// How to put the connection back into the state it was opened in, if that is possible and wanted.
    Server.@Nullable BirthState birth;

    /// Who judges by its text whether a statement may change that state, if anybody is to.
    @Nullable
    Server watching;

    volatile String text = "";

    /// By which number the server knows the connection, if the driver tells.
    volatile OptionalLong backend = OptionalLong.empty();

    int generation;
    volatile long openedAt;
    volatile long expiresAt;
    private long lastUsed;
    private long returned;
    /// A mean of how long the last loans were held, in which each counts one part of [#MEAN_OF].
    private long usuallyHeld;
    /// When a checkout last had its line of code recorded.
    long sited = Long.MIN_VALUE / 2;
    /// Notes on the connection.
    private @Nullable Map<String, Object> info;
    /// What [Physical.Proof] says of alarms, as of when the connection was opened or last checked.
    int alarms;
    /// When it was last opened or checked; [#IN_DOUBT] if since then its server refused to write.
    private long provenAt;
    /// Whether it was opened or checked since it was last lent.
    boolean isProven;
    /// Whether the log has said that the connection is checked out.
    boolean announced;

    Slot(QueuePool pool, int index, Meter meter) {
        this.pool = pool;
        this.index = index;
        this.meter = meter;
    }

    int state() {
        return state;
    }

    boolean move(int from, int to) {
        return state == from && STATE.compareAndSet(this, from, to);
    }

    /// Sets the state; only for the owner.
    void become(int next) {
        state = next;
    }

    void workedOnBy(Bounded next) {
        work = next;
    }

    /// Forgets who worked on it, unless another does by now.
    @SuppressWarnings("ReferenceEquality") // each is one
    void leftBy(Bounded past) {
        if (work == past) {
            work = null;
        }
    }

    /// Returns whether the connection is being checked, and may pass.
    boolean isChecked() {
        return work instanceof Attempt attempt && attempt.mayPass() && state == CONNECTING;
    }

    /// Returns the thread that opens or checks the connection, or null if none does now.
    @Nullable
    Thread worker() {
        return work instanceof Attempt attempt ? attempt.worker() : null;
    }

    /// Must be called before [#lend], which needs no memory.
    void renewHolding() {
        if (checkouts % Holding.LOANS == 0) {
            holding = new Holding();
        }
    }

    /// Lends the connection.
    ///
    /// @param borrower who has it, as far as a layer above has said
    void lend(Loan next, @Nullable Borrower borrower) {
        isProven = false;
        announced = false;
        CHECKOUTS.setOpaque(this, checkouts + 1);
        meter.lent(next.account.id(), next.since);
        holding.begin(next, borrower);
    }

    /// Returns who has the connection; while it is checked in, who had it. Null, too, if his handle was dropped.
    @Nullable
    Loan loan() {
        return holding.loan();
    }

    /// Returns the thread that checked the connection out.
    @Nullable
    Thread owner() {
        return holding.owner();
    }

    /// A thread uses the connection.
    void usedBy(Thread thread) {
        holding.usedBy(thread);
    }

    /// Returns the first other thread that has used the connection than the one that checked it out.
    @Nullable
    Thread user() {
        return holding.user();
    }

    /// Returns whether a third thread has used it.
    boolean isUsedByMany() {
        return holding.isUsedByMany();
    }

    /// Returns whether there is a loan, even if its handle was dropped.
    boolean isOut() {
        return holding.isOut();
    }

    /// Returns whether a loan is the present one.
    boolean lends(@Nullable Loan other) {
        return holding.lends(other);
    }

    /// Watches a loan, if it is still the present one, for whether its borrower drops the handle.
    void watch(Loan lasting) {
        holding.watch(lasting);
    }

    /// Returns the present loan if its handle was dropped, or null.
    @Nullable
    Watched dropped() {
        return holding.dropped();
    }

    /// Forgets a loan whose handle was dropped.
    ///
    /// @return whether this call did it
    boolean forget(Watched dropped) {
        return holding.forget(dropped);
    }

    /// Puts another loan in the place of one whose handle was dropped.
    ///
    /// @return whether this call did it
    boolean inherit(Watched dropped, Loan heir) {
        return holding.inherit(dropped, heir);
    }

    /// Returns who has the connection, if a layer above has said so.
    @Nullable
    Borrower borrower() {
        return holding.borrower();
    }

    /// Returns the piece of work that has the connection, or null if nobody has said which.
    @Nullable
    Object scope() {
        Borrower its = borrower();
        return its == null ? null : its.scope();
    }

    /// Returns whether the connection is lent to a piece of work: by the scopes, or, where one of the
    /// two has none, by the thread that checked it out.
    boolean isOf(Thread thread, @Nullable Object asking) {
        if (!isOut()) { // read first: what is read after it is no older than the loan
            return false;
        }
        Object its = asking == null ? null : scope();
        return its == null ? thread.equals(owner()) : its.equals(asking);
    }

    /// Returns the present loan if it is that of a piece of work, see [#isOf], and still is afterwards; or null.
    @Nullable
    Loan loanOf(Thread thread, @Nullable Object asking) {
        Loan its = loan();
        boolean isOf = its != null && isOf(thread, asking);
        VarHandle.acquireFence(); // what was read was read before this
        return isOf && lends(its) ? its : null;
    }

    /// Says on whose account the connection is lent, once it is, if that is counted.
    void isOn(Tenant tenant) {
        holding.isOn(tenant);
    }

    @Nullable
    Tenant tenant() {
        return holding.tenant();
    }

    /// Ends the loan.
    ///
    /// @return on whose account it was, if that is counted: he is to have his permit back
    @Nullable
    Tenant endLoan() {
        Tenant its = holding.tenant();
        holding.end();
        return its;
    }

    /// Returns when the connection was last returned, checked or opened. Anybody may ask.
    long lastUsed() {
        return (long) LAST_USED.getOpaque(this);
    }

    /// Returns when a borrower last returned the connection, or it was opened. Anybody may ask.
    long returned() {
        return (long) RETURNED.getOpaque(this);
    }

    /// A loan was held for so long.
    void heldFor(long time) {
        long mean = usuallyHeld;
        USUALLY_HELD.setOpaque(this, mean == 0 ? time : mean + (time - mean) / MEAN_OF);
    }

    /// Returns how long loans were held lately, or 0 if there was none. Anybody may ask.
    long usuallyHeld() {
        return (long) USUALLY_HELD.getOpaque(this);
    }

    void returnedAt(long now) {
        RETURNED.setOpaque(this, now);
        usedAt(now);
    }

    void usedAt(long now) {
        LAST_USED.setOpaque(this, now);
    }

    /// Returns how often the slot was lent. It never falls.
    long checkouts() {
        return (long) CHECKOUTS.getOpaque(this);
    }

    void fill(Connection connection, String name, int itsGeneration, long expiry) {
        raw = connection;
        text = name;
        generation = itsGeneration;
        expiresAt = expiry;
        announced = false;
        condemned = false;
        info = null;
    }

    /// Makes this a slot for one more loan of the connection in another.
    Slot beside(Slot other) {
        fill(Objects.requireNonNull(other.raw), other.text, other.generation, other.expiresAt);
        info = other.info();
        birth = other.birth;
        backend = other.backend;
        watching = other.watching;
        return this;
    }

    Map<String, Object> info() {
        Map<String, Object> notes = info;
        if (notes == null) {
            notes = new ConcurrentHashMap<>();
            info = notes;
        }
        return notes;
    }

    /// Says that the connection was seen to work.
    void proven(int alarmsBefore, long now) {
        alarms = alarmsBefore;
        provenAt = now;
        usedAt(now);
        isProven = true;
    }

    /// Says that the connection is not to be lent again, whoever has it.
    void condemn() {
        condemned = true;
    }

    boolean isCondemned() {
        return condemned;
    }

    long provenAt() {
        return provenAt;
    }

    /// Says that its server may have another role by now.
    void doubtRole() {
        provenAt = IN_DOUBT;
    }

    boolean isRoleInDoubt() {
        return provenAt == IN_DOUBT;
    }

    /// Takes the connection out, to be closed.
    @Nullable
    Connection empty() {
        Connection connection = raw;
        raw = null;
        return connection;
    }

    @Override
    public String toString() {
        return text;
    }
}
