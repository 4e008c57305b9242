package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Who has the connection of a slot.
///
/// An object of its own, which the slot renews every [#LOANS] loans, for the collector's sake. A loan is young
/// and its slot old, and after such a store G1 fences and notes the card, up to JDK 25 (JEP 522, in JDK 26, is
/// about what that costs). The cards of a pool's slots lie in a few cache lines, so that threads wait for each
/// other there. A store into what is young itself goes without all that.
final class Holding extends Padded {
    /// How many loans a holding is for: so many that its own bytes do not matter, so few that in a busy slot,
    /// where it matters, it stays young.
    static final int LOANS = 4096;

    private static final VarHandle LOAN;

    static {
        try {
            LOAN = MethodHandles.lookup().findVarHandle(Holding.class, "loan", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The [Loan], or what watches it.
    private volatile @Nullable Object loan;

    private @Nullable Thread owner;

    /// Whether another thread has used the connection. It is kept here and not by the loan, which would be larger.
    private boolean usedElsewhere;

    /// Returns the thread that checked the connection out.
    @Nullable
    Thread owner() {
        return owner;
    }

    void usedBy(Thread thread) {
        if (thread != owner) {
            usedElsewhere = true;
        }
    }

    boolean isUsedElsewhere() {
        return usedElsewhere;
    }

    /// Returns who has the connection, or null, also if his handle was dropped.
    @Nullable
    Loan loan() {
        Object now = loan;
        return now instanceof Watched watched ? watched.get() : (Loan) now;
    }

    /// Returns whether there is a loan, even if its handle was dropped.
    boolean isOut() {
        return loan != null;
    }

    /// Returns whether a loan is the present one.
    @SuppressWarnings("ReferenceEquality") // each loan is one
    boolean lends(@Nullable Loan other) {
        Object now = loan;
        return now == other || (other != null && now instanceof Watched watched && watched.refersTo(other));
    }

    void begin(Loan next) {
        owner = Thread.currentThread();
        usedElsewhere = false;
        LOAN.setRelease(this, (Object) next);
    }

    void end() {
        owner = null;
        LOAN.setRelease(this, (Object) null);
    }

    /// Watches a loan, if it is still the present one, for whether its borrower drops the handle.
    void watch(Loan lasting) {
        if (!(loan instanceof Watched)) {
            LOAN.compareAndSet(this, (Object) lasting, (Object) new Watched(lasting));
        }
    }

    /// Returns the present loan if its handle was dropped, or null.
    @Nullable
    Watched dropped() {
        return loan instanceof Watched watched && watched.refersTo(null) ? watched : null;
    }

    /// Forgets a loan whose handle was dropped.
    ///
    /// @return whether this call did it
    boolean forget(Watched dropped) {
        return LOAN.compareAndSet(this, (Object) dropped, (Object) null);
    }

    /// Puts another loan in the place of one whose handle was dropped.
    ///
    /// @return whether this call did it
    boolean inherit(Watched dropped, Loan heir) {
        return LOAN.compareAndSet(this, (Object) dropped, (Object) heir);
    }
}
