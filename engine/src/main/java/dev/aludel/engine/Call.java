package dev.aludel.engine;

import org.jspecify.annotations.Nullable;

/// What is done with a connection in one transaction, with a value.
///
/// @param <X> what it may throw, passed on as it is
@FunctionalInterface
public interface Call<T extends @Nullable Object, X extends Exception> {
    /// Does it. The connection is the caller's until this returns, and is closed then.
    T call(SqlConnection connection) throws X;
}
