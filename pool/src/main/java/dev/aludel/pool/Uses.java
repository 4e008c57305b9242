package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Adds up what the slots have accounted for.
final class Uses {
    /// Waits share one accounting if neither their beginnings nor their ends are further apart than
    /// that, in nanoseconds, and than this part of them.
    private static final long SHARED = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int NEARLY = 100;

    private final Config config;
    private final Line line;
    private final Accounts accounts;
    private volatile @Nullable Used last;

    Uses(Config config, Line line, Accounts accounts) {
        this.config = config;
        this.line = line;
        this.accounts = accounts;
    }

    /// What was used between two instants. The tally does not change any more.
    record Used(long from, long to, History.Tally tally) {
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

    /// Returns what was used between two instants.
    Used between(long since, long now) {
        History.Tally tally = new History.Tally();
        for (Slot slot : line.slots()) {
            slot.meter.collect(since, now, tally);
        }
        return new Used(since, now, tally);
    }

    /// A storm of timeouts is of those who waited at the same time: one accounting serves them all, and each verdict
    /// takes what is not its own wait for guessed. Two who come at once may both do it.
    Used recently(long since, long now) {
        Used used = last;
        if (used == null || !used.serves(since, now)) {
            used = between(since, now);
            last = used;
        }
        return used;
    }

    /// Returns what was asked of the pool meanwhile.
    Load load(Used used) {
        History.Tally tally = used.tally;
        double loans = tally.sum(History.CHECKOUTS);
        double seconds = (used.to - used.from) / 1e9;
        if (loans < 0.5 || seconds <= 0) {
            return new Load(0, Duration.ZERO, Duration.ZERO, line.waitingAnywhere());
        }
        return new Load(
                loans / seconds,
                Duration.ofNanos((long) (tally.sum(History.ENDED_HELD) / loans)),
                Duration.ofNanos((long) (tally.sum(History.ENDED_SQL) / loans)),
                line.waitingAnywhere());
    }

    /// Returns what each account has used since the pool was built.
    List<Usage> all() {
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
