package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Tells a driver where each borrower's work begins and ends (JDBC 4.3, request boundaries), if it listens: most do
/// not, and are not called.
///
/// It is the only call of a driver on the thread of a caller who finds a connection ready. The JDBC specification has
/// it as a hint, and drivers answer it without the server.
final class Requests {
    private volatile @Nullable Boolean heard;

    /// Looks at the first connection only.
    void learn(Connection connection) {
        if (heard == null) {
            heard = hasOwn(connection, "beginRequest") || hasOwn(connection, "endRequest");
        }
    }

    private static boolean hasOwn(Connection connection, String method) {
        try {
            return connection.getClass().getMethod(method).getDeclaringClass() != Connection.class;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return true; // then it is asked
        }
    }

    /// Must be called before each loan.
    ///
    /// @return why the connection must not be lent, or null
    @Nullable
    Throwable begin(@Nullable Connection connection) {
        if (Boolean.TRUE.equals(heard) && connection != null) {
            try {
                connection.beginRequest();
            } catch (Throwable e) { // whatever the driver throws, the connection is not fit to be lent
                return e;
            }
        }
        return null;
    }

    /// Must be called after each, when everything else has been put back.
    void end(Connection connection) throws SQLException {
        if (Boolean.TRUE.equals(heard)) {
            connection.endRequest();
        }
    }
}
