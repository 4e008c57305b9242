package dev.aludel.orm;

import dev.aludel.orm.Entry.State;
import dev.aludel.sql.Table;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All objects of one session, and what has become of them since their rows were seen. Knows nothing of
/// connections.
final class UnitOfWork implements Reader {
    private final Registry registry;
    private final Map<Mapper<?>, Rows<?>> rows = new LinkedHashMap<>();

    UnitOfWork(Registry registry) {
        this.registry = registry;
    }

    Registry registry() {
        return registry;
    }

    @SuppressWarnings("unchecked") // rows are kept under their mapper
    <E> Rows<E> of(Mapper<E> mapper) {
        return (Rows<E>) rows.computeIfAbsent(mapper, Rows::new);
    }

    /// Returns the entry of an object, or null if the object is not in this session.
    <E> @Nullable Entry<E> entryOf(E entity) {
        return of(registry.of(entity)).entryOf(entity);
    }

    @Override
    public <E> E absorb(Mapper<E> mapper, E fresh) {
        return of(registry.of(mapper.table())).absorb(fresh);
    }

    // ---- adding and deleting

    /// Adds an object and all surely new objects that it refers to, directly or through others.
    void add(Object entity) {
        Deque<Object> next = new ArrayDeque<>();
        next.add(entity);
        while (!next.isEmpty()) {
            Object each = next.pop();
            addOne(each);
            next.addAll(newTargets(each));
        }
    }

    private <E> void addOne(E entity) {
        Mapper<E> mapper = registry.of(entity);
        Rows<E> table = of(mapper);
        Entry<E> present = table.entryOf(entity);
        if (present == null) {
            refuseDetached(mapper, entity);
            table.add(entity);
        } else if (present.state() == State.DOOMED) {
            present.spare();
        }
    }

    private static <E> void refuseDetached(Mapper<E> mapper, E entity) {
        if (mapper.table().id().isGenerated() && mapper.id(entity) != null) {
            throw new IllegalArgumentException("a " + mapper.name()
                    + " that has an id already was added, but its id is generated at the insert: it is a row of another"
                    + " session, so get it from this one and change that object; to insert a row with an id of your"
                    + " own, execute insert(…).set(…)");
        }
    }

    private <E> List<Object> newTargets(E entity) {
        return registry.of(entity).targets(entity).stream().filter(this::isNew).toList();
    }

    /// An object is surely new if its id is still to be generated. An assigned one does not say whether it has a
    /// row.
    private <E> boolean isNew(E entity) {
        Mapper<E> mapper = registry.of(entity);
        return mapper.table().id().isGenerated()
                && mapper.id(entity) == null
                && of(mapper).entryOf(entity) == null;
    }

    <E> void delete(E entity) {
        Mapper<E> mapper = registry.of(entity);
        Rows<E> table = of(mapper);
        Entry<E> entry = table.entryOf(entity);
        if (entry == null) {
            throw new IllegalArgumentException("a " + mapper.name()
                    + " that is not in this session was to be deleted: get it from this session first, or execute"
                    + " delete(…).where(…)");
        }
        if (entry.state() == State.NEW) {
            table.forgetAdded(entry);
        } else {
            entry.doom();
        }
    }

    // ---- what there is to write

    /// Returns the rows of these tables as far as this session has any; of all tables if none is given.
    List<Rows<?>> of(Set<Table<?>> tables) {
        return rows.values().stream()
                .filter(each ->
                        tables.isEmpty() || tables.contains(each.mapper().table()))
                .toList();
    }

    static boolean hasWork(Collection<Rows<?>> some) {
        return some.stream().anyMatch(Rows::hasWork);
    }

    /// Returns these rows with all that have to be written with them: what they refer to must be inserted before,
    /// and what refers to rows that are deleted must be deleted before.
    Set<Rows<?>> withDependencies(Collection<Rows<?>> some) {
        Set<Rows<?>> scope = new LinkedHashSet<>();
        Deque<Rows<?>> next = new ArrayDeque<>(some);
        while (!next.isEmpty()) {
            Rows<?> each = next.pop();
            if (!scope.add(each)) continue;
            registry.targets(each.mapper()).forEach(target -> next.add(of(target)));
            if (each.hasDoomed()) next.addAll(referrers(each.mapper()));
        }
        return scope;
    }

    private List<Rows<?>> referrers(Mapper<?> target) {
        return rows.values().stream()
                .filter(each -> registry.targets(each.mapper()).contains(target))
                .toList();
    }

    /// Adds the new objects that objects in these rows have come to refer to since they were added or loaded.
    void cascade(Collection<Rows<?>> scope) {
        scope.stream()
                .flatMap(each -> each.withWork().stream())
                .filter(entry -> entry.state() != State.DOOMED)
                .flatMap(entry -> newTargets(entry.entity()).stream())
                .toList()
                .forEach(this::add);
    }

    // ---- what has happened

    /// A statement may have changed any row of these tables; of all tables if none is given.
    void touched(Set<Table<?>> tables) {
        of(tables).forEach(Rows::touched);
    }

    void committed() {
        rows.values().forEach(Rows::committed);
    }

    void rolledBack() {
        rows.values().forEach(Rows::rolledBack);
    }

    void clear() {
        rows.clear();
    }
}
