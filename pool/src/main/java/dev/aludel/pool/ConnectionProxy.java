package dev.aludel.pool;

import java.sql.Connection;
import java.util.Objects;

final class ConnectionProxy extends Loan {
    ConnectionProxy(Slot slot, Account account, long now) {
        super(slot, Objects.requireNonNull(slot.raw), account, now);
    }

    @Override
    public Connection connection() {
        return driver();
    }

    @Override
    public void close() {
        finish();
    }

    @Override
    void closeStatements() {}

    @Override
    void restoreState() {}
}
