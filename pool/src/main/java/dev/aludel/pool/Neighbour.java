package dev.aludel.pool;

/// A pool, as others see it that look for callers who wait for each other.
///
/// @param name of the pool
/// @param line its slots, and those who wait for one
record Neighbour(String name, Line line) {
    /// A caller who waits.
    ///
    /// @param pool in which
    record Place(Neighbour pool, Waiter waiter) {}
}
