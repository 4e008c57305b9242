package dev.aludel.engine;

import dev.aludel.pool.Borrower;
import dev.aludel.pool.Pool;
import org.jspecify.annotations.Nullable;

/// Carries who asks, say the tenant of a request and how urgent it is, to each checkout that the work below makes, on
/// whichever engine has an Aludel pool, its own or a given one. Other data sources cannot be told.
///
/// ```java
/// Borrower nightly = Borrower.of(null).tenant("acme").priority(Priority.LOW);
/// WorkBorrower.as(nightly, () -> sessions.read(session -> report(session)));
/// ```
///
/// The label of a session comes before his. What he leaves open is found as it is without: the deadline of
/// [WorkDeadline], the scope of [WorkScope]. A scope of his is as one of [WorkScope#within]: the outer one counts.
///
/// It reaches the threads of a `StructuredTaskScope`, too. Who takes connections from a given pool past the
/// engine has that pool look at it by `settings.borrower(WorkBorrower::current)`.
///
/// @see Pool#checkOutFor(Borrower) what becomes of it
public final class WorkBorrower {
    private static final ScopedValue<Borrower> CURRENT = ScopedValue.newInstance();

    private WorkBorrower() {}

    /// Runs work for somebody. Within other such work, this one counts, but for his scope.
    ///
    /// @return what the work returns
    /// @throws X what the work throws
    public static <T extends @Nullable Object, X extends Throwable> T as(
            Borrower borrower, ScopedValue.CallableOp<? extends T, X> work) throws X {
        Object outer = WorkScope.current();
        return ScopedValue.where(CURRENT, outer == null ? borrower : borrower.scope(outer))
                .call(work);
    }

    /// Returns who the work at hand is for, in the scope of [WorkScope]; or null if nobody has said either.
    public static @Nullable Borrower current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /// Runs work for the same in a scope, unless he has one. So there is one [Borrower] for all checkouts of a scope.
    static <T extends @Nullable Object, X extends Throwable> T within(
            Object scope, ScopedValue.CallableOp<? extends T, X> work) throws X {
        Borrower outer = current();
        if (outer != null && outer.scope() != null) return work.call();
        return ScopedValue.where(CURRENT, (outer == null ? Borrower.of(null) : outer).scope(scope))
                .call(work);
    }
}
