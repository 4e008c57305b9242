package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How the pool got on lately: with how much it gets by when nobody waits, how many ask while ever more
/// do, and when nothing ran at all.
///
/// A stretch of time ends when somebody begins to wait, a second after the one before at the
/// earliest. Nothing is looked at while nobody waits.
final class Pace {
    /// How long a stretch is at least.
    static final long STEP = TimeUnit.SECONDS.toNanos(1);

    private static final int KEPT = 64;

    /// Below which part of its connections in use a pool was not saturated.
    private static final double CALM = 0.9;

    /// So many loans say how long one usually is.
    private static final int ENOUGH = 10;

    /// From which part of those served on the queue has grown.
    private static final double GROWS = 0.05;

    /// In so many stretches in a row at least.
    private static final int TIMES = 3;

    private final Uses uses;
    private final Line line;
    private final long longest;
    private final AtomicLong looked;
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Stretch> stretches = new AtomicReferenceArray<>(KEPT);

    /// The last that were calm: an overload of minutes is not to wash them away.
    private final AtomicReferenceArray<@Nullable Stretch> calmOnes = new AtomicReferenceArray<>(KEPT);

    private final AtomicLong calmCount = new AtomicLong();
    private final Standstills standstills = new Standstills();

    /// @param longest how far the accounting reaches back, in nanoseconds
    Pace(Uses uses, Line line, long longest, long now) {
        this.uses = uses;
        this.line = line;
        this.longest = longest;
        this.looked = new AtomicLong(now);
    }

    /// @param waiting how many waited in the end
    /// @param left    how many had given up or been refused by then, since the pool was built
    private record Stretch(
            long from, long to, double loans, double held, double sql, int seats, int waiting, long left) {
        double length() {
            return (to - from) / 1e9;
        }

        double busy() {
            return held / (to - from);
        }

        /// One of a pool that had to wait for its connections itself tells nothing.
        boolean isCalm() {
            return waiting == 0 && loans >= ENOUGH && busy() < CALM * seats;
        }
    }

    /// How it goes while the pool is not saturated.
    ///
    /// @param loans     how many ended then
    /// @param heldEach  for how long each was held
    /// @param sqlEach   for how long it was in SQL
    /// @param busy      how many connections were in use
    /// @param perSecond how many loans ended in the best of its seconds
    /// @param until     when the last of them ended
    record Calm(double loans, Duration heldEach, Duration sqlEach, double busy, double perSecond, long until) {}

    Standstills standstills() {
        return standstills;
    }

    /// A caller found no connection in time, or was not let wait.
    void left() {
        left.incrementAndGet();
    }

    /// Somebody is about to wait.
    ///
    /// @param waiting how many wait already
    void look(long now, int waiting) {
        long before = looked.get();
        if (now - before >= STEP && looked.compareAndSet(before, now)) {
            try {
                note(Math.max(before, now - longest), now, waiting);
            } catch (OutOfMemoryError e) {
                // a stretch is missing
            }
        }
    }

    private void note(long from, long now, int waiting) {
        History.Tally tally = uses.between(from, now).tally();
        Stretch stretch = new Stretch(
                from,
                now,
                tally.sum(History.CHECKOUTS),
                tally.sum(History.HELD),
                tally.sum(History.ENDED_SQL),
                line.seats(),
                waiting,
                left.get());
        stretches.set((int) (count.getAndIncrement() % KEPT), stretch);
        if (stretch.isCalm()) {
            calmOnes.set((int) (calmCount.getAndIncrement() % KEPT), stretch);
        }
    }

    /// Returns how it went when the pool was not saturated, or null if that was not seen lately.
    @Nullable
    Calm calm() {
        List<Stretch> calm = seen(calmOnes).toList();
        double loans = calm.stream().mapToDouble(Stretch::loans).sum();
        if (loans < ENOUGH) {
            return null;
        }
        double held = calm.stream().mapToDouble(Stretch::held).sum();
        double sql = calm.stream().mapToDouble(Stretch::sql).sum();
        double length = calm.stream().mapToDouble(Stretch::length).sum();
        double best = calm.stream()
                .mapToDouble(stretch -> stretch.loans / stretch.length())
                .max()
                .orElse(0);
        long until = calm.stream()
                .map(Stretch::to)
                .max(Comparator.comparingLong(to -> to - looked.get()))
                .orElse(0L);
        return new Calm(
                loans,
                Duration.ofNanos((long) (held / loans)),
                Duration.ofNanos((long) (sql / loans)),
                held / 1e9 / length,
                best,
                until);
    }

    /// Returns how many a second came within a time, or NaN. While nobody gives up, and ever more wait,
    /// those who come do not come because others have been served: who does would be known by his
    /// waiting for it.
    double arrivals(long since) {
        List<Stretch> all = seen(stretches)
                .filter(stretch -> stretch.from - since >= 0)
                .sorted(Comparator.comparingLong(stretch -> stretch.from - since))
                .toList();
        List<Double> rates = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            Stretch last = all.get(i - 1);
            Stretch next = all.get(i);
            double grown = next.waiting - last.waiting;
            if (next.left != last.left || grown < GROWS * next.loans) {
                break;
            }
            rates.add((next.loans + grown) / next.length());
        }
        return rates.size() < TIMES
                ? Double.NaN
                : rates.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    private static Stream<Stretch> seen(AtomicReferenceArray<@Nullable Stretch> ring) {
        return IntStream.range(0, KEPT).mapToObj(ring::get).filter(Objects::nonNull);
    }
}
