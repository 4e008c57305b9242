package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What the pool has to know of one kind of database server and JDBC does not say.
///
/// The pool asks its first connection which server it has, unless [Settings#server] says so. An
/// implementation keeps no connection, and any thread may call it. One that changes little of what is
/// known of a server extends [ForwardingServer], which hands on the rest, also what is added here later.
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

    /// Notes where a connection looks for names without a schema, just before a borrower sets its schema. By default:
    /// the schema that JDBC shows.
    ///
    /// @return what [#restoreSchema] is given at check-in; null if there is none
    default @Nullable String rememberSchema(Connection connection) throws SQLException {
        return connection.getSchema();
    }

    /// Has a connection look for names where it did at [#rememberSchema]. It is in auto-commit. By default: sets the
    /// schema.
    ///
    /// @throws SQLException if the server refuses or does not answer: the connection is closed then
    default void restoreSchema(Connection connection, @Nullable String remembered) throws SQLException {
        connection.setSchema(remembered);
    }

    /// Returns whether the query timeout that is set on one statement is that of all statements of its connection.
    /// Then what a borrower sets is put back at check-in. By default: no, each has its own.
    default boolean sharesQueryTimeout() {
        return false;
    }

    /// Returns whether a connection leads to a server that takes no writes because it follows
    /// another. Asked only if [Settings#role] is not [Role#ANY]. By default: not known, and then no
    /// connection is taken. [Connection#isReadOnly] would be no answer: to many drivers it is a wish of the
    /// client.
    ///
    /// @throws SQLException if the server does not answer; with SQLState 0A000 if it is not known
    default boolean isReplica(Connection connection) throws SQLException {
        throw new RoleNotKnownException(this);
    }

    /// Returns whether an error may mean that a server takes no writes any more. In a pool whose
    /// connections are to lead to a primary, [#isReplica] is then asked before the connection is lent
    /// again. By default: SQLState 25006.
    default boolean refusesWrites(SQLException e) {
        return "25006".equals(e.getSQLState());
    }

    /// Returns where a connection is with its transaction, from what its driver knows: it sends
    /// nothing, never waits and never fails. Asked while a statement runs on it, the answer may be of
    /// before. Asked at check-in after a loan with a statement that may have begun one as SQL: one that is
    /// open then costs the connection. By default: not known.
    default TransactionState transactionState(Connection connection) {
        return TransactionState.UNKNOWN;
    }

    /// Returns the number by which the server knows a connection ([Backend#id]), from what its driver
    /// knows: it sends nothing, never waits and never fails. The pool asks once, when it has opened a
    /// connection. Behind a pooler it is the pooler's, which means nothing to the server. By default: not
    /// known.
    default OptionalLong backendId(Connection connection) {
        return OptionalLong.empty();
    }

    /// Asks the server which of its sessions serves a connection at this moment. If its number is not
    /// [#backendId], there is a pooler in between; if it changes from one transaction to the next, none
    /// is kept for this connection. By default: not known.
    ///
    /// @return null if that is not known
    /// @throws SQLException if the server does not answer, or refuses
    default @Nullable ServerSession session(Connection connection) throws SQLException {
        return null;
    }

    /// Returns what serves the other connections of clients, of any user and application.
    ///
    /// This, [#locks], [#limits] and [#cancel] ask the server, over a connection of their own that nobody
    /// else uses: it is in auto-commit, leads to the server itself and not to a pooler, and is closed
    /// soon. By default: not known.
    ///
    /// @param limit after which the statement is cancelled, above zero; rounded up to whole seconds, 24 days
    ///              at most. Who wants a shorter or a surer end aborts the connection
    /// @throws SQLException if the server does not answer, or not in time
    /// @throws IllegalArgumentException if the limit is not above zero
    default ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return new ServerView.NotKnown<>();
    }

    /// Returns which backends wait for locks, and for whom. Asked as [#activity]. By default: not
    /// known.
    ///
    /// @throws SQLException if the server does not answer, or not in time
    default ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return new ServerView.NotKnown<>();
    }

    /// Returns how many connections the server takes, and how many it has: in all, and for the
    /// database and user of the connection where these have a limit of their own. Asked as
    /// [#activity]. By default: not known.
    ///
    /// @throws SQLException if the server does not answer, or not in time
    default ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return new ServerView.NotKnown<>();
    }

    /// Returns the [#limits] of a server that has no connection left, so that none of one's own can be opened to
    /// ask: over one of the pool's, between two borrowers. It is in auto-commit and leads to the server itself.
    ///
    /// **It is lent again.** Nothing may stay on it: no setting, role, transaction, temporary table or open
    /// statement, nor a query timeout that all of its statements share ([#sharesQueryTimeout]). Not asked on a
    /// borrower's thread, nor more often than every five seconds. By default: not known.
    ///
    /// @param limit as for [#activity]
    /// @throws SQLException if the server does not answer, or not in time: the connection is closed then
    default ServerView<ConnectionLimit> limitsInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return new ServerView.NotKnown<>();
    }

    /// Returns the [#activity] of a server that has no connection left. Asked as [#limitsInPassing], and right
    /// after it, if a limit is reached. By default: not known.
    ///
    /// @throws SQLException if the server does not answer, or not in time: the connection is closed then
    default ServerView<Backend> activityInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return new ServerView.NotKnown<>();
    }

    /// Tells the server to end the statement that a backend was seen to run, as far as the server can
    /// tell that from its next one. The connection stays. Asked as [#activity].
    ///
    /// @return whether the server was told; false if that statement has ended, this user does not see
    /// it, or it is not known how. So it is by default. The statement may end some time later, or be
    /// faster
    /// @throws SQLException if the user may not, or the server does not answer
    default boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return false;
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
