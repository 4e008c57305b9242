package dev.aludel.pool;

import java.util.List;
import java.util.Map;

/// Callers who wait for each other: all who have a connection of some pools wait for another one of these.
///
/// @param waiters  who waits of those who have a connection, by their loans
/// @param pools    whose connections they have, and want
/// @param youngest which of them began to wait last, and where
/// @param held     a connection that he has
/// @param isProved whether none of them can have handed on what he has
/// @param since    when it was seen
record Circle(
        Map<Loan, Waiter> waiters,
        List<Neighbour> pools,
        Neighbour.Place youngest,
        Loan held,
        boolean isProved,
        long since) {
    boolean isSame(Circle other) {
        return waiters.equals(other.waiters);
    }

    /// Returns the other pools that it leads through than that of the caller who is refused.
    List<String> others() {
        return pools.stream()
                .filter(pool -> !pool.equals(youngest.pool()))
                .map(Neighbour::name)
                .toList();
    }
}
