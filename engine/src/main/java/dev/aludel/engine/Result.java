package dev.aludel.engine;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rows that a query gave, in order.
///
/// They were all read when the query ran, so a result holds no connection, needs no closing, and may be read as
/// often as one likes, also after its connection was closed.
///
/// @param <R> what a row became: an entity, a record, or the value of a single column, which may be null
public final class Result<R extends @Nullable Object> implements Iterable<R> {
    private final List<R> rows;
    private final String sql;

    Result(List<R> rows, String sql) {
        this.rows = Collections.unmodifiableList(rows);
        this.sql = sql;
    }

    /// Returns all rows; the list cannot be changed.
    public List<R> all() {
        return rows;
    }

    /// Returns the only row.
    ///
    /// @throws NoSuchElementException if there is none
    /// @throws IllegalStateException if there is more than one
    public R one() {
        if (rows.isEmpty()) {
            throw new NoSuchElementException(
                    "one() needs exactly one row, but there is none: use oneOrNone() if that may be" + statement());
        }
        requireOneAtMost("one() needs exactly one row");
        return rows.getFirst();
    }

    /// Returns the only row, or nothing if there is none, or if it is null.
    ///
    /// @throws IllegalStateException if there is more than one
    public Optional<R> oneOrNone() {
        requireOneAtMost("oneOrNone() takes one row at most");
        return first();
    }

    /// Returns the first row, or nothing if there is none, or if it is null.
    public Optional<R> first() {
        return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.getFirst());
    }

    /// Returns the value of the first row, whatever follows, or null if there is no row or it is null: for a query
    /// of one column of which that is wanted. [#scalarOne] is the strict twin.
    public @Nullable R scalar() {
        return rows.isEmpty() ? null : rows.getFirst();
    }

    /// Returns the value of the only row, of a query of one column: a count, say.
    ///
    /// @throws NoSuchElementException if there is no row
    /// @throws IllegalStateException if there is more than one
    public R scalarOne() {
        if (rows.isEmpty()) {
            throw new NoSuchElementException(
                    "scalarOne() needs exactly one row, but there is none: use scalar() if that may be" + statement());
        }
        requireOneAtMost("scalarOne() needs exactly one row");
        return rows.getFirst();
    }

    /// Returns how many rows there are.
    public int size() {
        return rows.size();
    }

    /// Whether there is no row.
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// Returns the rows as a stream.
    public Stream<R> stream() {
        return rows.stream();
    }

    @Override
    public Iterator<R> iterator() {
        return rows.iterator();
    }

    /// Says how many rows there are, and nothing of what is in them.
    @Override
    public String toString() {
        return "Result[" + rows.size() + (rows.size() == 1 ? " row]" : " rows]");
    }

    private void requireOneAtMost(String rule) {
        if (rows.size() > 1) {
            throw new IllegalStateException(rule + ", but there are " + rows.size()
                    + ": narrow the condition, or use first() or all()" + statement());
        }
    }

    private String statement() {
        return "\n[SQL: " + EngineLog.shortened(sql) + "]";
    }
}
