package dev.aludel.benchmarks;

import dev.aludel.benchmarks.Recovery.Window;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/// What became of the requests of one [LoadStep]. Safe for many threads.
final class Tally {
    private final LoadStep step;
    private final LongAdder offered = new LongAdder();
    private final LongAdder good = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder refusedInAll = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final Times answers = new Times();
    private final Times refusals = new Times();
    private final Times starts = new Times();
    private final AtomicIntegerArray arrivedIn;
    private final AtomicIntegerArray goodIn;

    /// How late the generator was with each request.
    final Times lag = new Times();

    /// How late a virtual thread that only waits returned.
    final Times timer = new Times();

    private volatile int most;

    Tally(LoadStep step) {
        this.step = step;
        int windows = Math.toIntExact(step.length().minus(step.leadOut()).dividedBy(Recovery.WINDOW));
        this.arrivedIn = new AtomicIntegerArray(windows);
        this.goodIn = new AtomicIntegerArray(windows);
    }

    /// A request of this tally.
    ///
    /// @param at   nanoseconds after the step began
    /// @param work seconds
    record Request(Tally tally, long at, double work) {
        boolean counts() {
            return tally.step.counts(at);
        }
    }

    /// @param waiting how many requests are not over now; told by the generator alone
    void arrived(Request request, int waiting) {
        most = Math.max(most, waiting);
        count(request, offered);
        countIn(request, arrivedIn);
    }

    /// Told once for each request at most, however often it is attempted.
    void good(Request request) {
        count(request, good);
        countIn(request, goodIn);
    }

    /// @param nanos from when its thread was started until it ran
    void attempted(Request request, long nanos) {
        count(request, attempts);
        starts.record(nanos);
    }

    /// @param nanos since this attempt was due
    void answered(Request request, long nanos) {
        if (request.counts()) {
            answered.increment();
            answers.record(nanos);
            late.add(nanos > OpenLoad.DEADLINE.toNanos() ? 1 : 0);
        }
    }

    /// @param nanos since the connection was asked for
    void refused(Request request, long nanos) {
        refusedInAll.increment();
        if (request.counts()) {
            refused.increment();
            refusals.record(nanos);
        }
    }

    /// It had its connection, and the statement failed.
    void failed(Request request) {
        count(request, failed);
    }

    private static void count(Request request, LongAdder counter) {
        if (request.counts()) {
            counter.increment();
        }
    }

    private static void countIn(Request request, AtomicIntegerArray windows) {
        int window = (int) (request.at / Recovery.WINDOW.toNanos());
        if (window < windows.length()) {
            windows.incrementAndGet(window);
        }
    }

    List<Window> windows() {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < arrivedIn.length(); i++) {
            windows.add(new Window(arrivedIn.get(i), goodIn.get(i)));
        }
        return windows;
    }

    /// @param cpu nanoseconds of CPU while requests counted
    Map<Figure, Double> figures(long cpu) {
        double seconds = step.counted().toNanos() / 1e9;
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.OFFERED, offered.sum() / seconds);
        figures.put(Figure.GOODPUT, good.sum() / seconds);
        figures.put(Figure.ATTEMPTS, (double) attempts.sum() / offered.sum());
        figures.put(Figure.ANSWER_P50, answers.percentile(50));
        figures.put(Figure.ANSWER_P99, answers.percentile(99));
        figures.put(Figure.LATE, (double) late.sum());
        figures.put(Figure.REFUSED, (double) refused.sum());
        figures.put(Figure.REFUSED_IN_ALL, (double) refusedInAll.sum());
        figures.put(Figure.REFUSAL_P50, refusals.percentile(50));
        figures.put(Figure.REFUSAL_P99, refusals.percentile(99));
        figures.put(Figure.WAITING, (double) (attempts.sum() - answered.sum() - refused.sum() - failed.sum()));
        figures.put(Figure.FAILED, (double) failed.sum());
        figures.put(Figure.CPU, cpu / 1e9 / seconds);
        figures.put(Figure.MOST, (double) most);
        figures.put(Figure.TIMER_P50, timer.percentile(50));
        figures.put(Figure.TIMER_P99, timer.percentile(99));
        figures.put(Figure.START_P99, starts.percentile(99));
        figures.put(Figure.LAG_P99, lag.percentile(99));
        figures.put(Figure.LAG_LONGEST, lag.longest());
        figures.put(Figure.RECOVERY, step.back() ? Recovery.seconds(windows()) : Double.NaN);
        return figures;
    }
}
