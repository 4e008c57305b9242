package dev.aludel.pool;

import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A circle that was seen before, by those who wait in it. They are there as long as it stands; that it
/// was seen keeps none of them, nor the pools in which they wait, afterwards.
///
/// @param parts loans and waiters
/// @param since when it was first seen
record Suspicion(List<WeakReference<Object>> parts, long since) {
    static Suspicion of(Circle circle) {
        return new Suspicion(parts(circle).map(WeakReference::new).toList(), circle.since());
    }

    private static Stream<Object> parts(Circle circle) {
        return circle.waiters().entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()));
    }

    /// Returns whether it is the same circle.
    boolean isOf(Circle circle) {
        Set<Object> now = new HashSet<>(parts(circle).toList());
        return parts.size() == 2 * circle.waiters().size()
                && parts.stream().map(WeakReference::get).allMatch(now::contains);
    }
}
