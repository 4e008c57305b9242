package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out why a caller waits, from the accounting of its own wait.
final class Explainer {
    /// How many of those who wait are listed: a storm of timeouts would else list each other.
    private static final int MOST_WAITERS = 100;

    /// For how long the reports of timeouts share a look at the holders, in nanoseconds.
    private static final long SHARED = TimeUnit.MILLISECONDS.toNanos(100);

    /// Waits share one accounting if neither their beginnings nor their ends are further apart than that, and than this
    /// part of them.
    private static final int NEARLY = 100;

    private static final Pattern COLUMNS = Pattern.compile("^SELECT .{24,}? FROM ");

    private final Config config;
    private final Line line;
    private final Accounts accounts;
    private final Lending lending;
    private final BooleanSupplier namesInQuotes;
    private final long born;
    private volatile @Nullable Throwable lastFailure;

    /// The newest, whatever succeeded since, and how many there were.
    private volatile @Nullable Throwable newestFailure;

    private final AtomicInteger failures = new AtomicInteger();

    private final Lock looking = new ReentrantLock();
    private volatile @Nullable Look last;
    private volatile @Nullable Used lastUsed;
    private volatile @Nullable Refusal lastRefusal;

    /// @param namesInQuotes what is known by then of the server's SQL, see [SqlText#sanitise]
    Explainer(Config config, Line line, Accounts accounts, Lending lending, BooleanSupplier namesInQuotes) {
        this.lending = lending;
        this.namesInQuotes = namesInQuotes;
        this.config = config;
        this.line = line;
        this.accounts = accounts;
        this.born = config.scheduling().now();
    }

    /// Says that connections can be opened: what failed before is not the reason for what comes after.
    void connected() {
        lastFailure = null;
    }

    void connectFailed(Throwable error) {
        lastFailure = error;
        newestFailure = error;
        failures.incrementAndGet();
    }

    /// Returns how many attempts have failed so far.
    int failures() {
        return failures.get();
    }

    /// Returns why the newest failed of those that did after so many had failed, or null if none did.
    @Nullable
    Throwable failureAfter(int before) {
        return failures.get() == before ? null : newestFailure;
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /// Explains a wait that came to nothing.
    Explanation explain(Waiter waiter, long now) {
        int[] states = line.states();
        boolean exhausted = states[Slot.LENT] >= line.capacity().total();
        double timeout = (waiter.deadline - waiter.since) / 1e9;
        String summary = exhausted
                ? Text.format(
                        "QueuePool limit of size %d overflow %d reached, connection timed out, timeout %.2f (pool '%s')",
                        line.capacity().size(), line.capacity().maxOverflow(), timeout, config.name())
                : Text.format(
                        "Pool '%s': no connection within %.2f s (open %d of %d, connecting %d)",
                        config.name(), timeout, open(states), line.seats(), states[Slot.CONNECTING]);
        long since = now - waiter.since > 0 ? waiter.since : sinceBirth(now);
        return explain(summary, since, now, states, !exhausted, true);
    }

    /// Returns the error of a caller who may not wait, since as many do as may.
    PoolOverloadedException refusal(long now) {
        Refusal refusal = recentRefusal(now);
        return new PoolOverloadedException(refusal.explanation, refusal.text, refusal.cause);
    }

    /// What those are told who are refused at about the same time, while what is certain in it stays so.
    private record Refusal(
            long at,
            boolean suspended,
            boolean failed,
            Explanation explanation,
            String text,
            @Nullable Throwable cause) {}

    /// A storm of refusals is to cost less than the waits would: one accounting and one text serve all for a while.
    private Refusal recentRefusal(long asked) {
        Refusal refusal = lastRefusal;
        if (refusal == null || !serves(refusal, asked)) {
            looking.lock();
            try {
                refusal = lastRefusal;
                if (refusal == null || !serves(refusal, asked)) {
                    refusal = refused(config.scheduling().now()); // another may have looked for long meanwhile
                    lastRefusal = refusal;
                }
            } finally {
                looking.unlock();
            }
        }
        return refusal;
    }

    private boolean serves(Refusal refusal, long asked) {
        return asked - refusal.at <= SHARED
                && refusal.suspended == (lending.suspendedSince() != 0)
                && refusal.failed == (lastFailure != null);
    }

    private Refusal refused(long now) {
        int[] states = line.states();
        Throwable failure = lastFailure;
        long since = sinceBirth(now);
        String summary = Text.format(
                "Pool '%s': refused at once, with %d waiting already (maxWaiting %d; open %d of %d, connecting %d); looking"
                        + " back %s",
                config.name(),
                Math.max(line.waiting(), config.maxWaiting()), // some may have left since
                config.maxWaiting(),
                open(states),
                line.seats(),
                states[Slot.CONNECTING],
                ExplanationText.time(Duration.ofNanos(now - since)));
        boolean lacking = states[Slot.LENT] < line.capacity().total();
        Explanation explanation = explain(summary, since, now, states, lacking, false);
        boolean suspended = explanation.diagnoses().stream().anyMatch(Diagnosis.Suspended.class::isInstance);
        Throwable cause = PoolTimeoutException.cause(explanation, failure);
        return new Refusal(now, suspended, failure != null, explanation, explanation.text(), cause);
    }

    /// Explains the time up to now, asked on demand.
    Explanation explain(long now) {
        int[] states = line.states();
        String summary = Text.format(
                "Pool '%s': checked out %d of %d, idle %d, connecting %d, waiting %d",
                config.name(),
                states[Slot.LENT],
                line.seats(),
                states[Slot.IDLE],
                states[Slot.CONNECTING],
                line.waiting());
        return explain(summary, sinceBirth(now), now, states, false, false);
    }

    private long sinceBirth(long now) {
        return Math.max(born, now - config.timeout());
    }

    /// Returns the connection-seconds of the window in which a wait began: it counts by share, so it is guessed. What
    /// lies before the wait may be taken for a part of it, up to the window's end, though that is still to come.
    private double guessed(long since) {
        long end = line.slots()[0].meter.history().windowEnd(since);
        return line.seats() * (end - since) / 1e9;
    }

    /// @param states how many slots were in each state, at one look
    private Explanation explain(String summary, long since, long now, int[] states, boolean lacking, boolean timedOut) {
        Used used = timedOut ? recentlyUsed(since, now) : used(since, now);
        Look look = timedOut ? recentLook(now) : look(now);
        double capacity = line.seats() * (used.to - used.from) / 1e9;
        double apart = line.seats() * used.apart(since, now) / 1e9;
        return new Explanation(
                config.name(),
                summary,
                Duration.ofNanos(now - since),
                suspended(now)
                        .orElseGet(() -> new Verdict(
                                        config,
                                        accounts,
                                        used.tally,
                                        capacity,
                                        lacking,
                                        timedOut ? guessed(used.from) + apart : capacity,
                                        look.holders,
                                        open(states),
                                        line.seats(),
                                        states[Slot.CONNECTING],
                                        lastFailure)
                                .diagnoses()),
                look.holders,
                look.waiters,
                load(used.tally, used.from, used.to));
    }

    private Optional<List<Diagnosis>> suspended(long now) {
        long since = lending.suspendedSince();
        return since == 0
                ? Optional.empty()
                : Optional.of(List.of(new Diagnosis.Suspended(Duration.ofNanos(Math.max(0, now - since)))));
    }

    private static int open(int[] states) {
        return states[Slot.IDLE] + states[Slot.LENT];
    }

    /// What was used between two instants. The tally does not change any more.
    private record Used(long from, long to, History.Tally tally) {
        /// Returns whether this tells what was used within a wait, but for what is guessed anyway.
        boolean serves(long since, long now) {
            long least = Math.min(SHARED, (now - since) / NEARLY);
            return Math.abs(since - from) <= least && Math.abs(now - to) <= least;
        }

        /// Returns how many nanoseconds of a wait are not in it, or are not the wait's.
        long apart(long since, long now) {
            return Math.abs(since - from) + Math.abs(now - to);
        }
    }

    private Used used(long since, long now) {
        History.Tally tally = new History.Tally();
        for (Slot slot : line.slots()) {
            slot.meter.collect(since, now, tally);
        }
        return new Used(since, now, tally);
    }

    /// A storm of timeouts is of those who waited at the same time: one accounting serves them all, and each verdict
    /// takes what is not its own wait for guessed. Two who come at once may both do it.
    private Used recentlyUsed(long since, long now) {
        Used used = lastUsed;
        if (used == null || !used.serves(since, now)) {
            used = used(since, now);
            lastUsed = used;
        }
        return used;
    }

    /// Who had a connection at a moment, and who waited.
    private record Look(long at, List<Holder> holders, List<Explanation.Queued> waiters) {}

    private Look look(long now) {
        return new Look(now, holders(), waiters(now));
    }

    /// Looking at stacks is dear, and so is a long queue of which many have left. A storm of timeouts would look at the
    /// same ones: one look serves all for a while.
    private Look recentLook(long asked) {
        Look look = last;
        if (look == null || asked - look.at > SHARED) {
            looking.lock();
            try {
                look = last;
                if (look == null || asked - look.at > SHARED) {
                    look = look(config.scheduling().now()); // another may have looked for long meanwhile
                    last = look;
                }
            } finally {
                looking.unlock();
            }
        }
        return look;
    }

    private List<Holder> holders() {
        long now = config.scheduling().now();
        List<Holder> holders = new ArrayList<>();
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null) {
                holder(slot, loan, now).ifPresent(holders::add);
            }
        }
        return List.copyOf(holders);
    }

    /// Returns nothing when the loan ended while it was looked at.
    private Optional<Holder> holder(Slot slot, Loan loan, long now) {
        Thread owner = slot.owner();
        if (owner == null) {
            return Optional.empty();
        }
        LiveStack stack = LiveStack.of(owner);
        Site site =
                loan.account.site() != null ? loan.account.site() : stack.site().orElse(null);
        long running = loan.sqlSince();
        String sql = loan.lastSql();
        Holder holder = new Holder(
                slot.text,
                loan.label(),
                site == null ? null : site.text(),
                Duration.ofNanos(Math.max(0, now - loan.since)),
                running == 0 ? null : Duration.ofNanos(Math.max(0, now - running)),
                loan.inTransaction(),
                loan.wrote(),
                sql == null
                        ? null
                        : COLUMNS.matcher(SqlText.sanitise(sql, namesInQuotes.getAsBoolean()))
                                .replaceFirst("SELECT … FROM "),
                stack.doing(site));
        return slot.lends(loan) ? Optional.of(holder) : Optional.empty();
    }

    private List<Explanation.Queued> waiters(long now) {
        List<Explanation.Queued> waiters = new ArrayList<>();
        for (Waiter waiter : line.waiters()) {
            if (waiters.size() == MOST_WAITERS) {
                break;
            }
            if (waiter.outcome() == null) {
                waiters.add(new Explanation.Queued(
                        waiter.account.label(), Duration.ofNanos(Math.max(0, now - waiter.since))));
            }
        }
        return List.copyOf(waiters);
    }

    private Load load(History.Tally tally, long since, long now) {
        double loans = tally.sum(History.CHECKOUTS);
        double seconds = (now - since) / 1e9;
        if (loans < 0.5 || seconds <= 0) {
            return new Load(0, Duration.ZERO, Duration.ZERO, line.waiting());
        }
        return new Load(
                loans / seconds,
                Duration.ofNanos((long) (tally.sum(History.ENDED_HELD) / loans)),
                Duration.ofNanos((long) (tally.sum(History.ENDED_SQL) / loans)),
                line.waiting());
    }

    /// Returns what each account has used since the pool was built.
    List<Usage> usage() {
        List<Usage> rows = new ArrayList<>();
        for (Account account : accounts.all()) {
            usage(account).ifPresent(rows::add);
        }
        return rows;
    }

    /// Returns what an account has used since the pool was built, or nothing if it never was.
    private Optional<Usage> usage(Account account) {
        long now = config.scheduling().now();
        long[] sums = new long[History.COLUMNS];
        for (Slot slot : line.slots()) {
            long[] totals = slot.meter.totals(account.id(), now);
            Arrays.setAll(sums, column -> sums[column] + totals[column]);
        }
        if (sums[History.HELD] == 0 && sums[History.CONNECTING] == 0 && sums[History.CHECKOUTS] == 0) {
            return Optional.empty();
        }
        return Optional.of(new Usage(
                account.label(),
                account.site() == null ? null : account.site().text(),
                sums[History.CHECKOUTS],
                Duration.ofNanos(sums[History.SQL]),
                Duration.ofNanos(Math.max(0, sums[History.HELD] - sums[History.SQL] - sums[History.UNSEEN])),
                Duration.ofNanos(sums[History.CONNECTING]),
                Duration.ofNanos(sums[History.RESETTING]),
                Duration.ofNanos(sums[History.UNSEEN])));
    }
}
