package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// The timeouts that a pool gives its statements and connections.
///
/// Not every driver has them. A default is then done without, and the log is told once; one that somebody asked for
/// is insisted on.
final class Limits {
    /// How much longer than a statement the driver waits at most, in milliseconds.
    private static final int ROOM = 30_000;

    private final Config config;
    private final Logger log;
    private final Supplier<Server> server;
    private final AtomicBoolean statementsTold = new AtomicBoolean();
    private final AtomicBoolean socketsTold = new AtomicBoolean();

    /// Whether the driver has taken a network timeout.
    private volatile boolean limitsSockets;

    Limits(Config config, Logger log, Supplier<Server> server) {
        this.config = config;
        this.log = log;
        this.server = server;
    }

    /// Gives a connection that was just opened its network timeout.
    ///
    /// @throws SQLException if the connection is lost, or the driver refuses what was asked for
    void limitSocket(Connection connection) throws SQLException {
        int millis = config.socketMillis();
        if (millis == 0) {
            return;
        }
        try {
            connection.setNetworkTimeout(Runnable::run, millis);
            limitsSockets = true;
        } catch (SQLException | RuntimeException | LinkageError e) {
            refused(
                    e,
                    config.socketTimeoutGiven(),
                    socketsTold,
                    "network timeout of " + millis + " ms",
                    "socketTimeout",
                    "give the driver its own limit, if it has one");
        }
    }

    /// Likewise one whose borrower may have had another, and is gone.
    void limitAgain(Connection connection) throws SQLException {
        if (limitsSockets) {
            limitSocket(connection);
        }
    }

    /// Must be called when the driver has refused a statement's default timeout.
    ///
    /// @throws SQLException if the connection is lost, or the timeout was asked for
    void statementRefused(Throwable e) throws SQLException {
        refused(
                e,
                config.statementTimeoutGiven(),
                statementsTold,
                "query timeout of " + config.statementSeconds() + " s",
                "statementTimeout",
                "limit statements at the server");
    }

    private void refused(
            Throwable e, boolean isAskedFor, AtomicBoolean told, String limit, String setting, String instead)
            throws SQLException {
        throwIfLost(e);
        if (isAskedFor) {
            throw new LimitRefusedException(
                    "the driver refuses the %s (%s): set %s to zero, and %s; see the cause"
                            .formatted(limit, setting, setting, instead),
                    e);
        }
        if (!told.getAndSet(true)) {
            log.warn(
                    "The driver refuses the {} ({}), a default that the pool now does without: set {} to zero, and {}",
                    limit,
                    Text.kind(e),
                    setting,
                    instead);
        }
    }

    /// Throws on what is more than a driver's word that it does not have a timeout.
    void throwIfLost(Throwable e) throws SQLException {
        if (e instanceof SQLException thrown
                && (server.get().isDisconnect(thrown)
                        || (!isPlainRefusal(thrown) && Interrupts.mayHaveEnded(thrown)))) {
            throw thrown;
        }
    }

    /// Nothing was begun then that the caller's interrupt might have ended.
    static boolean isPlainRefusal(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLFeatureNotSupportedException || (state != null && state.startsWith("0A"));
    }

    /// Returns whether the network timeout that connections start with might end a statement before its own timeout.
    ///
    /// @param seconds that timeout; 0 for none
    boolean cutShort(int seconds) {
        return limitsSockets && seconds >= 0 && (seconds == 0 || socketMillis(seconds) > config.socketMillis());
    }

    /// Returns the network timeout in milliseconds that goes with a statement's own; 0 for none.
    int socketMillis(int seconds) {
        return seconds == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, seconds * 1_000L + room());
    }

    private long room() {
        int socket = config.socketMillis();
        long statement = config.statementSeconds() * 1_000L;
        return Math.clamp(statement == 0 ? socket / 2 : socket - statement, 1, ROOM);
    }
}
