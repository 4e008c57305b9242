package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How long is waited for the answer to a check before the next connection is tried, and when silence means that what
/// lies between has forgotten all idle connections.
final class Probing {
    /// How many connections are checked for one caller if none answers; the next one is replaced as it is.
    private static final int MOST = 2;

    private static final long USUAL = TimeUnit.MILLISECONDS.toNanos(250);
    /// After which time what was noticed says nothing of now.
    private static final long LAPSE = TimeUnit.SECONDS.toNanos(10);

    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(10);

    /// How long the last check took that was answered: a server may be far away.
    private volatile long answer;

    /// Checks that were not answered while they were waited for by themselves.
    private final AtomicReference<@Nullable Silence> lateness = new AtomicReference<>();

    /// Those that failed without an answer.
    private final AtomicReference<@Nullable Silence> silence = new AtomicReference<>();

    /// Checks that nobody answered, while none was answered on a connection that was open then.
    ///
    /// @param since when the first of them began
    /// @param last  when the last of them began
    record Silence(int checks, long since, long last) {
        private static Silence after(@Nullable Silence before, long began) {
            if (before == null || began - before.last > LAPSE) {
                return new Silence(1, began, began);
            }
            boolean isLater = began - before.last > 0;
            boolean isEarlier = began - before.since < 0;
            return new Silence(before.checks + 1, isEarlier ? began : before.since, isLater ? began : before.last);
        }

        /// Returns whether nobody is there.
        boolean isCertain(long now) {
            return checks >= MOST && now - last <= LAPSE;
        }
    }

    /// Returns for how long a caller waits for the answer to a check who has so much time left: a quarter of that,
    /// 250 ms at most, or twice as long as the last answer took.
    long patience(long left) {
        long longest = Math.min(Growth.OVERDUE, Math.max(USUAL, 2 * answer));
        return Math.clamp(left / 4, SHORTEST, longest);
    }

    /// A check was answered. One of a connection that was opened since others are silent says nothing of these.
    void answered(long took, long opened) {
        answer = took;
        forget(lateness, opened);
        forget(silence, opened);
    }

    private static void forget(AtomicReference<@Nullable Silence> about, long opened) {
        Silence before = about.get();
        if (before != null && opened - before.since < 0) {
            about.set(null);
        }
    }

    /// A check takes long.
    void late(long began) {
        lateness.updateAndGet(before -> Silence.after(before, began));
    }

    /// Returns whether a connection is better replaced than checked for a caller.
    ///
    /// @param turns how many were checked for it, this one included
    boolean isVain(int turns, long now) {
        Silence late = lateness.get();
        return turns > MOST && late != null && late.isCertain(now);
    }

    /// A check has failed. One that failed at once was answered, by whoever closed the connection.
    ///
    /// @return null if it was
    @Nullable
    Silence failed(long began, long now) {
        return now - began < Math.max(USUAL, 2 * answer)
                ? null
                : silence.updateAndGet(before -> Silence.after(before, began));
    }
}
