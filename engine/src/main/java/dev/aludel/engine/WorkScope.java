package dev.aludel.engine;

import dev.aludel.pool.Borrower;
import org.jspecify.annotations.Nullable;

/// Says of each checkout that the work below makes, on whichever thread and engine that has an Aludel
/// pool, that it is for one piece of work: a request, a job. So the pool knows whose a connection is
/// where the thread does not tell.
///
/// ```java
/// WorkScope.within(request, () -> {
///     sessions.run(session -> session.add(trip));
///     return render(trip);
/// });
/// ```
///
/// - A pool that is [strict][Settings#strict] refuses the work a second connection while it has one,
///   even on another thread.
/// - Works that wait for each other's connections are found on platform threads, too, and after the
///   connection was handed on to another thread.
///
/// It reaches the threads of a `StructuredTaskScope`. Without it, a connection is taken for the work of
/// the thread that checked it out. A session is no scope by itself: it never asks for a second
/// connection, and two sessions, one within the other, are one piece of work.
///
/// The engine tells its pool, its own or a given one. Who takes connections from a given pool past the
/// engine has that pool look at it by `settings.borrower(WorkBorrower::current)`.
///
/// @see Borrower#scope the same as a plain parameter
public final class WorkScope {
    private WorkScope() {}

    /// Runs work as one piece. Within other such work it is a part of that: what a request begins
    /// belongs to the request.
    ///
    /// @param scope the piece of work; two are the same if they are equal
    /// @return what the work returns
    /// @throws X what the work throws
    public static <T extends @Nullable Object, X extends Throwable> T within(
            Object scope, ScopedValue.CallableOp<? extends T, X> work) throws X {
        return WorkBorrower.within(scope, work);
    }

    /// Returns the piece of work at hand, or null if nobody has said what it is.
    public static @Nullable Object current() {
        Borrower borrower = WorkBorrower.current();
        return borrower == null ? null : borrower.scope();
    }
}
