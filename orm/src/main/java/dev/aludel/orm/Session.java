package dev.aludel.orm;

import dev.aludel.engine.Engine;
import dev.aludel.engine.Result;
import dev.aludel.engine.SqlConnection;
import dev.aludel.orm.Entry.State;
import dev.aludel.sql.Command;
import dev.aludel.sql.One;
import dev.aludel.sql.Query;
import dev.aludel.sql.Select;
import dev.aludel.sql.Table;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One conversation with the database: loads objects, notes what becomes of them, and writes it when it is time.
///
/// ```java
/// try (Session session = sessions.open()) {                   // holds no connection
///     session.add(trip);                                      // still none
///     session.flush();                                        // first SQL: checks one out, BEGIN
///     session.commit();                                       // COMMIT, checks it in
///     List<Trip> trips = session.scalars(select(TRIP)).all(); // begins by itself
/// }                                                           // ROLLBACK, checks it in
/// ```
///
/// **Connection.** None is held before the first SQL, and none after [#commit], [#rollback] and [#close]. A query
/// holds one until the transaction ends; `sessions.read` does not.
///
/// **Objects.** A row is one object here, however often it is read. What was loaded keeps its values when the row
/// is read again in the same transaction. After a commit or rollback objects stay readable and are stale: the
/// first [#get] or query in the next transaction that finds their row gives them its values. All are held until
/// the session is closed.
///
/// **Changes.** Fields are changed in place. A flush compares each object with what its row was, and writes the
/// columns that differ. It happens at [#commit], at [#flush], and before a query if the tables that it reads have
/// something to write.
///
/// **Lost updates.** `@Version` is the means against them: a flush updates or deletes a row of such a table only
/// if it still has the version that was read, and ends in [StaleObject] otherwise. Without a version, an object
/// that is stale replaces only values that it has seen, and ends in [StaleObject] otherwise; but a time or a
/// number with a fraction that was only written is replaced unseen, since the database may have rounded it. An
/// object whose row was read in the same transaction replaces what another transaction has committed since, as
/// far as the isolation level lets it, and a delete removes the row whatever it holds.
///
/// **Errors.** If a flush fails, the transaction is rolled back and the connection given back at once, and every
/// use but [#rollback] and [#close] is a [RollbackRequired]. If a query or [#execute] fails, the transaction goes
/// on, as far as the database allows.
///
/// For one thread at a time; two at once are an error that shows both. A [#close] that is refused for that reason
/// is made up for by the thread inside, when its call returns. Closed is closed.
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Loan loan;
    private final UnitOfWork work;
    private final Turn turn = new Turn("a session");

    private boolean begun;
    private boolean closed;
    private @Nullable SessionTransaction block;
    private @Nullable Throwable failure;

    /// What another thread asked for in vain, and the one inside does when it leaves.
    private volatile boolean closeIsOwed;

    private volatile @Nullable SessionTransaction leaveIsOwed;

    Session(Engine engine, Registry registry, @Nullable String label) {
        loan = new Loan(engine, label);
        work = new UnitOfWork(registry);
    }

    // ---- objects

    /// Adds a new object, which the next flush inserts, and all new objects that it refers to whose ids are
    /// generated.
    ///
    /// An object with an id that the program assigns is added by its own call only: it may as well be one of
    /// another session, whose row is there already.
    ///
    /// Begins a transaction, without a connection. Does nothing for an object of this session; one that was to be
    /// deleted is kept.
    ///
    /// @throws IllegalArgumentException if the class is not registered, or the object has a generated id already
    public void add(Object entity) {
        Objects.requireNonNull(entity, "entity");
        use(() -> {
            work.add(entity);
            begun = true;
        });
    }

    /// Marks an object of this session: the next flush deletes its row. One that was only added is forgotten.
    ///
    /// Begins a transaction, without a connection.
    ///
    /// @throws IllegalArgumentException if the object is not in this session
    public void delete(Object entity) {
        Objects.requireNonNull(entity, "entity");
        use(() -> {
            work.delete(entity);
            begun = true;
        });
    }

    /// Returns the object of a row, or null if there is no such row.
    ///
    /// An object at hand is returned without SQL, unless it is stale.
    ///
    /// @param id the id, of the type that the table has for it
    /// @throws IllegalArgumentException if the table's entity is not registered, or the id is of another type
    public <E> @Nullable E get(Table<E> table, Object id) {
        return give(() -> {
            Mapper<E> mapper = work.registry().of(table);
            Ids.check(table, id);
            Entry<E> present = work.of(mapper).find(id);
            if (present != null && present.state() == State.DOOMED) return null;
            if (present != null && !present.isStale()) return present.entity();
            autoflush(Set.of(table));
            return load(mapper, id);
        });
    }

    /// Returns the object that a reference means: the one at hand if it is loaded, else that of its id. Null if
    /// the reference is null or unset, or there is no such row.
    ///
    /// ```java
    /// Driver driver = session.get(DRIVER, trip.driver);
    /// ```
    ///
    /// @throws IllegalArgumentException if the table's entity is not registered, or the id is of another type
    public <E> @Nullable E get(Table<E> table, @Nullable One<E> one) {
        return give(() -> {
            work.registry().of(table);
            if (one == null) return null;
            if (one.isLoaded()) return one.get();
            Object id = one.idOrNull();
            return id == null ? null : get(table, id);
        });
    }

    /// Returns the object of a row that has to be there: [#get] for ids that are known to exist.
    ///
    /// @throws NoSuchElementException if there is no such row
    public <E> E one(Table<E> table, Object id) {
        return Ids.found(table, get(table, id));
    }

    /// Reads an object's row again and gives the object its values. Changes that were not flushed are dropped.
    ///
    /// @throws IllegalArgumentException if the object is not in this session, or has no row yet
    /// @throws NoSuchElementException if the row is gone; the object is no longer one of this session then
    public void refresh(Object entity) {
        use(() -> reload(entity));
    }

    /// Whether an object is one of this session: loaded, or added, and not to be deleted.
    public boolean contains(Object entity) {
        return give(() -> {
            Entry<?> entry = work.entryOf(entity);
            return entry != null && entry.state() != State.DOOMED;
        });
    }

    private <E> @Nullable E load(Mapper<E> mapper, Object id) {
        E found = query(Ids.byId(mapper.table(), id)).oneOrNone().orElse(null);
        if (found == null) work.of(mapper).lost(id);
        return found;
    }

    private <E> void reload(E entity) {
        Mapper<E> mapper = work.registry().of(entity);
        Entry<E> entry = work.of(mapper).entryOf(entity);
        if (entry == null || entry.state() == State.NEW) {
            throw new IllegalArgumentException("a " + mapper.name() + " that has no row in this session was to be"
                    + " refreshed: only objects that were loaded or flushed have one");
        }
        entry.expire();
        if (load(mapper, entry.seenId()) == null) {
            throw new NoSuchElementException("the row of a " + mapper.name()
                    + " is gone: another transaction, or a statement of this one, has deleted it, and the object is no"
                    + " longer one of this session");
        }
    }

    // ---- statements

    /// Runs a query, after flushing what concerns the tables that it reads. Entities in the rows, alone or in
    /// pairs and records, are the session's objects.
    ///
    /// A query that may write, `returning(…)` or raw SQL, counts as [#execute] does: the objects of its tables, or
    /// of all if it is raw, take the values of the rows that it gives, and are stale afterwards.
    ///
    /// Begins a transaction and holds a connection until that ends.
    ///
    /// @throws IllegalArgumentException if the rows are entities that are not registered
    public <R extends @Nullable Object> Result<R> scalars(Query<R> query) {
        return give(() -> {
            query.entity().ifPresent(work.registry()::of);
            autoflush(query.tables());
            // before, so that the rows are read into objects; after, since they may show what was before the change
            boolean mayWrite = !(query instanceof Select<?>);
            if (mayWrite) work.touched(query.tables());
            Result<R> rows = query(query);
            if (mayWrite) work.touched(query.tables());
            return rows;
        });
    }

    /// Executes a statement without rows, after flushing what concerns its tables. The objects of these tables are
    /// stale afterwards; of all tables, if it is raw SQL.
    ///
    /// An update that is executed does not count a `@Version` unless it sets it: another session that read the
    /// row before does not notice.
    ///
    /// @return how many rows it touched
    public long execute(Command command) {
        return give(() -> {
            autoflush(command.tables());
            begun = true;
            long touched = loan.connection().execute(command);
            work.touched(command.tables());
            return touched;
        });
    }

    private <R extends @Nullable Object> Result<R> query(Query<R> query) {
        begun = true;
        SqlConnection connection = loan.connection();
        return Mapper.reading(work, () -> connection.execute(query));
    }

    // ---- the transaction

    /// Writes all changes. Sends nothing, and needs no connection, if there are none.
    public void flush() {
        use(() -> flush(work.of(Set.of())));
    }

    /// Flushes, commits, and gives the connection back. Without anything to write or to commit, nothing is sent.
    ///
    /// After a `CommitOutcomeUnknown` the objects are as after a rollback, although the database may have
    /// committed: those added in the transaction are new again, the others have their old values and are stale.
    /// Look whether it took effect before anything is added or changed again.
    ///
    /// @throws RuntimeException if the flush fails, with a rollback required; or if the database does not commit:
    ///     then the transaction is over, and objects are what they were before it
    public void commit() {
        use(this::commitNow);
    }

    /// Rolls back and gives the connection back. Objects take the values that they had before the transaction;
    /// those added in it are new again. Does nothing if nothing has changed.
    public void rollback() {
        end(this::rollbackNow);
    }

    /// Begins a transaction as a block, without a connection yet.
    ///
    /// @throws IllegalStateException if one has begun already, by this method or by itself
    public SessionTransaction begin() {
        return give(() -> {
            if (begun) {
                throw new IllegalStateException("begin() within a transaction, which began by begin(), or by itself at"
                        + " the first add, delete, get or query: call commit() or rollback() first");
            }
            begun = true;
            SessionTransaction begin = new SessionTransaction(this);
            block = begin;
            return begin;
        });
    }

    /// Whether a transaction has begun and not ended. It has, without a connection, after `begin`, `add` and
    /// `delete`.
    ///
    /// Changing a field begins none, since nobody sees it before the next flush.
    public boolean inTransaction() {
        return enter(() -> begun);
    }

    /// Rolls back what was not committed, gives the connection back, and forgets all objects, which stay readable.
    /// A second call does nothing.
    ///
    /// @throws IllegalStateException if another thread is inside; the session is closed when its call returns
    @Override
    public void close() {
        boolean taken = enterOrElse(() -> closeIsOwed = true);
        try {
            closeNow();
        } finally {
            if (taken) giveTurn();
        }
    }

    void commit(SessionTransaction which) {
        end(() -> {
            which.requireActive();
            requireUsable();
            commitNow();
        });
    }

    void rollback(SessionTransaction which) {
        end(() -> {
            which.requireNotCommitted();
            if (which.isActive()) rollbackNow();
        });
    }

    void leave(SessionTransaction which) {
        boolean taken = enterOrElse(() -> leaveIsOwed = which);
        try {
            leaveNow(which);
        } finally {
            if (taken) giveTurn();
        }
    }

    private void leaveNow(SessionTransaction which) {
        if (closed) return;
        if (which.isActive()) rollbackNow();
        if (block == which) block = null;
    }

    private void closeNow() {
        if (closed) return;
        closed = true;
        loan.rollback();
        over(SessionTransaction.State.ROLLED_BACK);
        work.clear();
    }

    private void commitNow() {
        flush(work.of(Set.of()));
        try {
            loan.commit();
        } catch (RuntimeException | Error notCommitted) {
            work.rolledBack();
            over(SessionTransaction.State.ROLLED_BACK);
            throw notCommitted;
        }
        work.committed();
        over(SessionTransaction.State.COMMITTED);
    }

    private void rollbackNow() {
        if (failure != null && UnitOfWork.hasWork(work.of(Set.of()))) {
            LOG.warn("objects were changed after a failed flush and before rollback(): these changes are discarded");
        }
        loan.rollback();
        work.rolledBack();
        over(SessionTransaction.State.ROLLED_BACK);
    }

    private void over(SessionTransaction.State end) {
        begun = false;
        failure = null;
        if (block != null) block.end(end);
    }

    // ---- flushing

    private void autoflush(Set<Table<?>> tables) {
        flush(work.of(tables));
    }

    private void flush(Collection<Rows<?>> some) {
        if (!UnitOfWork.hasWork(some)) return;
        begun = true;
        try {
            Set<Rows<?>> scope = work.withDependencies(some);
            SqlConnection connection = loan.connection();
            new Flush(work, scope, connection).run();
        } catch (RuntimeException | Error failed) {
            failure = failed;
            loan.rollback();
            work.rolledBack();
            throw failed;
        }
    }

    // ---- the door

    /// Does something that needs a sound transaction.
    private void use(Runnable action) {
        give(() -> {
            action.run();
            return true;
        });
    }

    private <T extends @Nullable Object> T give(Supplier<T> action) {
        return enter(() -> {
            requireUsable();
            return action.get();
        });
    }

    /// Does something that is allowed after a failed flush, too.
    private void end(Runnable action) {
        enter(() -> {
            action.run();
            return true;
        });
    }

    private <T extends @Nullable Object> T enter(Supplier<T> action) {
        boolean taken = turn.enter();
        try {
            requireOpen();
            return action.get();
        } finally {
            if (taken) giveTurn();
        }
    }

    /// Enters to end something. try-with-resources asks once, so that the wish is left to the thread that is inside.
    private boolean enterOrElse(Runnable leaveWord) {
        try {
            return turn.enter();
        } catch (IllegalStateException usedByTwo) {
            leaveWord.run();
            payIfNobodyIsInside();
            throw usedByTwo;
        }
    }

    private void giveTurn() {
        try {
            pay();
        } finally {
            turn.leave();
        }
        payIfNobodyIsInside();
    }

    /// Does what is owed, if that came after the thread inside had looked and before it left.
    private void payIfNobodyIsInside() {
        while ((closeIsOwed || leaveIsOwed != null) && turn.tryEnter()) {
            try {
                pay();
            } finally {
                turn.leave();
            }
        }
    }

    private void pay() {
        SessionTransaction left = leaveIsOwed;
        if (left != null) {
            leaveIsOwed = null;
            leaveNow(left);
        }
        if (closeIsOwed) {
            closeIsOwed = false;
            closeNow();
        }
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("this session is closed: open another with sessions.open()");
    }

    private void requireUsable() {
        if (failure != null) throw new RollbackRequired(failure);
        if (block != null && !block.isActive()) {
            throw new IllegalStateException(
                    "the transaction of this begin() block is finished, and what is done now would"
                            + " run in another one: leave the block first");
        }
    }
}
