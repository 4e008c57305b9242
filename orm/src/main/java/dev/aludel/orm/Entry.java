package dev.aludel.orm;

import dev.aludel.sql.Column;
import dev.aludel.sql.Table;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One object in a session: what its row looked like when last seen, and where the object is in its life.
///
/// NEW → (insert) → KEPT → (delete) → DOOMED → (flush) → gone. A rollback takes it back to where the transaction
/// found it.
final class Entry<E> {
    enum State {
        /// To be inserted; it has no row yet.
        NEW,
        /// Has a row.
        KEPT,
        /// Has a row that is to be deleted.
        DOOMED
    }

    private final Mapper<E> mapper;
    private final E entity;
    private final long addition;
    private State state;
    private @Nullable Snapshot<E> seen;
    private @Nullable Snapshot<E> before;
    private @Nullable Snapshot<E> own;

    /// The columns whose value in [#seen] was written and not read: the database may keep another form of it.
    private long unread;

    private long unreadBefore;
    private boolean insertedHere;
    private boolean stale;
    private boolean touchedHere;

    private Entry(Mapper<E> mapper, E entity, long addition, State state) {
        this.mapper = mapper;
        this.entity = entity;
        this.addition = addition;
        this.state = state;
    }

    /// An object that is to be inserted, the how manieth of its table in this session.
    static <E> Entry<E> added(Mapper<E> mapper, E entity, long addition) {
        return new Entry<>(mapper, entity, addition, State.NEW);
    }

    /// An object that was just read from its row.
    static <E> Entry<E> loaded(Mapper<E> mapper, E entity) {
        Entry<E> entry = new Entry<>(mapper, entity, 0, State.KEPT);
        entry.seen = mapper.snapshot(entity);
        return entry;
    }

    Mapper<E> mapper() {
        return mapper;
    }

    E entity() {
        return entity;
    }

    State state() {
        return state;
    }

    long addition() {
        return addition;
    }

    /// Returns the id that the object has now; null if the database has still to generate it.
    @Nullable
    Object id() {
        return mapper.id(entity);
    }

    /// Returns the id of the row, whatever the program has made of the object's.
    Object seenId() {
        return Objects.requireNonNull(seen().value(mapper.table().id().position()), "a row has an id");
    }

    /// Returns the objects at hand that the object refers to.
    List<Object> targets() {
        return mapper.targets(entity);
    }

    /// Whether the row may have changed since it was seen.
    boolean isStale() {
        return stale;
    }

    /// Whether the row was inserted by the current transaction.
    boolean isInsertedHere() {
        return insertedHere;
    }

    /// Returns the row as it was last seen.
    Snapshot<E> seen() {
        return Objects.requireNonNull(seen, "a new object has no row yet");
    }

    /// Returns the columns in which the object differs from its row as last seen. The version is not among them:
    /// it counts changes and is none itself.
    long changes() {
        return state == State.KEPT ? seen().changes(entity) & ~mapper.versionBit() : 0;
    }

    /// Whether a flush would have to write something for this object.
    boolean hasWork() {
        return state != State.KEPT || changes() != 0;
    }

    void doom() {
        state = State.DOOMED;
    }

    void spare() {
        state = State.KEPT;
    }

    /// The row is to be read again at the next occasion.
    void expire() {
        stale = true;
    }

    /// A statement of this transaction may have changed the row.
    void touched() {
        keepBefore();
        stale = true;
        touchedHere = true;
    }

    /// The row was read again: the object takes its values.
    void refresh(E fresh) {
        mapper.copy(fresh, entity);
        seen = mapper.snapshot(entity);
        unread = 0;
        stale = false;
        touchedHere = false;
    }

    /// The row was inserted with the object's values.
    void inserted() {
        state = State.KEPT;
        insertedHere = true;
        seen = mapper.snapshot(entity);
        unread = ~0L;
    }

    /// The object takes the place of one whose row was to be deleted; what is left to do is an update.
    void takeOver(Entry<E> other) {
        state = State.KEPT;
        insertedHere = true;
        own = mapper.snapshot(entity);
        seen = other.seen();
        unread = other.unread;
        mapper.table().version().ifPresent(column -> mapper.version(entity, seenVersion(column)));
    }

    /// The row was updated to the object's values.
    ///
    /// @param isAllKnown whether that proved the columns that were not written, too: a version does, unless a
    ///     statement of this transaction may have changed them without counting it
    void updated(boolean isAllKnown) {
        keepBefore();
        unread |= changes();
        seen = mapper.snapshot(entity);
        if (isAllKnown && !touchedHere) stale = false;
    }

    private void keepBefore() {
        if (before != null) return;
        before = seen;
        unreadBefore = unread;
    }

    /// Whether the value of a column as last seen was read from the row, not only written to it.
    boolean isRead(Column<E, ?> column) {
        return (unread & (1L << column.position())) == 0;
    }

    /// What the transaction did to the row is final.
    void committed() {
        before = null;
        own = null;
        insertedHere = false;
        stale = true;
        touchedHere = false;
    }

    /// The row is gone together with the transaction that inserted it, or is another object's again: this one is as
    /// new.
    void forgotten() {
        Snapshot<E> first = own != null ? own : before != null ? before : seen();
        Table<E> table = mapper.table();
        if (table.id().isGenerated()) mapper.id(entity, null);
        table.version().ifPresent(column -> mapper.version(entity, version(first, column)));
    }

    /// Returns the version of the row as last seen.
    long seenVersion(Column<E, ?> version) {
        return version(seen(), version);
    }

    private static <E> long version(Snapshot<E> snapshot, Column<E, ?> column) {
        return ((Number) Objects.requireNonNull(snapshot.value(column.position()), "a version is never null"))
                .longValue();
    }

    /// The row is again what it was before the transaction, and so is the object.
    void rolledBack() {
        Snapshot<E> original = before == null ? seen() : before;
        if (before != null) unread = unreadBefore;
        if (original.changes(entity) != 0) original.restore(entity);
        seen = original;
        before = null;
        state = State.KEPT;
        stale = true;
        touchedHere = false;
    }
}
