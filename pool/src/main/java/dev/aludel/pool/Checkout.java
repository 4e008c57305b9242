package dev.aludel.pool;

import java.sql.Connection;
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

    /// Checks the connection in. Never throws; a second call does nothing.
    ///
    /// What is open is closed, an open transaction is ended as [Settings#resetOnReturn] says, and what JDBC
    /// setters changed is put back. If any of this fails the connection is closed instead of kept. So it is after
    /// `unwrap` to a class of the driver, and after a transaction that was begun as SQL (`BEGIN`): nobody knows
    /// what was done then.
    @Override
    void close();
}
