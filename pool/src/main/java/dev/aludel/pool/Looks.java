package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks at who has connections, where their threads are, and who waits. It asks no driver and no server.
final class Looks {
    /// How many of those who wait are listed: a storm of timeouts would else list each other.
    private static final int MOST_WAITERS = 100;

    /// For how long the reports of timeouts share a look, in nanoseconds.
    private static final long SHARED = TimeUnit.MILLISECONDS.toNanos(100);

    /// Of how many of them it is seen whether they block an event loop: there are few loops.
    private static final int STACKS = 8;

    private static final Pattern COLUMNS = Pattern.compile("^SELECT .{24,}? FROM ");

    private final Config config;
    private final Line line;
    private final Physical physical;
    private final Neighbour self;
    private final Lock looking = new ReentrantLock();
    private volatile @Nullable Look last;

    Looks(Config config, Line line, Physical physical) {
        this.config = config;
        this.line = line;
        this.physical = physical;
        this.self = new Neighbour(config.name(), line);
    }

    /// Who had a connection at a moment, and who waited.
    ///
    /// @param numbered whether the driver knows the server's number of each connection that is lent
    record Look(
            long at, ServerReport report, boolean numbered, List<Holder> holders, List<Explanation.Queued> waiters) {
        /// One that was made before the server was seen does not serve who has seen it.
        boolean serves(long asked, ServerReport seen) {
            return asked - at <= SHARED
                    && report.backends().isEmpty() == seen.backends().isEmpty();
        }

        /// Returns who waited, and the caller who does not any more.
        List<Explanation.Queued> waitersAnd(@Nullable Waiter caller) {
            if (caller == null) {
                return waiters;
            }
            List<Explanation.Queued> all = new ArrayList<>(waiters);
            all.add(queued(caller, at, true));
            return all;
        }
    }

    /// Looks now.
    Look now(long now, ServerReport report) {
        return new Look(now, report, isNumbered(), holders(report), waiters(now));
    }

    /// Looking at stacks is dear, and so is a long queue of which many have left. A storm of timeouts
    /// would look at the same ones: one look serves all for a while.
    Look recent(long asked, ServerReport report) {
        Look look = last;
        if (look == null || !look.serves(asked, report)) {
            looking.lock();
            try {
                look = last;
                if (look == null || !look.serves(asked, report)) {
                    look = now(config.scheduling().now(), report); // another may have looked for long meanwhile
                    last = look;
                }
            } finally {
                looking.unlock();
            }
        }
        return look;
    }

    private List<Holder> holders(ServerReport report) {
        long now = config.scheduling().now();
        Map<Thread, Neighbour.Place> places = places();
        List<Holder> holders = new ArrayList<>();
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null) {
                holder(slot, loan, now, report, places).ifPresent(holders::add);
            }
        }
        return List.copyOf(holders);
    }

    /// Returns nothing when the loan ended while it was looked at.
    private Optional<Holder> holder(
            Slot slot, Loan loan, long now, ServerReport report, Map<Thread, Neighbour.Place> places) {
        Thread owner = slot.owner();
        if (owner == null) {
            return Optional.empty();
        }
        LiveStack stack = LiveStack.of(owner);
        Site site =
                loan.account.site() != null ? loan.account.site() : stack.site().orElse(null);
        Neighbour.Place place = place(slot, owner, places);
        long running = loan.sqlSince();
        String sql = loan.lastSql();
        Holder holder = new Holder(
                slot.text,
                loan.label(),
                site == null ? null : site.text(),
                Duration.ofNanos(Math.max(0, now - loan.since)),
                running == 0 ? null : Duration.ofNanos(Math.max(0, now - running)),
                running == 0 && !loan.isUnseen()
                        ? Duration.ofNanos(Math.max(0, now - slot.meter.quietSince()))
                        : Duration.ZERO,
                loan.inTransaction(),
                loan.wrote(),
                sql == null
                        ? null
                        : COLUMNS.matcher(SqlText.sanitise(sql, physical.hasNamesInQuotes()))
                                .replaceFirst("SELECT … FROM "),
                report.backends().isEmpty() ? null : backend(slot, now, report),
                owner(owner, stack, slot, loan, place),
                owner.isVirtual() && slot.user() == null,
                stack.loop().orElse(null),
                place == null ? null : Duration.ofNanos(Math.max(0, now - place.waiter().since)),
                place == null || place.pool().equals(self) ? null : place.pool().name(),
                stack.doing(site));
        return slot.lends(loan) ? Optional.of(holder) : Optional.empty();
    }

    /// Returns where those wait who have a connection, in this pool or another.
    private Map<Thread, Neighbour.Place> places() {
        Set<Thread> threads = new HashSet<>();
        for (Slot slot : line.slots()) {
            Thread owner = slot.owner();
            Thread user = slot.user();
            if (owner != null) {
                threads.add(owner);
            }
            if (user != null) {
                threads.add(user);
            }
        }
        return config.scheduling().neighbours().places(threads, self);
    }

    /// Returns where the thread waits that checked a connection out; if it has handed it to another
    /// one, and ended, that one.
    private static Neighbour.@Nullable Place place(Slot slot, Thread owner, Map<Thread, Neighbour.Place> places) {
        Thread user = slot.user();
        return user == null || owner.isAlive() ? places.get(owner) : places.get(user);
    }

    private static Holder.Owner owner(
            Thread thread, LiveStack stack, Slot slot, Loan loan, Neighbour.@Nullable Place place) {
        boolean elsewhere = slot.user() != null;
        if (place != null) {
            boolean isItsOwn = !slot.isUsedByMany() && place.waiter().has(slot, loan);
            return isItsOwn ? Holder.Owner.NESTED : Holder.Owner.QUEUED;
        }
        if (!thread.isAlive() && !elsewhere) {
            return Holder.Owner.ENDED;
        }
        return elsewhere || stack.site().isPresent() ? Holder.Owner.WORKING : Holder.Owner.AWAY;
    }

    private boolean isNumbered() {
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null && slot.backend.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Backend backend(Slot slot, long now, ServerReport report) {
        return report.serving(slot.backend, Duration.ofNanos(Math.max(0, now - slot.openedAt)));
    }

    private List<Explanation.Queued> waiters(long now) {
        List<Explanation.Queued> waiters = new ArrayList<>();
        addTo(waiters, line.waiters(), now);
        for (Tenant tenant : line.tenants().all()) {
            addTo(waiters, tenant.waiters(), now);
        }
        return List.copyOf(waiters);
    }

    private static void addTo(List<Explanation.Queued> all, Iterable<Waiter> waiters, long now) {
        for (Waiter waiter : waiters) {
            if (all.size() == MOST_WAITERS) {
                break;
            }
            if (waiter.outcome() == null) {
                all.add(queued(waiter, now, all.size() < STACKS));
            }
        }
    }

    private static Explanation.Queued queued(Waiter waiter, long now, boolean isLookedAt) {
        AtCap cap = waiter.atCap;
        return new Explanation.Queued(
                waiter.account.label(),
                Duration.ofNanos(Math.max(0, now - waiter.since)),
                waiter.thread.isVirtual() || !isLookedAt
                        ? null
                        : LiveStack.of(waiter.thread).loop().orElse(null),
                cap == null || cap.isOver() ? null : Text.shown(cap.tenant.name));
    }
}
