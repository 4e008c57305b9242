package dev.aludel.orm;

/// A table whose rows a session can keep as objects. The table objects that the annotation processor writes are.
///
/// ```java
/// Sessions sessions = Sessions.on(engine, TRIP, DRIVER);   // both are Mapped
/// ```
///
/// @param <E> the entity that a row becomes
public interface Mapped<E> {
    /// Returns what a session needs to know of the entity.
    Mapper<E> mapper();
}
