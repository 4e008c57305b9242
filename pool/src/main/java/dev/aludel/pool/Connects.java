package dev.aludel.pool;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What came of the last attempts to connect.
///
/// To note one needs no memory: it is noted while an error is on its way to a caller.
final class Connects {
    /// How many are kept.
    static final int KEPT = 32;

    /// Of how many that were opened it is known when.
    static final int OPENED = 64;

    private final AtomicLongArray openedAt = new AtomicLongArray(OPENED);
    private final AtomicInteger successes = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable ConnectTrouble> troubles = new AtomicReferenceArray<>(KEPT);
    private final AtomicLongArray failedAt = new AtomicLongArray(KEPT);
    private final AtomicInteger failures = new AtomicInteger();

    /// How many of the last failed, one after another, since the server refused user or password.
    private final AtomicInteger loginsRefused = new AtomicInteger();

    /// Likewise since it had no connection left.
    private final AtomicInteger crowded = new AtomicInteger();

    /// The last, unless one has succeeded since.
    private volatile @Nullable Throwable standing;

    /// The last, whatever has succeeded since.
    private volatile @Nullable Throwable newest;

    /// Says that connections can be opened: what failed before is not the reason for what comes after.
    void succeeded(long now) {
        openedAt.set(successes.getAndIncrement() & (OPENED - 1), now);
        standing = null;
        loginsRefused.set(0);
        crowded.set(0);
    }

    /// Returns how many were opened since an instant, of the last 64.
    int openedSince(long instant) {
        return (int) IntStream.range(0, Math.min(OPENED, successes.get()))
                .filter(at -> openedAt.get(at) - instant >= 0)
                .count();
    }

    /// Notes one that failed, and returns what it means.
    ConnectTrouble failed(Throwable error, long now) {
        int at = failures.getAndIncrement() & (KEPT - 1);
        ConnectTrouble trouble = ConnectTrouble.of(error);
        troubles.set(at, trouble);
        failedAt.set(at, now);
        newest = error;
        standing = error;
        count(loginsRefused, trouble == ConnectTrouble.LOGIN_REFUSED);
        count(crowded, trouble.isFull());
        return trouble;
    }

    private static void count(AtomicInteger inARow, boolean oneMore) {
        if (oneMore) {
            inARow.incrementAndGet();
        } else {
            inARow.set(0);
        }
    }

    /// Returns whether the server has refused twice, and nothing else came of a connect meanwhile: for user or
    /// password, or as it has no connection left.
    boolean isRefused() {
        return areLoginsRefused() || crowded.get() > 1;
    }

    /// Returns whether the server has refused user or password twice, and nothing else came of a connect meanwhile.
    boolean areLoginsRefused() {
        return loginsRefused.get() > 1;
    }

    /// Returns how many have failed so far.
    int failures() {
        return failures.get();
    }

    /// Returns why the newest failed of those that did after so many had failed, or null if none did.
    @Nullable
    Throwable failureAfter(int before) {
        return failures.get() == before ? null : newest;
    }

    /// Returns why the last failed, or null if one has succeeded since.
    @Nullable
    Throwable standing() {
        return standing;
    }

    /// Returns the troubles of those that failed since an instant, and how many had each; the last 32 are looked at.
    Map<ConnectTrouble, Integer> since(long instant) {
        Map<ConnectTrouble, Integer> counts = new EnumMap<>(ConnectTrouble.class);
        IntStream.range(0, Math.min(KEPT, failures.get()))
                .filter(at -> failedAt.get(at) - instant >= 0)
                .mapToObj(troubles::get)
                .forEach(trouble -> counts.merge(trouble == null ? ConnectTrouble.OTHER : trouble, 1, Integer::sum));
        return counts;
    }

    /// Returns where the attempts are that are on their way.
    static List<ConnectPhase> underWay(Slot... slots) {
        return Stream.of(slots)
                .filter(slot -> slot.state() == Slot.CONNECTING)
                .map(Slot::worker)
                .filter(Objects::nonNull)
                .map(worker -> ConnectPhase.of(worker.getStackTrace()))
                .toList();
    }
}
