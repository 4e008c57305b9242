package dev.aludel.pool;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Set;

/// Tells by SQLState whether an error means that the connection is lost.
final class Disconnects {
    /// PostgreSQL: terminated by an administrator, crash of another backend, cannot connect now, database
    /// dropped, idle or in a transaction for too long.
    /// H2: connection broken, database closed.
    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "90067", "90098", "90121");

    private Disconnects() {}

    static boolean isDisconnect(SQLException e) {
        if (e instanceof SQLRecoverableException || e instanceof SQLNonTransientConnectionException) {
            return true;
        }
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || LOST.contains(state));
    }
}
