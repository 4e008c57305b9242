package dev.aludel.pool;

import java.sql.Connection;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Closes, cancels and cuts the driver's connections, and says so in the log. Nothing that a driver throws then stops
/// the pool.
final class Ends {
    private final Config config;
    private final Logger log;
    private final Events events;

    Ends(Config config, Logger log, Events events) {
        this.config = config;
        this.log = log;
        this.events = events;
    }

    void close(String text, Connection connection) {
        Object closing = null;
        try {
            log.trace("Closing connection {}", text);
            events.tell(listener -> listener.closed(text));
            closing = events.flight.closes();
        } finally { // closed it is, with memory to tell of it or without
            end(text, connection);
        }
        events.flight.closed(closing, text);
    }

    private void end(@Nullable String text, Connection connection) {
        try {
            connection.close();
        } catch (Throwable e) { // nothing can be done about it, and nothing may stop the pool
            closingFailed(text, e);
        }
    }

    private void closingFailed(@Nullable String text, Throwable error) {
        try {
            if (text == null) {
                log.error("Exception closing a connection that came too late ({})", Text.kind(error));
            } else {
                log.error("Exception closing connection {} ({})", text, Text.kind(error));
            }
        } catch (VirtualMachineError e) {
            // no memory to say so
        }
    }

    /// Ends what still runs on a connection.
    void cut(String text, Connection connection, Opened newest) {
        cancel(text, newest, () -> true);
        try {
            connection.abort(config.scheduling().executor());
        } catch (Throwable e) { // it is closed all the same
            log.error("Exception aborting connection {} ({})", text, Text.kind(e));
        }
    }

    /// Has the driver cancel what runs on a connection: the server is not to work on for nobody.
    ///
    /// @param runs whether it still does. Which statement it is nobody knows, and to some drivers a cancel is for
    ///             whatever the connection does by then
    void cancel(String text, @Nullable Opened newest, BooleanSupplier runs) {
        for (Opened one = newest; one != null && runs.getAsBoolean(); one = one.older) {
            try {
                one.cancelDriver();
            } catch (Throwable e) { // it is cut all the same
                log.debug("Exception cancelling a statement of connection {} ({})", text, Text.kind(e));
            }
        }
    }

    void gaveUpClosing(String text) {
        log.warn("Connection {} could not be closed in time: its driver hangs; its slot is free again", text);
    }

    /// Closes a connection that never was in a slot.
    void discard(@Nullable Connection connection) {
        if (connection != null) {
            end(null, connection);
        }
    }

    /// Cuts a connection whose borrower did not return it.
    void abort(String text, Connection connection) {
        log.warn("Connection {} was not returned in time; aborting it", text);
        try {
            connection.abort(config.scheduling().executor());
            if (!connection.isClosed()) { // some drivers' abort does nothing, and their close may wait
                config.scheduling().executor().execute(() -> discard(connection));
            }
        } catch (Throwable e) { // as above
            log.error("Exception aborting connection {} ({})", text, Text.kind(e));
        }
    }
}
