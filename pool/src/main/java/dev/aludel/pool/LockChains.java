package dev.aludel.pool;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who waits for a lock, and who has it in the end: who blocks may be blocked himself.
///
/// @param waits what the server says, by who waits
record LockChains(Map<Long, LockWait> waits) {
    static LockChains of(List<LockWait> waits) {
        Map<Long, LockWait> byWaiter = new TreeMap<>();
        waits.forEach(wait -> byWaiter.put(wait.waiter(), wait));
        return new LockChains(byWaiter);
    }

    /// Returns for whom a backend waits, or null if it waits for no lock.
    @Nullable
    LockWait of(long backend) {
        return waits.get(backend);
    }

    /// Returns who has what a backend waits for and waits for no lock himself; empty if it does not
    /// wait, or all wait for each other, which a server ends by itself.
    Set<Long> roots(long backend) {
        Set<Long> roots = new TreeSet<>();
        Set<Long> seen = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(List.of(backend));
        while (!open.isEmpty()) {
            long next = open.pop();
            LockWait wait = waits.get(next);
            if (wait != null && seen.add(next)) {
                open.addAll(wait.blockers());
            } else if (wait == null && next != backend) {
                roots.add(next);
            }
        }
        return roots;
    }

    /// Returns who blocks some backends, whoever blocks most of them first.
    List<Root> roots(List<Long> backends) {
        Map<Long, Integer> blocked = new TreeMap<>();
        for (long backend : backends) {
            roots(backend).forEach(root -> blocked.merge(root, 1, Integer::sum));
        }
        return blocked.entrySet().stream()
                .map(entry -> new Root(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(Root::blocked).reversed())
                .toList();
    }

    /// Who blocks others and is not blocked himself.
    ///
    /// @param backend its number, 0 for a prepared transaction
    /// @param blocked how many wait for it, in the end
    record Root(long backend, int blocked) {}
}
