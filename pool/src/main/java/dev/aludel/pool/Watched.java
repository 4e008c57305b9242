package dev.aludel.pool;

import java.lang.ref.WeakReference;

/// A loan that lasts, in its slot's place for it: the pool itself does not keep the borrower's handle alive any more.
final class Watched extends WeakReference<Loan> {
    final Account account;
    final long since;

    Watched(Loan loan) {
        super(loan);
        this.account = loan.account;
        this.since = loan.since;
    }
}
