package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks at who has connections, where their threads are, and who waits.
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
    private final Lock looking = new ReentrantLock();
    private volatile @Nullable Look last;

    Looks(Config config, Line line, Physical physical) {
        this.config = config;
        this.line = line;
        this.physical = physical;
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
        Map<Thread, Waiter> queued = queued();
        List<Holder> holders = new ArrayList<>();
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null) {
                holder(slot, loan, now, report, queued).ifPresent(holders::add);
            }
        }
        return List.copyOf(holders);
    }

    /// Returns nothing when the loan ended while it was looked at.
    private Optional<Holder> holder(Slot slot, Loan loan, long now, ServerReport report, Map<Thread, Waiter> queued) {
        Thread owner = slot.owner();
        if (owner == null) {
            return Optional.empty();
        }
        LiveStack stack = LiveStack.of(owner);
        Site site =
                loan.account.site() != null ? loan.account.site() : stack.site().orElse(null);
        Waiter waiter = queued.get(owner);
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
                report.backends().isEmpty() ? null : backend(slot, loan, now, report),
                owner(owner, stack, loan.account.site(), waiter, slot.isUsedElsewhere()),
                owner.isVirtual(),
                stack.loop().orElse(null),
                waiter == null ? null : Duration.ofNanos(Math.max(0, now - waiter.since)),
                stack.doing(site));
        return slot.lends(loan) ? Optional.of(holder) : Optional.empty();
    }

    /// Returns who waits, of those who have a connection.
    private Map<Thread, Waiter> queued() {
        Set<Thread> owners = new HashSet<>();
        for (Slot slot : line.slots()) {
            Thread owner = slot.owner();
            if (owner != null) {
                owners.add(owner);
            }
        }
        Map<Thread, Waiter> queued = new HashMap<>();
        for (Waiter waiter : line.waiters()) {
            if (waiter.outcome() == null && owners.contains(waiter.thread)) {
                queued.put(waiter.thread, waiter);
            }
        }
        return queued;
    }

    private static Holder.Owner owner(
            Thread thread, LiveStack stack, @Nullable Site site, @Nullable Waiter waiter, boolean elsewhere) {
        if (waiter != null) {
            boolean isItsOwn = !elsewhere && (thread.isVirtual() || stack.isStillWithin(site));
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
            if (loan != null && physical.server().backendId(loan.driver()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Backend backend(Slot slot, Loan loan, long now, ServerReport report) {
        OptionalLong id = physical.server().backendId(loan.driver());
        return report.serving(id, Duration.ofNanos(Math.max(0, now - slot.openedAt)));
    }

    private List<Explanation.Queued> waiters(long now) {
        List<Explanation.Queued> waiters = new ArrayList<>();
        for (Waiter waiter : line.waiters()) {
            if (waiters.size() == MOST_WAITERS) {
                break;
            }
            if (waiter.outcome() == null) {
                waiters.add(queued(waiter, now, waiters.size() < STACKS));
            }
        }
        return List.copyOf(waiters);
    }

    private static Explanation.Queued queued(Waiter waiter, long now, boolean isLookedAt) {
        return new Explanation.Queued(
                waiter.account.label(),
                Duration.ofNanos(Math.max(0, now - waiter.since)),
                waiter.thread.isVirtual() || !isLookedAt
                        ? null
                        : LiveStack.of(waiter.thread).loop().orElse(null));
    }
}
