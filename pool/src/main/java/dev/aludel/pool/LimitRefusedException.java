package dev.aludel.pool;

import java.sql.SQLException;

/// A driver does not take a timeout that the settings ask for. Its text is the pool's own.
final class LimitRefusedException extends SQLException {
    private static final long serialVersionUID = 1L;

    LimitRefusedException(String message, Throwable cause) {
        super(message, "0A000", cause);
    }
}
