package dev.aludel.sql;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A reference from one entity to another: the id is known, the object maybe loaded.
///
/// A handle never loads anything by itself. It is immutable: pointing an entity at another row means giving its field
/// another handle.
///
/// ```java
/// trip.driver = One.of(driver);       // a driver at hand, saved or not
/// trip.driver = One.ofId(7L);         // a driver known by id only
/// trip.driver = One.unset();          // no driver: the column becomes NULL
/// ```
public final class One<T> {
    private static final One<?> UNSET = new One<>(null, null);

    private final @Nullable Object id;
    private final @Nullable T target;

    private One(@Nullable Object id, @Nullable T target) {
        this.id = id;
        this.target = target;
    }

    /// Returns the reference to nothing.
    @SuppressWarnings("unchecked") // holds no T, so it is one for every T
    public static <T> One<T> unset() {
        return (One<T>) UNSET;
    }

    /// Returns a reference to an object at hand; its id is read from it when it is needed.
    public static <T> One<T> of(T target) {
        return new One<>(null, Objects.requireNonNull(target, "target"));
    }

    /// Returns a reference to an object at hand whose id is known too.
    public static <T> One<T> of(T target, Object id) {
        return new One<>(Objects.requireNonNull(id, "id"), Objects.requireNonNull(target, "target"));
    }

    /// Returns a reference to a row that is known by its id only.
    public static <T> One<T> ofId(Object id) {
        return new One<>(Objects.requireNonNull(id, "id"), null);
    }

    /// Whether this refers to anything.
    public boolean isSet() {
        return id != null || target != null;
    }

    /// Whether the object is at hand, so that [#get] gives it.
    public boolean isLoaded() {
        return target != null;
    }

    /// Returns the id, or null if this is unset or holds an object whose id was not given.
    public @Nullable Object idOrNull() {
        return id;
    }

    /// Returns the object, or null if this is unset or the object is not loaded.
    public @Nullable T getOrNull() {
        return target;
    }

    /// Returns the object.
    ///
    /// @throws IllegalStateException if this is unset, or the object is not loaded
    public T get() {
        if (target != null) return target;
        throw new IllegalStateException(
                isSet()
                        ? "the reference knows an id, but its object is not loaded: get it from the session by idOrNull()"
                        : "the reference is unset, there is no object to get: ask isSet() first");
    }

    /// Two references are equal if they hold the same object and equal ids.
    @Override
    @SuppressWarnings("ReferenceEquality") // the same object is meant: an entity's own equals is none of our business
    public boolean equals(@Nullable Object other) {
        return other instanceof One<?> one && Objects.equals(id, one.id) && target == one.target;
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hashCode(id) + System.identityHashCode(target);
    }

    /// Says what is known, never the id itself.
    @Override
    public String toString() {
        return "One(" + (target != null ? "loaded" : id != null ? "id known" : "unset") + ")";
    }
}
