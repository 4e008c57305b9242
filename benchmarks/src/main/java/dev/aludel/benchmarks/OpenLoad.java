package dev.aludel.benchmarks;

import dev.aludel.benchmarks.Arrivals.Arrival;
import dev.aludel.benchmarks.Tally.Request;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Requests that come when they come, however long the others wait.
///
/// The clock of a request starts when it is due, so that what the generator or the scheduler of virtual threads is
/// late with counts as part of the wait, and nobody is left out for having been held up.
final class OpenLoad {
    /// Within which an answer counts, from when the request is due.
    static final Duration DEADLINE = Duration.ofMillis(500);

    /// How many connections there are.
    static final int CONNECTIONS = 10;

    /// What a request works on the average, in seconds.
    static final double MEAN_WORK = 0.010;

    private static final Duration TICK = Duration.ofMillis(5);
    /// More than any pool lets wait here.
    private static final Duration BOUND = Duration.ofSeconds(45);

    private final Door door;
    private final int attempts;
    private final Set<Attempt> all = ConcurrentHashMap.newKeySet();
    private final Queue<Attempt> patient = new ConcurrentLinkedQueue<>(); // nearly in the order of their ends
    private volatile boolean retries = true;
    private volatile boolean closed;

    /// @param attempts of each request at most
    OpenLoad(Door door, int attempts) {
        this(door, attempts, true);
    }

    /// @param giveUp whether clients who have heard nothing until their time is up try again by themselves
    OpenLoad(Door door, int attempts, boolean giveUp) {
        this.door = door;
        this.attempts = attempts;
        if (attempts > 1 && giveUp) {
            Thread.ofPlatform().daemon().name("clients").start(this::giveUp);
        }
    }

    Door door() {
        return door;
    }

    int attempts() {
        return attempts;
    }

    /// Begins an attempt, unless it is one anew after the load has ended.
    void begin(Attempt attempt) {
        if (!retries) {
            return;
        }
        all.add(attempt);
        if (attempts > 1) {
            patient.add(attempt);
        }
        attempt.start();
    }

    void over(Attempt attempt) {
        all.remove(attempt);
    }

    /// Has requests arrive, and returns when those that count have had their time. Others may still wait.
    ///
    /// @return the figures
    StepResult play(LoadStep step, double capacity, long seed) throws InterruptedException {
        Tally tally = new Tally(step);
        retries = true;
        long start = System.nanoTime();
        Arrivals arrivals = new Arrivals(capacity * step.factor(), MEAN_WORK, seed);
        Thread generator =
                Thread.ofPlatform().daemon().name("generator").start(() -> generate(arrivals, step, start, tally));
        Thread timer = Thread.ofVirtual().start(() -> onlyWait(tally));
        Thread.sleep(step.leadIn());
        Work before = Work.soFar();
        Thread.sleep(step.counted());
        long cpu = Work.soFar().since(before).cpu();
        generator.join();
        timer.interrupt();
        return new StepResult(step.title(), tally.figures(cpu), tally.windows());
    }

    private void generate(Arrivals arrivals, LoadStep step, long start, Tally tally) {
        long length = step.length().toNanos();
        for (Arrival next = arrivals.next(); next.at() < length; next = arrivals.next()) {
            long due = start + next.at();
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            tally.lag.record(System.nanoTime() - due);
            Request request = new Request(tally, next.at(), next.work());
            tally.arrived(request, all.size());
            begin(new Attempt(this, request, 1, due));
        }
    }

    /// What a wait that nobody ends costs beside it, in the same minute.
    private static void onlyWait(Tally tally) {
        while (!Thread.currentThread().isInterrupted()) {
            long due = System.nanoTime() + TICK.toNanos();
            for (long left = TICK.toNanos(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
            tally.timer.record(System.nanoTime() - due);
        }
    }

    /// The clients whose time is up.
    private void giveUp() {
        while (!closed) {
            Attempt next = patient.peek();
            long left = next == null ? TICK.toNanos() : next.ends() - System.nanoTime();
            if (next == null || left > 0) {
                LockSupport.parkNanos(Math.min(left, TICK.toNanos()));
            } else {
                patient.remove(next);
                next.retry();
            }
        }
    }

    /// Ends all attempts that wait, so that the next step begins with an idle pool.
    void settle() throws InterruptedException {
        retries = false;
        awaitNone(Attempt::cut);
        patient.clear();
    }

    /// Returns when all attempts are over, those included that were begun anew.
    void awaitIdle() throws InterruptedException {
        awaitNone(attempt -> {});
    }

    private void awaitNone(Consumer<Attempt> meanwhile) throws InterruptedException {
        long bound = System.nanoTime() + BOUND.toNanos();
        while (!all.isEmpty()) {
            if (System.nanoTime() > bound) {
                throw new IllegalStateException(all.size() + " requests did not end within " + BOUND);
            }
            all.forEach(meanwhile);
            Thread.sleep(TICK);
        }
    }

    /// Ends it for good. Who waits is left waiting.
    void end() {
        retries = false;
        closed = true;
    }
}
