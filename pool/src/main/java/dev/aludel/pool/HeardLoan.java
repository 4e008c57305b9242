package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// A loan of another pool's connection whose statements somebody wants to hear of.
final class HeardLoan extends ConnectionProxy {
    final LoanListener.Lent lent;
    private final OtherPool pool;

    HeardLoan(OtherPool pool, Slot slot, Account account, long now, long number) {
        super(slot, account, now);
        this.pool = pool;
        this.lent = new LoanListener.Lent(
                number,
                account.label(),
                account.site() == null ? null : account.site().text(),
                Thread.currentThread());
    }

    @Override
    void runs(@Nullable String sql) {
        pool.runs(lent, sql);
    }
}
