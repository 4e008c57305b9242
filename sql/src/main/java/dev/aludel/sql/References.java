package dev.aludel.sql;

import java.util.ArrayList;
import java.util.List;

/// Finds the condition of a join among the declared foreign keys.
final class References {
    private References() {}

    /// Returns `parent.id = child.parent_id` for the one foreign key between the added table and those present.
    ///
    /// @throws IllegalArgumentException if there is none, or more than one
    static Condition between(List<Source<?>> present, Source<?> added) {
        List<Condition> found = new ArrayList<>();
        for (Source<?> source : present) {
            collect(source, added, found);
            collect(added, source, found);
        }
        if (found.size() == 1) return found.getFirst();
        String tables = String.join(", ", present.stream().map(Object::toString).toList());
        throw new IllegalArgumentException(
                "join(" + added + ") must follow the one foreign key between it and " + tables
                        + ", but " + (found.isEmpty() ? "none is declared" : "there are " + found.size() + ": " + found)
                        + ": name the condition, join(" + added + ", …)");
    }

    private static void collect(Source<?> child, Source<?> parent, List<Condition> found) {
        for (Column<?, ?> key : child.expressions()) {
            if (parent.table().equals(key.target().orElse(null))) {
                found.add(new Node.Compare(idOf(parent), Node.Operator.EQ, key));
            }
        }
    }

    private static <E> Column<E, ?> idOf(Source<E> source) {
        return switch (source) {
            case Table<E> table -> table.id();
            case TableAlias<E> alias -> alias.column(alias.table().id());
        };
    }
}
