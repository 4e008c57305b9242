package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A [Server] that hands every question on to another, for those who change the answer to a few.
///
/// ```java
/// /// PostgreSQL behind a proxy that says 99XXX when the server is gone.
/// final class Proxied extends ForwardingServer {
///     Proxied() {
///         super(Server.postgres());
///     }
///
///     @Override
///     public boolean isDisconnect(SQLException e) {
///         return super.isDisconnect(e) || "99XXX".equals(e.getSQLState());
///     }
/// }
/// ```
public abstract class ForwardingServer implements Server {
    private final Server server;

    /// @param server who answers what is not overridden
    protected ForwardingServer(Server server) {
        this.server = Objects.requireNonNull(server, "server");
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public boolean isDisconnect(SQLException e) {
        return server.isDisconnect(e);
    }

    @Override
    public boolean mayLeaveState(String sql) {
        return server.mayLeaveState(sql);
    }

    @Override
    public @Nullable BirthState remember(Connection opened) throws SQLException {
        return server.remember(opened);
    }

    @Override
    public @Nullable String rememberSchema(Connection connection) throws SQLException {
        return server.rememberSchema(connection);
    }

    @Override
    public void restoreSchema(Connection connection, @Nullable String remembered) throws SQLException {
        server.restoreSchema(connection, remembered);
    }

    @Override
    public boolean sharesQueryTimeout() {
        return server.sharesQueryTimeout();
    }

    @Override
    public boolean isReplica(Connection connection) throws SQLException {
        return server.isReplica(connection);
    }

    @Override
    public boolean refusesWrites(SQLException e) {
        return server.refusesWrites(e);
    }

    @Override
    public TransactionState transactionState(Connection connection) {
        return server.transactionState(connection);
    }

    @Override
    public OptionalLong backendId(Connection connection) {
        return server.backendId(connection);
    }

    @Override
    public @Nullable ServerSession session(Connection connection) throws SQLException {
        return server.session(connection);
    }

    @Override
    public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return server.activity(diagnostic, limit);
    }

    @Override
    public ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return server.locks(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return server.limits(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limitsInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return server.limitsInPassing(lentAgain, limit);
    }

    @Override
    public ServerView<Backend> activityInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return server.activityInPassing(lentAgain, limit);
    }

    @Override
    public boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return server.cancel(diagnostic, seen, limit);
    }
}
