package dev.aludel.pool;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/// Another pool, or any data source, whose loans are accounted for and whose timeouts are explained:
/// what [Explained#wrap(DataSource)] returns. To be used in the other's place, by all who check out.
///
/// The other is called, and its connections are given back, on the caller's thread. Nothing of its
/// connections is opened, checked or reset here: of what the other promises, all stays as it was. Its
/// connections come back in a handle that notes what is sent and how long that takes. Two getters are
/// called that the caller did not ask for: `getAutoCommit` at the beginning of each loan, and
/// `getFetchSize` of each statement.
///
/// What is not seen: what is lent past this wrapper, and what the other keeps from others after `close`
/// (as pools do that tie a connection to a JTA transaction until that ends). Safe for any number of
/// threads.
public interface ExplainedDataSource extends DataSource, AutoCloseable {
    /// Returns the name in messages and logs.
    String name();

    /// Returns what is known of the other now.
    Snapshot snapshot();

    /// Returns where connection time went so far, by label and line of code, what is still lent
    /// included. What the other's `close` took is [Usage#resetting]; [Usage#connecting] is zero, as
    /// nobody sees what the other opens.
    List<Usage> usage();

    /// Returns what a timeout would say now, judged by what was lent in the last 30 s. The server is
    /// not asked what it does.
    Explanation explain();

    /// Returns the other if it is of that type, or what it unwraps to.
    @Override
    <T> T unwrap(Class<T> type) throws SQLException;

    /// Closes the other, if it can be closed.
    ///
    /// @throws SQLException as the other does; what it throws of another kind is the cause
    @Override
    void close() throws SQLException;

    /// What is known of another pool at one instant. How many connections it may have is not.
    ///
    /// @param name       the name in messages and logs
    /// @param checkedOut connections that somebody has
    /// @param waiting    callers in the other's `getConnection`
    /// @param checkouts  checkouts so far
    /// @param timeouts   how often the other gave none, and that was explained
    /// @param dropped    handles that nothing refers to any more and that were never closed: the other
    ///               may still take their connections for lent
    record Snapshot(String name, int checkedOut, int waiting, long checkouts, long timeouts, long dropped) {}
}
