package dev.aludel.pool;

import java.sql.SQLException;

/// A connection could not be opened, and there was no other to wait for, or it was to replace the one at hand.
///
/// SQLState and vendor code are the driver's; its error is the cause. The text names the pool and the address without
/// secrets.
public final class ConnectFailedException extends SQLException {
    private static final long serialVersionUID = 1L;

    private ConnectFailedException(String message, String state, int code, Throwable cause) {
        super(message, state, code, cause);
    }

    static ConnectFailedException of(Config config, Throwable cause) {
        String state = cause instanceof SQLException e && e.getSQLState() != null ? e.getSQLState() : "08001";
        int code = cause instanceof SQLException e ? e.getErrorCode() : 0;
        String message =
                "Pool '%s' cannot connect to %s: %s".formatted(config.name(), config.address(), reason(cause, state));
        return new ConnectFailedException(message, state, code, cause);
    }

    private static String reason(Throwable cause, String state) {
        if (cause instanceof NoHostException) {
            return Text.kind(cause) + "; see to those that failed, or have one promoted";
        }
        if (cause instanceof RoleNotKnownException || cause instanceof LimitRefusedException) {
            return Text.kind(cause);
        }
        if (!(cause instanceof SQLException)) {
            return "it threw " + cause.getClass().getSimpleName() + "; see the cause";
        }
        ConnectTrouble trouble = ConnectTrouble.of(cause);
        return trouble == ConnectTrouble.OTHER
                ? "SQLState " + state + "; see the cause"
                : trouble.what + "; " + trouble.remedy;
    }
}
