package dev.aludel.pool;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One look at who waits for whom: from a pool on, through all pools in which those wait who have its connections.
///
/// A pool stands still if all who have its connections wait in pools that stand still. So it does exactly if nothing
/// moves in any of the pools that are reached from it, and among these are some that wait for themselves.
final class WaitsFor {
    private final Neighbours neighbours;
    private final long now;
    private final Map<Neighbour, Still> still = new LinkedHashMap<>();

    /// What keeps a pool from moving.
    ///
    /// @param waiters  who waits of those who have its connections
    /// @param pools    in which they wait
    /// @param isProved whether none of them can have handed on what he has
    private record Still(Map<Loan, Waiter> waiters, Set<Neighbour> pools, boolean isProved) {}

    WaitsFor(Neighbours neighbours, long now) {
        this.neighbours = neighbours;
        this.now = now;
    }

    /// Returns those who wait for each other, and for whom all wait in the end who have a connection of a pool; or
    /// null if anything may move.
    @Nullable
    Circle from(Neighbour start) {
        Deque<Neighbour> next = new ArrayDeque<>(List.of(start));
        for (Neighbour pool = next.poll(); pool != null; pool = next.poll()) {
            if (!still.containsKey(pool)) {
                Still its = look(pool);
                if (its == null) {
                    return null;
                }
                still.put(pool, its);
                next.addAll(its.pools);
            }
        }
        return circle(innermost());
    }

    /// Returns nothing if one who has a connection does not wait, or is about to give up, or a connection is on its
    /// way.
    private @Nullable Still look(Neighbour pool) {
        Line line = pool.line();
        Set<Thread> threads = line.isEmpty() || line.hasEmpty() ? null : threads(line);
        if (threads == null) {
            return null;
        }
        Map<Thread, Neighbour.Place> places = neighbours.places(threads, pool);
        Map<Loan, Waiter> waiters = new HashMap<>();
        Set<Neighbour> pools = new HashSet<>();
        boolean isProved = true;
        for (Slot slot : line.slots()) {
            if (isUnused(line, slot)) {
                continue;
            }
            Loan loan = slot.loan();
            Neighbour.Place place = loan == null ? null : place(slot, loan, places);
            if (loan == null || place == null || !goIn(pools, slot, places)) {
                return null;
            }
            waiters.put(loan, place.waiter());
            isProved = isProved && place.waiter().surelyHas(slot, loan);
        }
        return waiters.isEmpty() ? null : new Still(waiters, pools, isProved);
    }

    private static boolean isUnused(Line line, Slot slot) {
        return slot.state() == Slot.EMPTY && line.isBeyond(slot);
    }

    /// Returns the threads that have had to do with the connections; null if one of these is not lent, or in use, or
    /// was in more hands than are known.
    private static @Nullable Set<Thread> threads(Line line) {
        Set<Thread> threads = new HashSet<>();
        for (Slot slot : line.slots()) {
            if (isUnused(line, slot)) {
                continue;
            }
            Loan loan = slot.loan();
            Thread owner = slot.owner();
            if (loan == null || owner == null || slot.state() != Slot.LENT || !isAtRest(loan)) {
                return null;
            }
            add(threads, owner);
            add(threads, slot.user());
        }
        return threads;
    }

    private static void add(Set<Thread> threads, @Nullable Thread thread) {
        if (thread != null && thread.isAlive()) {
            threads.add(thread);
        }
    }

    private static boolean isAtRest(Loan loan) {
        return loan.isOpen() && !loan.slot.isUsedByMany() && !loan.slot.meter.runs();
    }

    /// Returns who waits of those whose connection it is.
    private Neighbour.@Nullable Place place(Slot slot, Loan loan, Map<Thread, Neighbour.Place> places) {
        Neighbour.Place owner = places.get(slot.owner());
        Neighbour.Place user = places.get(slot.user());
        return has(owner, slot, loan) ? owner : has(user, slot, loan) ? user : null;
    }

    private static boolean has(Neighbour.@Nullable Place place, Slot slot, Loan loan) {
        return place != null && place.waiter().has(slot, loan);
    }

    /// Notes where the threads wait that have had to do with a connection.
    ///
    /// @return whether all of them do, that have not ended
    private boolean goIn(Set<Neighbour> pools, Slot slot, Map<Thread, Neighbour.Place> places) {
        return goesIn(pools, slot.owner(), places) && goesIn(pools, slot.user(), places);
    }

    private boolean goesIn(Set<Neighbour> pools, @Nullable Thread thread, Map<Thread, Neighbour.Place> places) {
        if (thread == null || !thread.isAlive()) {
            return true;
        }
        Neighbour.Place place = places.get(thread);
        if (place != null) {
            pools.add(place.pool());
        }
        return place != null && place.waiter().isToStay(now);
    }

    /// Returns the pools that wait for themselves, and for no other.
    private Set<Neighbour> innermost() {
        return still.keySet().stream()
                .map(this::reached)
                .min(Comparator.comparingInt(Set::size))
                .orElseThrow();
    }

    private Set<Neighbour> reached(Neighbour from) {
        Set<Neighbour> reached = new LinkedHashSet<>();
        Deque<Neighbour> next = new ArrayDeque<>(pools(from));
        for (Neighbour pool = next.poll(); pool != null; pool = next.poll()) {
            if (reached.add(pool)) {
                next.addAll(pools(pool));
            }
        }
        return reached;
    }

    private Set<Neighbour> pools(Neighbour pool) {
        Still its = still.get(pool);
        return its == null ? Set.of() : its.pools;
    }

    /// In an order that is the same from wherever the look began.
    private @Nullable Circle circle(Set<Neighbour> reached) {
        List<Neighbour> pools =
                neighbours.present().stream().filter(reached::contains).toList();
        Map<Loan, Waiter> waiters = new HashMap<>();
        boolean isProved = true;
        for (Neighbour pool : pools) {
            Still its = still.get(pool);
            if (its != null) {
                waiters.putAll(its.waiters);
                isProved = isProved && its.isProved;
            }
        }
        Neighbour.Place youngest = youngest(pools, new HashSet<>(waiters.values()));
        Loan held = youngest == null ? null : held(waiters, youngest.waiter());
        return youngest == null || held == null ? null : new Circle(waiters, pools, youngest, held, isProved, now);
    }

    private static Neighbour.@Nullable Place youngest(List<Neighbour> pools, Set<Waiter> waiters) {
        Neighbour.Place youngest = null;
        for (Neighbour pool : pools) {
            for (Waiter waiter : pool.line().waiters()) {
                boolean isYounger = youngest == null || waiter.since >= youngest.waiter().since;
                youngest = isYounger && waiters.contains(waiter) ? new Neighbour.Place(pool, waiter) : youngest;
            }
        }
        return youngest;
    }

    private static @Nullable Loan held(Map<Loan, Waiter> waiters, Waiter waiter) {
        for (Map.Entry<Loan, Waiter> entry : waiters.entrySet()) {
            if (entry.getValue().equals(waiter)) {
                return entry.getKey();
            }
        }
        return null;
    }
}
