package dev.aludel.pool;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;

/// Tells from an error whether a call of the driver may have been broken off half-way.
final class Interrupts {
    private static final int DEEPEST = 8;

    private Interrupts() {}

    /// Returns whether a call may have ended by an interrupt or a socket's timeout: nobody knows then what is
    /// still to come from the server.
    static boolean mayHaveEnded(SQLException e) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        Throwable cause = e.getCause();
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof InterruptedIOException) { // a socket's timeout is one
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
