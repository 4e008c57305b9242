package dev.aludel.pool;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// When a thread that meant to wake did not: nothing in the process ran, or threads got no processor.
final class Standstills {
    /// From how late on it counts, in nanoseconds.
    static final long LATE = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int KEPT = 16;

    private final AtomicReferenceArray<@Nullable Standstill> last = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger count = new AtomicInteger();

    private record Standstill(long from, long to) {}

    /// A thread has woken.
    ///
    /// @param meant when it meant to, unless somebody woke it before
    void woke(long meant, long now) {
        if (now - meant >= LATE) {
            last.set(count.getAndIncrement() & (KEPT - 1), new Standstill(meant, now));
        }
    }

    /// Returns for how many nanoseconds of a time nothing ran, of the last sixteen standstills. Two threads may have
    /// noted the same.
    long within(long since, long now) {
        List<Standstill> all = IntStream.range(0, Math.min(KEPT, count.get()))
                .mapToObj(last::get)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(standstill -> standstill.from - since))
                .toList();
        long stood = 0;
        long seen = since;
        for (Standstill one : all) {
            long from = Math.max(one.from - since, seen - since);
            long to = Math.min(one.to - since, now - since);
            if (to > from) {
                stood += to - from;
                seen = since + to;
            }
        }
        return stood;
    }
}
