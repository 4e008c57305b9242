package dev.aludel.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Names the columns of a result: a column by its own name, a function with a number behind it (`count_1`), and a
/// name that is taken with the next number that is free (`id`, `id_1`).
final class Labels {
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    static List<String> of(List<? extends Expression<?>> expressions) {
        Labels labels = new Labels();
        List<String> names = new ArrayList<>(expressions.size());
        for (Expression<?> expression : expressions) names.add(labels.name(expression));
        return names;
    }

    /// Whether the database would call the column so of its own accord.
    static boolean isNatural(Expression<?> expression, String label) {
        return expression instanceof Column<?, ?> column && column.name().equals(label);
    }

    private String name(Expression<?> expression) {
        return switch (expression) {
            case Column<?, ?> column -> taken.add(column.name()) ? column.name() : numbered(column.name());
            case Node.Labelled<?> labelled -> {
                taken.add(labelled.label());
                yield labelled.label();
            }
            case Node.Aggregate<?> aggregate -> numbered(aggregate.function());
            case Node.Parameter<?> _ -> numbered("param");
        };
    }

    private String numbered(String stem) {
        String name;
        do {
            name = stem + "_" + numbers.merge(stem, 1, Integer::sum);
        } while (!taken.add(name));
        return name;
    }
}
