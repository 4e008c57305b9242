package dev.aludel.engine;

import dev.aludel.pool.Deadline;
import dev.aludel.pool.Pool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Carries a deadline, say of a request, to each checkout that the work below makes, on whichever
/// engine has an Aludel pool, its own or a given one: who would be served too late is refused at once,
/// instead of keeping those waiting who may still be served in time. Other data sources cannot be told.
///
/// ```java
/// WorkDeadline.within(Duration.ofMillis(500), () -> {
///     List<Trip> trips = sessions.read(session -> session.scalars(select(TRIP)).all());
///     return render(trips);
/// });
/// ```
///
/// It reaches the threads of a `StructuredTaskScope`, too. It ends no statement: only waiting for a
/// connection. Who takes connections from a given pool past the engine has that pool look at it by
/// `settings.deadline(WorkDeadline::current)`.
///
/// @see Pool#checkOut(String, Deadline) what becomes of who states one
public final class WorkDeadline {
    private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

    private static final Duration FAR = Duration.ofDays(365);

    private WorkDeadline() {}

    /// Runs work that is of use for so long from now on. Within other such work, the earlier deadline counts.
    ///
    /// @return what the work returns
    /// @throws X what the work throws
    public static <T extends @Nullable Object, X extends Throwable> T within(
            Duration time, ScopedValue.CallableOp<? extends T, X> work) throws X {
        return within(Deadline.in(time), work);
    }

    /// Likewise, with a deadline that is known already.
    public static <T extends @Nullable Object, X extends Throwable> T within(
            Deadline deadline, ScopedValue.CallableOp<? extends T, X> work) throws X {
        Deadline outer = current();
        return ScopedValue.where(CURRENT, outer == null ? deadline : earlier(outer, deadline))
                .call(work);
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        return () -> {
            Duration left = one.left();
            Duration leftOther = other.left();
            return left.compareTo(leftOther) <= 0 ? left : leftOther;
        };
    }

    /// Returns the deadline of the work at hand, or null if it has none.
    public static @Nullable Deadline current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /// Returns what has to be stated to a pool that may not look for the deadline of the work by itself: if
    /// it finds another one, the earlier counts. Null if it looks, or there is none: a lazy pool then has
    /// each checkout of a handle looked at anew.
    @SuppressWarnings("ReferenceEquality") // it is the one, or another
    static @Nullable Deadline tighterThan(Pool pool) {
        Deadline work = current();
        if (work == null) return null;
        Deadline its = pool.deadline();
        if (its == null) return work;
        return its == work ? null : earlier(work, its);
    }

    /// Runs work for which nobody's deadline counts.
    static <T extends @Nullable Object, X extends Throwable> T without(ScopedValue.CallableOp<? extends T, X> work)
            throws X {
        return ScopedValue.where(CURRENT, () -> FAR).call(work);
    }
}
