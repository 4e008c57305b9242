package dev.aludel.orm;

import dev.aludel.engine.Engine;
import dev.aludel.engine.Result;
import dev.aludel.sql.One;
import dev.aludel.sql.Query;
import dev.aludel.sql.Table;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A session that only reads: each query in auto-commit, its connection given back after the last row.
///
/// Made by `sessions.read`. Nothing is held in between, so a slow computation or a call to another service between
/// two queries costs nobody a connection. Each query sees the database as it is at that moment; a row is one
/// object, which takes the newest values each time it is read. Changes to objects are not written.
///
/// For one thread at a time; two at once are an error that shows both.
public final class ReadSession implements AutoCloseable {
    private final Engine engine;
    private final Registry registry;
    private final @Nullable String label;
    private final Turn turn = new Turn("a session");
    private final Known known;
    private boolean closed;

    ReadSession(Engine engine, Registry registry, @Nullable String label) {
        this.engine = engine;
        this.registry = registry;
        this.label = label;
        known = new Known(registry, new HashMap<>());
    }

    /// Reads the object of a row; null if there is no such row.
    ///
    /// @param id the id, of the type that the table has for it
    /// @throws IllegalArgumentException if the table's entity is not registered, or the id is of another type
    public <E> @Nullable E get(Table<E> table, Object id) {
        registry.of(table);
        Ids.check(table, id);
        return scalars(Ids.byId(table, id)).oneOrNone().orElse(null);
    }

    /// Returns the object that a reference means: the one at hand if it is loaded, else that of its id. Null if the
    /// reference is null or unset, or there is no such row.
    ///
    /// @throws IllegalArgumentException if the table's entity is not registered, or the id is of another type
    public <E> @Nullable E get(Table<E> table, @Nullable One<E> one) {
        registry.of(table);
        if (one == null) return null;
        if (one.isLoaded()) return one.get();
        Object id = one.idOrNull();
        return id == null ? null : get(table, id);
    }

    /// Reads the object of a row that has to be there: [#get] for ids that are known to exist.
    ///
    /// @throws NoSuchElementException if there is no such row
    public <E> E one(Table<E> table, Object id) {
        return Ids.found(table, get(table, id));
    }

    /// Runs a query. Entities in the rows, alone or in pairs and records, are this session's objects.
    ///
    /// @throws IllegalArgumentException if the rows are entities that are not registered, or the query writes
    public <R extends @Nullable Object> Result<R> scalars(Query<R> query) {
        boolean taken = turn.enter();
        try {
            if (closed)
                throw new IllegalStateException("this session is closed: read what is needed within sessions.read");
            query.entity().ifPresent(registry::of);
            return Mapper.reading(known, () -> engine.read(label, query));
        } finally {
            if (taken) turn.leave();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /// One object for each row that was read, with the newest values. Nothing is compared, so no snapshot is kept.
    private record Known(Registry registry, Map<Mapper<?>, Map<Object, Object>> objects) implements Reader {
        @Override
        @SuppressWarnings("unchecked") // objects are kept under their mapper
        public <E> E absorb(Mapper<E> mapper, E fresh) {
            registry.of(mapper.table());
            Object id = Objects.requireNonNull(mapper.id(fresh), "a row has an id");
            E present =
                    (E) objects.computeIfAbsent(mapper, _ -> new HashMap<>()).putIfAbsent(id, fresh);
            if (present == null) return fresh;
            mapper.copy(fresh, present);
            return present;
        }
    }
}
