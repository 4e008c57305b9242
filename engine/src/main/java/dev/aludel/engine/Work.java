package dev.aludel.engine;

/// What is done with a connection in one transaction, without a value.
///
/// @param <X> what it may throw, passed on as it is
@FunctionalInterface
public interface Work<X extends Exception> {
    /// Does it. The connection is the caller's until this returns, and is closed then.
    void run(SqlConnection connection) throws X;
}
