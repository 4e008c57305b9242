package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Is told what is done with the connections of a pool that is wrapped ([WrapSettings#listener]): for
/// tests that keep a budget. It is called on the borrower's thread; what it throws is logged and ignored.
public interface LoanListener {
    /// A connection that is lent.
    ///
    /// @param number of the loan, counted from 1
    /// @param label  who asked, or null
    /// @param site   the line that checked out, as `Trips.holds(Trips.java:47)`; null if it is not known
    /// @param owner  the thread that checked out
    record Lent(
            long number, @Nullable String label, @Nullable String site, Thread owner) {}

    /// A connection was lent.
    default void checkedOut(Lent loan) {}

    /// A statement is about to be run; a batch counts once.
    ///
    /// @param sql  its text without values; null if nobody knows it
    /// @param site the line that runs it, or null
    default void runs(Lent loan, @Nullable String sql, @Nullable String site) {}

    /// A connection was given back.
    ///
    /// @param held   how long it was held
    /// @param inSql  the part of it in which the driver was at work
    /// @param unseen the part of it after an `unwrap`, of which nobody knows
    default void checkedIn(Lent loan, Duration held, Duration inSql, Duration unseen) {}
}
