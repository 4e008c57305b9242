package dev.aludel.pool;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/// A loan to a lazy handle, which is what the borrower knows. They are referred to by each other only, so that they
/// are collected together.
final class LazyLoan extends ConnectionProxy {
    private @Nullable LazyConnectionBase handle;

    LazyLoan(Slot slot, Account account, long now) {
        super(slot, account, now);
    }

    void isFor(LazyConnectionBase itsHandle) {
        handle = itsHandle;
    }

    @Override
    Connection handle() {
        LazyConnectionBase lazy = handle;
        return lazy == null || !isOpen() ? this : lazy;
    }

    @Override
    void closedOne() {
        LazyConnectionBase lazy = handle;
        if (lazy != null && isOpen()) {
            lazy.settle();
        }
    }
}
