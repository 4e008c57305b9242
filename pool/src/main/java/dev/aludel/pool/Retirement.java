package dev.aludel.pool;

import java.sql.Connection;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Closes the connection of a slot and makes the slot free. A driver's close may hang: then the slot is free all the
/// same, once the connect timeout is over.
final class Retirement extends Bounded {

    /// Until it is closed.
    private @Nullable Connection connection;

    private final @Nullable Opened running;
    private final String text;

    /// Starts it. A connection for whose retirement there is no memory is closed here and now; its slot
    /// is free before that, since the close may hang.
    ///
    /// @param slot    a slot in state `LENT`
    /// @param running what was opened on the connection, if a call of it is still under way: it is
    ///               cancelled first
    static void start(QueuePool pool, Slot slot, @Nullable Opened running) {
        Retirement retirement;
        try {
            retirement = new Retirement(pool, slot, running);
        } catch (VirtualMachineError e) {
            free(pool, slot, running);
            return;
        }
        slot.become(Slot.CONNECTING);
        retirement.start();
    }

    private static void free(QueuePool pool, Slot slot, @Nullable Opened running) {
        Connection connection = slot.empty();
        String text = slot.text;
        try {
            pool.vacate(slot);
        } catch (VirtualMachineError e) {
            // whoever comes next has a connection opened
        } finally {
            close(pool, text, connection, running);
        }
    }

    private static void close(QueuePool pool, String text, @Nullable Connection connection, @Nullable Opened running) {
        if (connection == null) {
            return;
        }
        try {
            if (running != null) {
                pool.physical().ends().cut(text, connection, running);
            }
        } finally {
            pool.physical().ends().close(text, connection);
        }
    }

    private Retirement(QueuePool pool, Slot slot, @Nullable Opened running) {
        super(pool, slot);
        this.connection = slot.empty();
        this.running = running;
        this.text = slot.text;
    }

    @Override
    void start() {
        try {
            pool.scheduling().execute(this);
        } catch (Throwable e) { // say, no stack left
            breakOff(e);
        }
        watch();
    }

    private void watch() {
        try {
            if (!isUnwanted()) {
                startWatch();
            }
        } catch (RejectedExecutionException | VirtualMachineError e) {
            // no thread to be had: it takes as long as it takes
        }
    }

    @Override
    void work() {
        letGo();
        if (settle()) {
            try {
                pool.growth().closed();
            } finally { // whoever it wakes, the slot must come back
                pool.vacate(slot);
            }
        }
    }

    @Override
    void letGo() {
        Connection last = connection;
        connection = null;
        close(pool, text, last, running);
    }

    @Override
    void broke(Throwable error) {
        pool.vacate(slot);
    }

    @Override
    void givenUp() {
        try {
            pool.physical().ends().gaveUpClosing(text);
        } finally {
            pool.vacate(slot);
        }
    }
}
