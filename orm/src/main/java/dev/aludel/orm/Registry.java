package dev.aludel.orm;

import dev.aludel.sql.Column;
import dev.aludel.sql.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The entities that the sessions of one factory know, and the order in which their tables are written.
///
/// Immutable once made, and shared by all those sessions.
final class Registry {
    private final Map<Class<?>, Mapper<?>> mappers = new LinkedHashMap<>();
    private final List<List<Mapper<?>>> groups;

    Registry(List<? extends Mapped<?>> entities) {
        for (Mapped<?> entity : entities) {
            Mapper<?> mapper = entity.mapper();
            if (mappers.putIfAbsent(mapper.table().entity(), mapper) != null) {
                throw new IllegalArgumentException(
                        mapper.name() + " is registered twice: name each entity once in Sessions.on");
            }
        }
        groups = TableOrder.of(mappers.values(), this::targets);
    }

    /// Returns the mapper for an object.
    ///
    /// @throws IllegalArgumentException if its class is not registered
    @SuppressWarnings("unchecked") // a mapper is kept under the class of its entity
    <E> Mapper<E> of(E entity) {
        return (Mapper<E>) of(entity.getClass());
    }

    /// Returns the mapper for a table.
    ///
    /// @throws IllegalArgumentException if its entity is not registered, or with another table object
    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // a table object is one
    <E> Mapper<E> of(Table<E> table) {
        Mapper<?> mapper = of(table.entity());
        if (mapper.table() != table) {
            throw new IllegalArgumentException("table " + table.name() + " was given for " + mapper.name()
                    + ", but these sessions know it by another table object, of table "
                    + mapper.table().name() + ": use that one, or read the rows by engine.read");
        }
        return (Mapper<E>) mapper;
    }

    private Mapper<?> of(Class<?> entity) {
        Mapper<?> mapper = mappers.get(entity);
        if (mapper != null) return mapper;
        throw new IllegalArgumentException(entity.getName() + " is not registered with these sessions, which know "
                + names() + ": annotate it with @Entity and name its table object in Sessions.on(engine, …)");
    }

    /// Returns the mapper for a table, or null if its entity is not registered.
    @Nullable
    Mapper<?> find(Table<?> table) {
        return mappers.get(table.entity());
    }

    /// Returns the mappers in groups, such that a group refers only to itself and to groups before it.
    ///
    /// A group of one is the rule; tables that refer to each other in a circle share one.
    List<List<Mapper<?>>> groups() {
        return groups;
    }

    /// Returns the registered mappers that an entity's references point at, itself among them if it refers to
    /// itself.
    List<Mapper<?>> targets(Mapper<?> mapper) {
        return mapper.table().columns().stream()
                .map(Column::target)
                .flatMap(Optional::stream)
                .<Mapper<?>>mapMulti((target, each) -> {
                    Mapper<?> found = find(target);
                    if (found != null) each.accept(found);
                })
                .distinct()
                .toList();
    }

    private String names() {
        return String.join(", ", mappers.values().stream().map(Mapper::name).toList());
    }
}
