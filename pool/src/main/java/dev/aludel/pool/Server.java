package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import org.jspecify.annotations.Nullable;

/// What the pool has to know of one kind of database server and JDBC does not say.
///
/// The pool asks its first connection which server it has, unless [Settings#server] says so. An
/// implementation of one's own may hand on to one of these what it does not want to change. It
/// keeps no connection, and any thread may call it.
///
/// ```java
/// /// PostgreSQL behind a proxy that says 99XXX when the server is gone.
/// final class Proxied implements Server {
///     private final Server server = Server.postgres();
///
///     public String name() {
///         return "our proxy";
///     }
///
///     public boolean isDisconnect(SQLException e) {
///         return server.isDisconnect(e) || "99XXX".equals(e.getSQLState());
///     }
///
///     public boolean mayLeaveState(String sql) {
///         return server.mayLeaveState(sql);
///     }
///
///     public BirthState remember(Connection opened) throws SQLException {
///         return server.remember(opened);
///     }
/// }
/// ```
public interface Server {
    /// Returns PostgreSQL.
    static Server postgres() {
        return new PostgresServer();
    }

    /// Returns MariaDB and MySQL.
    static Server mariaDb() {
        return new MariaDbServer();
    }

    /// Returns H2.
    static Server h2() {
        return new H2Server();
    }

    /// Returns SQLite.
    static Server sqlite() {
        return new SqliteServer();
    }

    /// Returns a server of which nothing is known.
    static Server other() {
        return new OtherServer();
    }

    /// Returns the server of a connection by the product's name: [#other] if that is none of the
    /// known ones, or the driver does not say.
    static Server of(Connection connection) {
        return KnownServer.of(connection).server();
    }

    /// Returns the name for messages, such as `PostgreSQL`.
    String name();

    /// Returns whether an error means that the connection is lost. By default: SQLState class 08,
    /// and JDBC's two kinds of exception that say so.
    default boolean isDisconnect(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || (state != null && state.startsWith("08"));
    }

    /// Returns whether a statement may leave something in the session that JDBC does not show, as
    /// far as its words tell. Asked with [StateReset#SMART] when a statement's text is given to the
    /// driver, before it is, so it must be quick; the answer may be remembered for the same text.
    /// By default: always.
    default boolean mayLeaveState(String sql) {
        return true;
    }

    /// Notes the state of a connection that was just opened, to put it back later. It is in
    /// auto-commit, and whatever the source of connections does to it has been done.
    ///
    /// @return null if that state cannot be put back: then the connection is closed instead. So it
    /// is by default
    /// @throws SQLException if the server does not answer or refuses; unless [#isDisconnect], it
    /// counts as null
    default @Nullable BirthState remember(Connection opened) throws SQLException {
        return null;
    }

    /// Returns whether a connection leads to a server that takes no writes because it follows
    /// another. By default: what JDBC says, [Connection#isReadOnly].
    ///
    /// @throws SQLException if the server does not answer
    default boolean isReplica(Connection connection) throws SQLException {
        return connection.isReadOnly();
    }

    /// Returns whether an error may mean that a server takes no writes any more. In a pool whose
    /// connections are to lead to a primary, [#isReplica] is then asked before the connection is lent
    /// again. By default: SQLState 25006.
    default boolean refusesWrites(SQLException e) {
        return "25006".equals(e.getSQLState());
    }

    /// The state of one connection when it was opened.
    @FunctionalInterface
    interface BirthState {
        /// Puts the connection back into this state. It is in auto-commit, JDBC's own settings are
        /// as they were, and no statement is open. Runs in the thread that checks in.
        ///
        /// @return whether all of it is as it was; if not, the connection is closed
        /// @throws SQLException if the server refuses or does not answer: the connection is closed
        /// then, too
        boolean restore(Connection connection) throws SQLException;
    }
}
