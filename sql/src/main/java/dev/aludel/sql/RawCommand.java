package dev.aludel.sql;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// SQL given as text, without rows. Made by [Unsafe#statement].
public final class RawCommand implements Command {
    private final RawText text;

    RawCommand(RawText text) {
        this.text = text;
    }

    /// Binds the next placeholder, a `?` of the text; null is NULL.
    ///
    /// @throws IllegalArgumentException if no database can hold the value
    public <T> RawCommand bind(Type<T> type, @Nullable T value) {
        return new RawCommand(text.bind(type, value));
    }

    RawText text() {
        return text;
    }

    @Override
    public Object key() {
        return Shape.of(this);
    }

    @Override
    public List<Bind<?>> binds() {
        return text.binds();
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of();
    }

    /// Returns the text as it was given.
    @Override
    public String toString() {
        return text.sql();
    }
}
