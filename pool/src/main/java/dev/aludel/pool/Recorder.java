package dev.aludel.pool;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// Writes JFR events. Loaded only where the module `jdk.jfr` is.
///
/// Whether an event is wanted is asked of one instance that is kept for that, so nothing is made while none is.
final class Recorder implements Flight {
    private static final CheckoutEvent CHECKOUT = new CheckoutEvent();
    private static final TimeoutEvent TIMEOUT = new TimeoutEvent();
    private static final ConnectEvent CONNECT = new ConnectEvent();
    private static final CloseEvent CLOSE = new CloseEvent();
    private static final InvalidateEvent INVALIDATE = new InvalidateEvent();

    private final String pool;

    Recorder(String pool) {
        this.pool = pool;
    }

    @Override
    public boolean recordsCheckouts() {
        return CHECKOUT.isEnabled();
    }

    @Override
    public @Nullable Object waits() {
        if (!CHECKOUT.isEnabled()) {
            return null;
        }
        try {
            return begun();
        } catch (StackOverflowError | OutOfMemoryError e) { // a slot may have been taken
            return null;
        }
    }

    @Override
    public void checkedOut(@Nullable Object began, Slot slot, @Nullable String label) {
        try {
            commit(began instanceof CheckoutEvent waited ? waited : begun(), slot, label);
        } catch (StackOverflowError | OutOfMemoryError e) {
            return; // the loan counts more than its record
        }
    }

    private static CheckoutEvent begun() {
        CheckoutEvent event = new CheckoutEvent();
        event.begin();
        return event;
    }

    private void commit(CheckoutEvent event, Slot slot, @Nullable String label) {
        event.end();
        if (event.shouldCommit()) {
            event.pool = pool;
            event.label = label;
            event.slot = slot.index;
            event.connection = slot.text;
            event.commit();
        }
    }

    @Override
    public void timedOut(PoolTimeoutException timeout, @Nullable String label) {
        if (TIMEOUT.isEnabled()) {
            TimeoutEvent event = new TimeoutEvent();
            event.pool = pool;
            event.label = label;
            event.refused = timeout instanceof PoolOverloadedException;
            event.waited = event.refused ? 0 : timeout.explanation().waited().toNanos();
            event.explanation = timeout.getMessage();
            event.commit();
        }
    }

    @Override
    public @Nullable Object connects() {
        if (!CONNECT.isEnabled()) {
            return null;
        }
        ConnectEvent event = new ConnectEvent();
        event.begin();
        return event;
    }

    @Override
    public void connected(@Nullable Object began, int slot, @Nullable String connection, @Nullable Throwable error) {
        if (began instanceof ConnectEvent event) {
            event.end();
            if (event.shouldCommit()) {
                event.pool = pool;
                event.slot = slot;
                event.connection = connection;
                event.error = error == null ? null : Text.kind(error);
                event.commit();
            }
        }
    }

    @Override
    public @Nullable Object closes() {
        if (!CLOSE.isEnabled()) {
            return null;
        }
        CloseEvent event = new CloseEvent();
        event.begin();
        return event;
    }

    @Override
    public void closed(@Nullable Object began, String connection) {
        if (began instanceof CloseEvent event) {
            event.end();
            if (event.shouldCommit()) {
                event.pool = pool;
                event.connection = connection;
                event.commit();
            }
        }
    }

    @Override
    public void invalidated(@Nullable String connection, @Nullable Throwable reason, boolean soft) {
        if (INVALIDATE.isEnabled()) {
            InvalidateEvent event = new InvalidateEvent();
            event.pool = pool;
            event.connection = connection;
            event.reason = reason == null ? null : Text.kind(reason);
            event.soft = soft;
            event.commit();
        }
    }

    @Name("aludel.Checkout")
    @Label("Checkout")
    @Description("A connection was lent; the duration is that of the wait")
    @Category({"Aludel", "Pool"})
    @Threshold("1 ms")
    @StackTrace(false)
    static final class CheckoutEvent extends Event {
        @Label("Pool")
        @Nullable
        String pool;

        @Label("Label")
        @Description("Who asked")
        @Nullable
        String label;

        @Label("Slot")
        int slot;

        @Label("Connection")
        @Nullable
        String connection;
    }

    @Name("aludel.Timeout")
    @Label("Checkout Timeout")
    @Description("A caller got no connection in time, or was refused")
    @Category({"Aludel", "Pool"})
    static final class TimeoutEvent extends Event {
        @Label("Pool")
        @Nullable
        String pool;

        @Label("Label")
        @Description("Who asked")
        @Nullable
        String label;

        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;

        @Label("Refused")
        @Description("Whether it was not let wait, since as many did as may")
        boolean refused;

        @Label("Explanation")
        @Nullable
        String explanation;
    }

    @Name("aludel.Connect")
    @Label("Connect")
    @Description("An attempt to open a connection has ended")
    @Category({"Aludel", "Pool"})
    @StackTrace(false)
    static final class ConnectEvent extends Event {
        @Label("Pool")
        @Nullable
        String pool;

        @Label("Slot")
        int slot;

        @Label("Connection")
        @Description("None if the attempt failed or came too late")
        @Nullable
        String connection;

        @Label("Error")
        @Description("Class and SQLState, if the attempt failed")
        @Nullable
        String error;
    }

    @Name("aludel.Close")
    @Label("Close")
    @Description("A connection was closed")
    @Category({"Aludel", "Pool"})
    @StackTrace(false)
    static final class CloseEvent extends Event {
        @Label("Pool")
        @Nullable
        String pool;

        @Label("Connection")
        @Nullable
        String connection;
    }

    @Name("aludel.Invalidate")
    @Label("Invalidate")
    @Description("A connection was found unusable, or was said to be")
    @Category({"Aludel", "Pool"})
    static final class InvalidateEvent extends Event {
        @Label("Pool")
        @Nullable
        String pool;

        @Label("Connection")
        @Description("None if all that are open were meant")
        @Nullable
        String connection;

        @Label("Reason")
        @Description("Class and SQLState of the error, if there was one")
        @Nullable
        String reason;

        @Label("Soft")
        @Description("Whether its borrower still uses it, and only the next gets another")
        boolean soft;
    }
}
