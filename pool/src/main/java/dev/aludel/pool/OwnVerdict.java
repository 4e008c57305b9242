package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Why one caller got none though others did: his tenant's cap, his priority.
///
/// @param waiter  the caller whose time is up, or null if nobody's is
/// @param refused the tenant of a caller who is not let wait for it, or null
/// @param holders who has a connection now
/// @param lent    how many connections were lent when the wait ended
/// @param idle    how many were idle then
record OwnVerdict(
        Line line,
        @Nullable Waiter waiter,
        @Nullable Tenant refused,
        List<Holder> holders,
        int lent,
        int idle,
        long now) {
    static final String ASK_FOR_LESS = "have this tenant ask for less at once, or give back sooner what it has; raise"
            + " maxPerTenant if the others can spare it";

    private static final String USE_ONE =
            "use one connection for one piece of work: give it on to what is called; or raise"
                    + " maxPerTenant above what one piece of work takes";

    /// Returns these before what the pool as a whole says. That is nothing if the caller never came to ask it for a
    /// connection, unless all of them were lent: then he would not have got one without a cap.
    List<Diagnosis> and(Verdict pool) {
        List<Diagnosis> all = new ArrayList<>();
        if (waiter != null) {
            all.addAll(atCap(waiter));
        } else if (refused != null) {
            all.add(atCap(refused));
        }
        boolean neverAsked = !all.isEmpty() && (waiter == null || waitsForTenant(waiter));
        if (waiter != null) {
            all.addAll(outranked(waiter));
        }
        return neverAsked && lent < line.capacity().total() ? all : both(all, pool.diagnoses());
    }

    private static List<Diagnosis> both(List<Diagnosis> own, List<Diagnosis> others) {
        return Stream.concat(
                        own.stream(),
                        others.stream().filter(other -> own.isEmpty() || !(other instanceof Diagnosis.Unknown)))
                .toList();
    }

    private static boolean waitsForTenant(Waiter waiter) {
        return waiter.atCap != null && !waiter.atCap.isOver();
    }

    private List<Diagnosis> outranked(Waiter caller) {
        AtCap cap = caller.atCap;
        long overtook = cap != null && !cap.isOver() ? cap.tenant.overtook(caller) : line.overtook(caller);
        return overtook == 0 ? List.of() : List.of(new OwnReason.Outranked(caller.priority, overtook));
    }

    /// A tenant whose callers wait for a connection themselves is not at its cap for what it has.
    private List<Diagnosis> atCap(Waiter caller) {
        AtCap cap = caller.atCap;
        if (cap == null) {
            return List.of();
        }
        long waited = cap.waited(now);
        double capacity = cap.tenant.most() * waited / 1e9;
        int missing = Math.max(0, cap.tenant.most() - line.lentTo(cap.tenant));
        double held = Math.max(0, capacity - cap.lacked(now, missing) / 1e9);
        boolean itHad = waited == 0 ? missing == 0 : held >= Verdict.MOST * capacity;
        return itHad && waited >= Verdict.PART * (now - caller.since)
                ? List.of(atCap(caller, cap, capacity, held))
                : List.of();
    }

    private Diagnosis atCap(Waiter caller, AtCap cap, double capacity, double held) {
        boolean certain = capacity > 0 && held >= Verdict.ACCOUNTED * capacity;
        return atCap(
                cap.tenant,
                Duration.ofNanos(cap.waited(now)),
                capacity,
                held,
                shares(cap.tenant, capacity == 0 ? Double.MAX_VALUE : (now - caller.since) / 1e9),
                nested(cap.tenant, caller),
                certain ? Confidence.CERTAIN : Confidence.LIKELY);
    }

    /// Who is refused has not waited: it is what is seen now.
    private Diagnosis atCap(Tenant tenant) {
        return atCap(
                tenant, Duration.ZERO, 0, 0, shares(tenant, Double.MAX_VALUE), nested(tenant, null), Confidence.LIKELY);
    }

    private Diagnosis atCap(
            Tenant tenant,
            Duration waited,
            double capacity,
            double held,
            List<Diagnosis.Share> shares,
            int nested,
            Confidence confidence) {
        return new OwnReason.TenantAtCap(
                Text.shown(tenant.name),
                tenant.most(),
                waited,
                capacity,
                held,
                shares,
                nested,
                tenant.waiting(),
                idle,
                confidence,
                nested > 0 ? USE_ONE : ASK_FOR_LESS);
    }

    private Stream<Slot> slots(Tenant tenant) {
        return Stream.of(line.slots()).filter(slot -> tenant.equals(slot.tenant()));
    }

    /// Returns who has the tenant's connections now, each for at most as long as the wait was.
    private List<Diagnosis.Share> shares(Tenant tenant, double most) {
        Set<String> its = slots(tenant).map(slot -> slot.text).collect(Collectors.toSet());
        Map<List<@Nullable String>, Double> seconds = holders.stream()
                .filter(holder -> its.contains(holder.connection()))
                .collect(Collectors.groupingBy(
                        OwnVerdict::who,
                        Collectors.summingDouble(
                                holder -> Math.min(most, holder.held().toNanos() / 1e9))));
        return seconds.entrySet().stream()
                .map(one ->
                        new Diagnosis.Share(one.getKey().get(0), one.getKey().get(1), one.getValue()))
                .sorted((a, b) -> Double.compare(b.seconds(), a.seconds()))
                .toList();
    }

    private static List<@Nullable String> who(Holder holder) {
        List<@Nullable String> who = new ArrayList<>();
        who.add(holder.label());
        who.add(holder.site());
        return who;
    }

    /// Returns how many of the tenant's connections are with somebody who waits for one more of it.
    private int nested(Tenant tenant, @Nullable Waiter caller) {
        Set<Object> waiting = new HashSet<>();
        tenant.waiters().forEach(waiter -> note(waiter, waiting));
        if (caller != null) {
            note(caller, waiting);
        }
        return (int) slots(tenant).filter(slot -> isOneOf(slot, waiting)).count();
    }

    private static void note(Waiter waiter, Set<Object> waiting) {
        waiting.add(waiter.thread);
        if (waiter.borrower != null && waiter.borrower.scope() != null) {
            waiting.add(waiter.borrower.scope());
        }
    }

    private static boolean isOneOf(Slot slot, Set<Object> waiting) {
        Borrower borrower = slot.borrower();
        Thread owner = slot.owner();
        boolean ofOneScope = borrower != null && borrower.scope() != null && waiting.contains(borrower.scope());
        return ofOneScope || (owner != null && slot.user() == null && waiting.contains(owner));
    }
}
