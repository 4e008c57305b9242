package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Is told what a pool does, one method per event.
///
/// Methods are called on the thread on which it happens, while no lock is held. What a listener throws
/// is logged and goes no further. Order for one loan: [#connected] (if new), [#checkedOut], [#reset],
/// [#checkedIn]; an invalid one ends with [#invalidated], [#checkedIn], [#closed], a detached one with
/// [#detached]. Connections are named as in the log, `trips#3`.
public interface PoolListener {
    /// A new physical connection was opened.
    default void connected(String connection) {}

    /// A connection was lent.
    default void checkedOut(String connection, @Nullable String label) {}

    /// A connection is being checked in and its transaction, if any, is about to be ended.
    ///
    /// @param inTransaction whether the borrower left a transaction open
    default void reset(String connection, boolean inTransaction) {}

    /// A loan has ended.
    default void checkedIn(String connection, @Nullable String label) {}

    /// A connection was found unusable, or was said to be.
    default void invalidated(String connection, @Nullable Throwable reason) {}

    /// A connection has left the pool: see [Checkout#detach].
    default void detached(String connection) {}

    /// A physical connection is about to be closed.
    default void closed(String connection) {}

    /// A caller found no free connection and queues.
    default void waiting(@Nullable String label) {}

    /// A caller gave up.
    default void timedOut(PoolTimeoutException timeout) {}
}
