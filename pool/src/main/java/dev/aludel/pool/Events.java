package dev.aludel.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Tells the listener, and keeps what it throws away from the pool.
final class Events {
    /// The listener that does nothing.
    static final PoolListener SILENT = new PoolListener() {};

    private final PoolListener listener;
    private final Logger log;

    /// What is recorded by the JDK, besides what the listener is told.
    final Flight flight;

    Events(PoolListener listener, Flight flight, Logger log) {
        this.listener = listener;
        this.flight = flight;
        this.log = log;
    }

    /// Returns whether there is a listener: saves the hot path the making of an event.
    boolean isHeard() {
        return listener != SILENT;
    }

    /// @param wait what the recording began with, or null
    void checkedOut(Slot slot, Account account, @Nullable Object wait) {
        if (isHeard()) {
            tell(to -> to.checkedOut(slot.text, account.label()));
        }
        if (flight.recordsCheckouts()) {
            flight.checkedOut(wait, slot, account.label());
        }
    }

    void checkedIn(Slot slot, Loan loan) {
        if (isHeard()) {
            tell(to -> to.checkedIn(slot.text, loan.label()));
        }
    }

    void invalidated(String connection, @Nullable Throwable reason) {
        tell(to -> to.invalidated(connection, reason));
        flight.invalidated(connection, reason, false);
    }

    void invalidatedSoftly(String connection, @Nullable Throwable reason) {
        tell(to -> to.invalidatedSoftly(connection, reason));
        flight.invalidated(connection, reason, true);
    }

    void tell(Consumer<PoolListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) { // whatever it throws, a connection on its way must not be lost
            log.error("A pool listener threw; it is ignored", e);
        }
    }
}
