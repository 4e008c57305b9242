package dev.aludel.pool;

import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/// None of several servers would do. Its text says of each what is wrong with it, without secrets.
final class NoHostException extends SQLTransientConnectionException {
    private static final long serialVersionUID = 1L;

    NoHostException(String message, String state, @Nullable Throwable cause) {
        super(message, state, cause);
    }
}
