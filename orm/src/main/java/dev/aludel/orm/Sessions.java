package dev.aludel.orm;

import dev.aludel.engine.Engine;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes sessions: made once for an engine and the entities that sessions on it know, and shared by all threads.
///
/// ```java
/// Sessions sessions = Sessions.on(engine, TRIP, DRIVER);
///
/// sessions.run(session -> session.add(trip));                           // one transaction
/// Trip trip = sessions.read(session -> session.get(TRIP, 7L));          // reads, without one
/// ```
///
/// The engine stays the caller's: closing it is not done here.
public final class Sessions {
    private final Engine engine;
    private final Registry registry;
    private final @Nullable String label;

    private Sessions(Engine engine, Registry registry, @Nullable String label) {
        this.engine = engine;
        this.registry = registry;
        this.label = label;
    }

    /// Returns a factory of sessions for these entities, by their table objects.
    ///
    /// @throws IllegalArgumentException if an entity is named twice
    public static Sessions on(Engine engine, Mapped<?>... entities) {
        return new Sessions(Objects.requireNonNull(engine, "engine"), new Registry(List.of(entities)), null);
    }

    /// Returns the same factory, whose sessions check out connections under this label: the route or job that they
    /// work for, as explanations and usage show it. Null for none.
    public Sessions labelled(@Nullable String label) {
        return new Sessions(engine, registry, label);
    }

    /// Opens a session. It holds no connection until its first SQL; the caller closes it.
    public Session open() {
        return new Session(engine, registry, label);
    }

    /// Does something in a session and one transaction: commits when it returns, rolls back when it throws.
    ///
    /// What it throws is passed on as it is.
    ///
    /// @throws IllegalStateException if the work goes on after it committed or rolled back by itself
    public <X extends Exception> void run(Work<X> work) throws X {
        this.<@Nullable Void, X>call(session -> {
            work.run(session);
            return null;
        });
    }

    /// Does something in a session and one transaction, and returns its value: the twin of [#run].
    ///
    /// Objects that are returned stay readable after the session is closed.
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> work) throws X {
        try (Session session = open();
                SessionTransaction transaction = session.begin()) {
            T value = work.call(session);
            if (transaction.isActive()) transaction.commit();
            return value;
        }
    }

    /// Reads something: each query runs in auto-commit, and its connection is given back after the last row.
    ///
    /// No connection is held in between, however long the work takes, and queries do not see one common state of
    /// the database. Writing is not possible.
    public <T extends @Nullable Object, X extends Exception> T read(Reading<T, X> work) throws X {
        try (ReadSession session = new ReadSession(engine, registry, label)) {
            return work.read(session);
        }
    }

    /// Returns the engine that the sessions run on.
    public Engine engine() {
        return engine;
    }

    /// What is done in a session, without a value.
    ///
    /// @param <X> what it may throw, passed on as it is
    @FunctionalInterface
    public interface Work<X extends Exception> {
        /// Does it. The session is closed when this has returned.
        void run(Session session) throws X;
    }

    /// What is done in a session, with a value.
    ///
    /// @param <X> what it may throw, passed on as it is
    @FunctionalInterface
    public interface Call<T extends @Nullable Object, X extends Exception> {
        /// Does it. The session is closed when this has returned.
        T call(Session session) throws X;
    }

    /// What is read in a session that only reads.
    ///
    /// @param <X> what it may throw, passed on as it is
    @FunctionalInterface
    public interface Reading<T extends @Nullable Object, X extends Exception> {
        /// Does it. The session is closed when this has returned.
        T read(ReadSession session) throws X;
    }
}
