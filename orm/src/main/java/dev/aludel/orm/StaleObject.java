package dev.aludel.orm;

/// An object was to be written, but its row is no longer the one that it was read from: another transaction, or
/// a statement of this one, has changed or deleted it in the meantime. Nothing was overwritten.
///
/// Roll back, get the object again, and decide on the new values. Doing the whole unit again is usually right:
///
/// ```java
/// try {
///     sessions.run(session -> book(session, tripId));
/// } catch (StaleObject e) {
///     sessions.run(session -> book(session, tripId));    // reads the trip again
/// }
/// ```
public final class StaleObject extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Class<?> entity;
    private final transient Object id;

    StaleObject(Class<?> entity, Object id, String message) {
        super(message);
        this.entity = entity;
        this.id = id;
    }

    /// Returns the class of the object.
    public Class<?> entity() {
        return entity;
    }

    /// Returns the id of its row, which the message leaves out since it is a value.
    public Object id() {
        return id;
    }
}
