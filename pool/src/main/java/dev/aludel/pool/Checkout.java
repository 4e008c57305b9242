package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One loan of a connection, from taking to return. Closing it checks the connection in.
///
/// A checkout is used once: after [#close] its connection, and every statement and result set made with it, refuses
/// to work, so nothing of it reaches the next borrower. Meant for one thread at a time; closing is safe from any.
public interface Checkout extends AutoCloseable {
    /// Returns the lent connection. Closing that connection checks it in as well.
    Connection connection();

    /// Returns who asked, as given at checkout (a route, a job), or null.
    @Nullable
    String label();

    /// Marks the connection as unusable: it is closed at check-in and never lent again.
    ///
    /// @param reason what was wrong with it, for the log; may be null
    void invalidate(@Nullable Throwable reason);

    /// Marks the connection as one to be replaced, though it works: this borrower uses it as before and its
    /// check-in resets it as always, then it is closed and never lent again. For what is out of date rather
    /// than broken: rights that were granted anew, a plan or a setting of the session to be forgotten.
    /// Does nothing after [#invalidate], a second time, or once the loan is over.
    ///
    /// @param reason why, for the log; may be null
    void invalidateSoftly(@Nullable Throwable reason);

    /// Returns notes on the physical connection, for whoever has it: what is put here is found by the
    /// next borrower of the same connection. A new connection begins with none. Safe for many threads.
    ///
    /// @throws SQLException with SQLState 08003 once the loan is over
    Map<String, Object> info() throws SQLException;

    /// Takes the connection out of the pool for good and ends this loan: the pool may open another in
    /// its place at once. Returns the driver's connection as it is, with whatever transaction,
    /// statements and settings it has; nothing is reset, and closing it is up to the caller.
    ///
    /// @throws SQLException with SQLState 08003 if the loan is over or the connection was invalidated,
    ///                      0A000 if it is shared ([PoolKind#STATIC])
    Connection detach() throws SQLException;

    /// Checks the connection in. Never throws; a second call does nothing.
    ///
    /// What is open is closed, an open transaction is ended as [Settings#resetOnReturn] says, and what JDBC
    /// setters changed is put back. If any of this fails the connection is closed instead of kept. So it is after
    /// `unwrap` to a class of the driver, and after a transaction that was begun as SQL (`BEGIN`): nobody knows
    /// what was done then.
    @Override
    void close();
}
