package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Who has the connection of a slot.
///
/// An object of its own, which the slot renews every [#LOANS] loans, for the collector's sake. A loan is young
/// and its slot old, and after such a store G1 fences and notes the card, up to JDK 25 (JEP 522, in JDK 26, is
/// about what that costs). The cards of a pool's slots lie in a few cache lines, so that threads wait for each
/// other there. A store into what is young itself goes without all that. So whatever comes and goes with a loan is
/// kept here.
final class Holding extends Padded {
    /// How many loans a holding is for: so many that its own bytes do not matter, so few that in a busy slot,
    /// where it matters, it stays young.
    static final int LOANS = 4096;

    private static final VarHandle LOAN;
    private static final VarHandle USER;
    private static final VarHandle TENANT;

    static {
        try {
            LOAN = MethodHandles.lookup().findVarHandle(Holding.class, "loan", Object.class);
            USER = MethodHandles.lookup().findVarHandle(Holding.class, "user", Thread.class);
            TENANT = MethodHandles.lookup().findVarHandle(Holding.class, "tenant", Tenant.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The [Loan], or what watches it.
    private volatile @Nullable Object loan;

    private @Nullable Thread owner;

    /// Which other thread was the first to use the connection. It is kept here and not by the loan, which would be
    /// larger.
    private @Nullable Thread user;

    /// Whether a third one has.
    private boolean usedByMany;

    /// Who has the connection, as far as a layer above has said; set before the loan, and only if there is one.
    private @Nullable Borrower borrower;

    /// On whose account it is lent, if that is counted; set once it is lent.
    private volatile @Nullable Tenant tenant;

    /// Returns the thread that checked the connection out.
    @Nullable
    Thread owner() {
        return owner;
    }

    void usedBy(Thread thread) {
        if (thread != owner && thread != user) {
            usedByAnother(thread);
        }
    }

    /// Two may come to this at once: one of them is the third then.
    private void usedByAnother(Thread thread) {
        if (!USER.compareAndSet(this, (Thread) null, thread)) {
            usedByMany = true;
        }
    }

    /// Returns the first other thread that has used the connection.
    @Nullable
    Thread user() {
        return user;
    }

    boolean isUsedByMany() {
        return usedByMany;
    }

    @Nullable
    Borrower borrower() {
        return borrower;
    }

    @Nullable
    Tenant tenant() {
        return tenant;
    }

    void isOn(@Nullable Tenant next) {
        TENANT.setRelease(this, next);
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

    /// Nothing is written where the owner alone has used it.
    private void forgetUsers() {
        if (user != null) {
            user = null;
            usedByMany = false;
        }
    }

    /// Most callers say nothing of themselves, and then nothing is written of that.
    private void isFor(@Nullable Borrower next) {
        if (next != null || borrower != null) {
            borrower = next;
        }
    }

    void begin(Loan next, @Nullable Borrower its) {
        owner = Thread.currentThread();
        forgetUsers();
        isFor(its);
        LOAN.setRelease(this, (Object) next);
    }

    void end() {
        owner = null;
        forgetUsers();
        isFor(null);
        if (tenant != null) {
            isOn(null);
        }
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
