package dev.aludel.orm;

import dev.aludel.orm.Entry.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The objects of one table in one session: one for each row that was seen, and those still to be inserted.
///
/// All are held strongly until the session is closed: it lives for one request, and an object that vanished with
/// its changes would be a lost update.
final class Rows<E> {
    private final Mapper<E> mapper;
    private final Map<Object, Entry<E>> byId = new LinkedHashMap<>();
    private final IdentityHashMap<E, Entry<E>> added = new IdentityHashMap<>();
    private final List<Entry<E>> goneHere = new ArrayList<>();
    private long additions;

    Rows(Mapper<E> mapper) {
        this.mapper = mapper;
    }

    Mapper<E> mapper() {
        return mapper;
    }

    // ---- finding

    @Nullable
    Entry<E> find(Object id) {
        return byId.get(id);
    }

    /// Returns the entry of an object, or null if it is not in this session.
    @SuppressWarnings("ReferenceEquality") // an equal object is another object
    @Nullable
    Entry<E> entryOf(E entity) {
        Entry<E> pending = added.get(entity);
        if (pending != null) return pending;
        Object id = mapper.id(entity);
        Entry<E> kept = id == null ? null : byId.get(id);
        return kept != null && kept.entity() == entity ? kept : null;
    }

    /// Returns the objects with a row, in the order in which they came.
    Collection<Entry<E>> kept() {
        return byId.values();
    }

    /// Returns the objects to insert, in the order in which they were added.
    List<Entry<E>> added() {
        return added.values().stream()
                .sorted(Comparator.comparingLong(Entry::addition))
                .toList();
    }

    /// Returns the objects that differ from their rows.
    List<Entry<E>> changed() {
        return byId.values().stream().filter(entry -> entry.changes() != 0).toList();
    }

    /// Returns the objects whose rows are to be deleted.
    List<Entry<E>> doomed() {
        return byId.values().stream()
                .filter(entry -> entry.state() == State.DOOMED)
                .toList();
    }

    /// Returns the objects that a flush would write something for.
    List<Entry<E>> withWork() {
        List<Entry<E>> found = new ArrayList<>(added());
        byId.values().stream().filter(Entry::hasWork).forEach(found::add);
        return found;
    }

    /// Whether a flush would write to this table.
    boolean hasWork() {
        return !added.isEmpty() || byId.values().stream().anyMatch(Entry::hasWork);
    }

    boolean hasDoomed() {
        return byId.values().stream().anyMatch(entry -> entry.state() == State.DOOMED);
    }

    // ---- changing

    void add(E entity) {
        added.put(entity, Entry.added(mapper, entity, additions++));
    }

    void forgetAdded(Entry<E> entry) {
        added.remove(entry.entity());
    }

    /// Returns the session's object for a row that was just read: the one at hand, or the fresh one.
    ///
    /// What is at hand keeps its values, unless it is stale.
    E absorb(E fresh) {
        Object id = Objects.requireNonNull(mapper.id(fresh), "a row has an id");
        Entry<E> present = byId.get(id);
        if (present == null) {
            byId.put(id, Entry.loaded(mapper, fresh));
            return fresh;
        }
        if (present.isStale()) present.refresh(fresh);
        return present.entity();
    }

    /// A row was found to be gone: its object is no longer one of this session, until a rollback may bring the
    /// row back.
    void lost(Object id) {
        Entry<E> gone = byId.remove(id);
        if (gone != null) goneHere.add(gone);
    }

    void touched() {
        byId.values().forEach(Entry::touched);
    }

    // ---- what a flush did

    void inserted(Entry<E> entry) {
        added.remove(entry.entity());
        entry.inserted();
        byId.put(Objects.requireNonNull(entry.id(), "an inserted row has an id"), entry);
    }

    /// A new object has the id of one that is to be deleted: its row stays, with the new object's values.
    void takeOver(Entry<E> entry, Entry<E> doomed) {
        added.remove(entry.entity());
        goneHere.add(doomed);
        entry.takeOver(doomed);
        byId.put(Objects.requireNonNull(entry.id(), "the id was compared"), entry);
    }

    void deleted(Entry<E> entry) {
        byId.remove(entry.seenId());
        goneHere.add(entry);
    }

    // ---- the end of a transaction

    void committed() {
        goneHere.clear();
        byId.values().forEach(Entry::committed);
    }

    void rolledBack() {
        added.clear();
        List<Entry<E>> touched = new ArrayList<>(byId.values());
        touched.addAll(goneHere);
        byId.clear();
        goneHere.clear();
        for (Entry<E> entry : touched) {
            if (entry.isInsertedHere()) {
                entry.forgotten();
            } else {
                entry.rolledBack();
                byId.put(entry.seenId(), entry);
            }
        }
    }
}
