package dev.aludel.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Errors of those who are refused for one reason. A storm of refusals is to cost less than the waits would: one
/// accounting and one text serve all for a while.
final class Refusals {
    /// For how long, in nanoseconds.
    private static final long SHARED = TimeUnit.MILLISECONDS.toNanos(100);

    private final Lending lending;
    private final Connects connects;
    private final Scheduling scheduling;
    private final LongFunction<Refusal> maker;
    private final Lock making = new ReentrantLock();
    private volatile @Nullable Refusal last;

    /// @param maker makes one at an instant
    Refusals(Lending lending, Connects connects, Scheduling scheduling, LongFunction<Refusal> maker) {
        this.lending = lending;
        this.connects = connects;
        this.scheduling = scheduling;
        this.maker = maker;
    }

    /// What those are told who are refused at about the same time, while what is certain in it stays so.
    record Refusal(
            long at,
            boolean suspended,
            boolean failed,
            Explanation explanation,
            String text,
            @Nullable Throwable cause) {
        PoolOverloadedException error(Duration retryAfter) {
            return new PoolOverloadedException(explanation, text, cause, retryAfter);
        }
    }

    Refusal at(long asked) {
        Refusal refusal = last;
        if (refusal == null || !serves(refusal, asked)) {
            making.lock();
            try {
                refusal = last;
                if (refusal == null || !serves(refusal, asked)) {
                    refusal = maker.apply(scheduling.now()); // another may have made one for long meanwhile
                    last = refusal;
                }
            } finally {
                making.unlock();
            }
        }
        return refusal;
    }

    private boolean serves(Refusal refusal, long asked) {
        return asked - refusal.at <= SHARED
                && refusal.suspended == (lending.suspendedSince() != 0)
                && refusal.failed == (connects.standing() != null);
    }
}
