package dev.aludel.pool;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pools between which callers may wait for each other: all of a JVM, or those on a test's clock.
///
/// A pool is known until it is closed, or forgotten: it is not kept by being known here.
final class Neighbours {
    private final AtomicReference<List<WeakReference<Neighbour>>> pools = new AtomicReference<>(List.of());

    /// What the ticker said when the first of them was built.
    private final AtomicReference<@Nullable Long> beginning = new AtomicReference<>();

    /// How many queues were gone through.
    private final AtomicLong walks = new AtomicLong();

    /// Returns when the time of all of them begins: instants of one pool mean the same to another.
    long beginning(LongSupplier ticker) {
        if (beginning.get() == null) {
            beginning.compareAndSet(null, ticker.getAsLong());
        }
        return Objects.requireNonNull(beginning.get());
    }

    void add(Neighbour pool) {
        WeakReference<Neighbour> added = new WeakReference<>(pool);
        pools.updateAndGet(known -> Stream.concat(known.stream().filter(one -> !one.refersTo(null)), Stream.of(added))
                .toList());
    }

    void remove(Neighbour pool) {
        pools.updateAndGet(known -> known.stream()
                .filter(one -> !one.refersTo(null) && !one.refersTo(pool))
                .toList());
    }

    /// Returns those that are still there, in the order in which they were built.
    List<Neighbour> present() {
        return pools.get().stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /// Returns whether who begins to wait has a connection for which somebody else waits, as far as is
    /// known almost without a look: see [Line#mayHaveOne]. One read for each pool in which nobody
    /// waits, and a few for others, his own among them; but who has a scope may have had any connection
    /// of such a pool, so he looks at each of its slots.
    boolean mayHaveLentTo(Waiter waiter) {
        for (WeakReference<Neighbour> each : pools.get()) {
            Neighbour pool = each.get();
            if (pool != null && !pool.line().isEmpty() && mayHaveLentTo(waiter, pool.line())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayHaveLentTo(Waiter waiter, Line line) {
        Object scope = waiter.scope();
        return line.mayHaveOne() || (scope != null && line.lentTo(waiter.thread, scope) != null);
    }

    /// Finds out which of some threads wait, and where. Goes through queues until all are found.
    ///
    /// @param first where they are looked for first
    Map<Thread, Neighbour.Place> places(Set<Thread> threads, Neighbour first) {
        Map<Thread, Neighbour.Place> places = new HashMap<>();
        look(first, threads, places);
        for (WeakReference<Neighbour> each : pools.get()) {
            if (places.size() == threads.size()) {
                break;
            }
            Neighbour pool = each.get();
            if (pool != null && !pool.equals(first)) {
                look(pool, threads, places);
            }
        }
        return places;
    }

    private void look(Neighbour pool, Set<Thread> threads, Map<Thread, Neighbour.Place> places) {
        if (pool.line().isEmpty()) {
            return;
        }
        walks.incrementAndGet();
        for (Waiter waiter : pool.line().waiters()) {
            if (waiter.outcome() == null && threads.contains(waiter.thread)) {
                places.put(waiter.thread, new Neighbour.Place(pool, waiter));
            }
        }
    }

    /// Returns how many queues were gone through so far: it is dear, and few do it.
    long walks() {
        return walks.get();
    }

    /// Returns how many wait in all of them.
    int waiting() {
        int waiting = 0;
        for (WeakReference<Neighbour> each : pools.get()) {
            Neighbour pool = each.get();
            waiting += pool == null ? 0 : pool.line().waiting();
        }
        return waiting;
    }
}
