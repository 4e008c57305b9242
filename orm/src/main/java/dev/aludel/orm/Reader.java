package dev.aludel.orm;

/// A session that reads rows: it has one object for each.
interface Reader {
    /// Returns the object for a row that was just read into a fresh one.
    ///
    /// @throws IllegalArgumentException if the entity is not registered
    <E> E absorb(Mapper<E> mapper, E fresh);
}
