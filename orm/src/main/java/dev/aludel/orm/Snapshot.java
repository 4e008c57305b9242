package dev.aludel.orm;

import org.jspecify.annotations.Nullable;

/// The values of one object at one instant, to compare it with later. Written by the annotation processor as a
/// typed record, so that nothing is boxed.
///
/// @param <E> the entity
public interface Snapshot<E> {
    /// Returns which columns have changed in the object since: bit `n` stands for the column at position `n`.
    long changes(E entity);

    /// Returns the value of a column as it was, as it is bound; of a reference, the id of the row referred to.
    @Nullable
    Object value(int position);

    /// Puts all values back into the object.
    void restore(E entity);
}
