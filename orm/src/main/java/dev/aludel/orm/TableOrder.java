package dev.aludel.orm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Puts nodes into an order in which each comes after those that it points at.
///
/// Nodes that point at each other in a circle cannot be ordered and form a group; all others are alone in theirs.
/// The groups are strongly connected components.
///
/// @see <a href="https://doi.org/10.1137/0201010">R. Tarjan (1972), Depth-first search and linear graph algorithms</a>
final class TableOrder<N> {
    private final Function<N, ? extends Collection<N>> targets;
    private final Map<N, Integer> lowest = new HashMap<>();
    private final Deque<N> path = new ArrayDeque<>();
    private final List<List<N>> groups = new ArrayList<>();

    private TableOrder(Function<N, ? extends Collection<N>> targets) {
        this.targets = targets;
    }

    /// Returns the groups, those pointed at first; within these bounds in the order given.
    static <N> List<List<N>> of(Collection<N> nodes, Function<N, ? extends Collection<N>> targets) {
        TableOrder<N> order = new TableOrder<>(targets);
        for (N node : nodes) {
            if (!order.lowest.containsKey(node)) order.visit(node);
        }
        return List.copyOf(order.groups);
    }

    private int visit(N node) {
        int number = lowest.size();
        int low = number;
        lowest.put(node, number);
        path.push(node);
        for (N target : targets.apply(node)) {
            if (!lowest.containsKey(target)) {
                low = Math.min(low, visit(target));
            } else if (path.contains(target)) {
                low = Math.min(low, lowest.get(target));
            }
        }
        lowest.put(node, low);
        if (low == number) groups.add(takeGroup(node));
        return low;
    }

    /// Takes the group off the path: all that was entered since its first node, in the order of entering.
    private List<N> takeGroup(N first) {
        List<N> group = new ArrayList<>();
        N node;
        do {
            node = path.pop();
            group.addFirst(node);
        } while (!node.equals(first));
        return List.copyOf(group);
    }
}
