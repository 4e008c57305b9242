package dev.aludel.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Puts tables after those that their foreign keys refer to. References to tables outside the list count for nothing.
final class DependencyOrder {
    private final List<Table<?>> given;
    private final List<Table<?>> ordered = new ArrayList<>();
    private final Set<Table<?>> path = new LinkedHashSet<>();

    private DependencyOrder(List<Table<?>> given) {
        this.given = given;
    }

    /// @throws IllegalArgumentException if tables refer to each other in a circle; one that refers to itself is no
    /// circle
    static List<Table<?>> of(List<Table<?>> tables) {
        DependencyOrder order = new DependencyOrder(tables);
        tables.forEach(order::visit);
        return order.ordered;
    }

    private void visit(Table<?> table) {
        if (ordered.contains(table)) return;
        if (!path.add(table)) {
            throw new IllegalArgumentException("the foreign keys of " + path
                    + " make a circle, so none of these tables can be the first: create them one by one");
        }
        for (Column<?, ?> column : table.columns()) {
            column.target()
                    .filter(target -> given.contains(target) && !target.equals(table))
                    .ifPresent(this::visit);
        }
        path.remove(table);
        ordered.add(table);
    }
}
