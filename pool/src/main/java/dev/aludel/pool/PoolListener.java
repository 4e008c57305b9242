package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Is told what a pool does, one method per event.
///
/// Order for one loan: [#connected] (if new), [#checkedOut], [#reset], [#checkedIn]; an invalid one ends
/// with [#invalidated], [#checkedIn], [#closed], a detached one with [#detached]. Connections are named as
/// in the log, `trips#3`.
///
/// **Threads.** Methods are called on the thread on which it happens, several at once, while no lock is held:
/// - The caller's own: [#waiting], [#timedOut], [#refused], [#checkedOut], [#detached]. The deadline of its
///   checkout does not end a call.
/// - Whoever says, finds or undoes it, mostly the borrower: [#reset], [#checkedIn], [#invalidated],
///   [#invalidatedSoftly]. A dropped handle is checked in by a thread of the pool.
/// - A thread of the pool: [#connected] and [#closed].
///
/// **No time box.** A method that blocks holds up its thread, what that thread was about to do, and the one
/// connection it is about, until it returns; nobody else, and nothing is lost when it goes on. Only for
/// [#closed] there is a limit: after [Settings#connectTimeout] its thread is interrupted and the pool goes on
/// without it. So be quick, or hand on to a thread of your own.
///
/// **Errors and re-entry.** What a listener throws is logged and goes no further: it cannot refuse a
/// checkout. It may use the pool, which tells it of that too. It must not wait for what it holds up: the
/// only connection of a pool that has one, say.
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

    /// A borrower said that a connection is to be replaced once it is back: see [Checkout#invalidateSoftly].
    default void invalidatedSoftly(String connection, @Nullable Throwable reason) {}

    /// A connection has left the pool: see [Checkout#detach].
    default void detached(String connection) {}

    /// A physical connection is about to be closed.
    default void closed(String connection) {}

    /// A caller found no free connection and queues, unless it is [#refused] next.
    default void waiting(@Nullable String label) {}

    /// A caller gave up.
    default void timedOut(PoolTimeoutException timeout) {}

    /// A caller was not let queue, since as many wait as may: see [Settings#maxWaiting]. It is not told of as
    /// [#timedOut], too.
    default void refused(PoolOverloadedException refusal) {}
}
