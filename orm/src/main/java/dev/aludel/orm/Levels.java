package dev.aludel.orm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Puts objects into levels, such that each comes on a later one than all objects that it points at.
///
/// For objects of tables that refer to each other or to themselves, where an order of tables does not help.
/// Compared by identity, without recursion: a chain may be as long as it likes.
final class Levels<N> {
    private final IdentityHashMap<N, List<N>> referrers = new IdentityHashMap<>();
    private final IdentityHashMap<N, Integer> open = new IdentityHashMap<>();

    private Levels() {}

    /// Returns the levels, objects that point at none of the others first.
    ///
    /// @param targets what an object points at; what is not among the nodes is ignored
    /// @param circle  the failure for objects that point at each other in a circle
    static <N> List<List<N>> of(
            Collection<N> nodes,
            Function<N, ? extends Collection<? extends N>> targets,
            Supplier<? extends RuntimeException> circle) {
        Levels<N> levels = new Levels<>();
        nodes.forEach(node -> levels.open.put(node, 0));
        for (N node : nodes) {
            for (N target : targets.apply(node)) levels.link(node, target);
        }
        return levels.peel(nodes, circle);
    }

    private void link(N node, N target) {
        if (!open.containsKey(target)) return;
        referrers.computeIfAbsent(target, _ -> new ArrayList<>()).add(node);
        open.merge(node, 1, Integer::sum);
    }

    private List<List<N>> peel(Collection<N> nodes, Supplier<? extends RuntimeException> circle) {
        List<List<N>> levels = new ArrayList<>();
        List<N> level =
                nodes.stream().filter(node -> open.getOrDefault(node, 0) == 0).toList();
        int placed = 0;
        while (!level.isEmpty()) {
            levels.add(level);
            placed += level.size();
            level = level.stream()
                    .flatMap(node -> referrers.getOrDefault(node, List.of()).stream())
                    .filter(referrer -> open.merge(referrer, -1, Integer::sum) == 0)
                    .toList();
        }
        if (placed < nodes.size()) throw circle.get();
        return levels;
    }
}
