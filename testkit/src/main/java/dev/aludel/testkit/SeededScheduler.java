package dev.aludel.testkit;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs tasks of which one runs at a time, in an order that is drawn from a seed, on a time of its own.
///
/// It is all that the code under test waits by: its ticker, its executor, its way to park and unpark. Whenever a task
/// parks, wakes another, starts one, ends or passes a switch point, the next one to run is drawn. The same seed gives
/// the same schedule, so that a race found once is found each time.
///
/// ```java
/// SeededScheduler scheduler = new SeededScheduler(42);
/// Pool pool = …                                  // its time, threads and parking are the scheduler's
/// scheduler.spawn("first", () -> use(pool));
/// scheduler.spawn("second", () -> use(pool));
/// scheduler.whenAtRest(() -> assertThat(pool.snapshot().waiting()).isZero());
/// scheduler.run();                               // until all tasks have ended
/// ```
///
/// Some schedules draw each switch evenly. The others give each task a rank, run the first that can run, and put the
/// running one last now and then: so a few switches in the wrong place are found, however long the schedule
/// (Burckhardt and others, *A randomized scheduler with probabilistic guarantees of finding bugs*, 2010).
///
/// Time stands still while a task can run, and then moves to the next deadline that one waits for. In some schedules it
/// moves earlier now and then, as for tasks on a slow machine: so a timeout races with what it waits for.
///
/// [#run] throws an `AssertionError` if a task or check throws, if nothing can run and no deadline is open, or if there
/// is no end. It tells the seed, what each task does, and the last switches.
///
/// The tasks are virtual threads that the thread which calls [#run] carries, one after another. Java must be started
/// with `--add-opens java.base/java.lang=ALL-UNNAMED` for that. A task may wait by this scheduler and by locks, but not
/// for real time, and not with a native frame on its stack. Not for use by other threads.
public final class SeededScheduler implements LongSupplier, Executor {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int MOST_SWITCHES = 200_000;
    private static final int SHOWN = 120;

    /// How many of 256 switch points in the middle of something let another task run.
    private static final int[] RESTLESS = {2, 8, 24, 64, 128};

    /// Before how many of 1024 switches time moves though a task can run.
    private static final int[] HASTE = {0, 0, 4, 32};

    private static final int RANKS = 1_000;

    private record Switch(long at, String task, String where) {
        @Override
        public String toString() {
            return at / 1e6 + " ms " + task + " (" + where + ")";
        }
    }

    private final long seed;
    private final SplittableRandom random;
    private final int restless;
    private int haste;
    private final boolean ranked;
    private final Map<Thread, SeededTask> tasks = new HashMap<>(); // never iterated: its order is no seed's
    private final List<SeededTask> alive = new ArrayList<>();
    private final List<SeededTask> runnable = new ArrayList<>(); // by number, however they came
    private final List<Switch> trace = new ArrayList<>();
    private Runnable afterEachSwitch = () -> {};
    private Runnable whenAtRest = () -> {};
    private @Nullable Thread carrier;
    private @Nullable SeededTask current;
    private @Nullable Throwable failure;
    private long elapsed;
    private long late;
    private int started;
    private int last = RANKS;

    /// A scheduler without tasks, at time 0.
    public SeededScheduler(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.restless = RESTLESS[random.nextInt(RESTLESS.length)];
        this.haste = HASTE[random.nextInt(HASTE.length)];
        this.ranked = random.nextBoolean();
    }

    /// Gives the virtual time in nanoseconds.
    @Override
    public long getAsLong() {
        return elapsed;
    }

    /// Gives random numbers that belong to the schedule, for what a test draws.
    public SplittableRandom random() {
        return random.split();
    }

    /// Starts a task. Before [#run] it waits for that.
    public Thread spawn(String name, Runnable body) {
        SeededTask task = new SeededTask(this, started++, name, random.nextInt(RANKS), () -> make(body));
        tasks.put(task.thread, task);
        alive.add(task);
        task.thread.start();
        return task.thread;
    }

    /// Starts a task on behalf of the code under test: a switch point.
    @Override
    public void execute(Runnable body) {
        spawn("task " + started, body);
        switchAt("execute");
    }

    private void make(Runnable body) {
        try {
            body.run();
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
        } finally {
            me().ended = true;
        }
    }

    /// Parks the calling task until it is unparked or interrupted, or so many nanoseconds have passed.
    ///
    /// @param nanos as for `LockSupport`; `Long.MAX_VALUE` has no end
    public void parkNanos(long nanos) {
        SeededTask me = me();
        if (nanos <= 0) {
            return;
        }
        me.where = "park";
        if (me.permit || me.thread.isInterrupted()) {
            me.permit = false;
            switchAt("park");
        } else {
            me.waitUntil(sum(elapsed, nanos), false);
        }
    }

    /// Wakes the task of a thread if it is parked, and otherwise lets its next park return at once: a switch point.
    public void unpark(@Nullable Thread thread) {
        SeededTask task = thread == null ? null : tasks.get(thread);
        if (task == null) {
            return; // it has ended
        }
        if (task.waits && !task.asleep) {
            task.wake();
        } else {
            task.permit = true;
        }
        switchAt("unpark");
    }

    /// Lets virtual time pass for the calling task, whoever unparks it.
    ///
    /// @throws InterruptedException if it is interrupted; the flag is cleared
    public void sleep(Duration duration) throws InterruptedException {
        SeededTask me = me();
        me.where = "sleep";
        if (!me.thread.isInterrupted()) {
            me.waitUntil(sum(elapsed, duration.toNanos()), true);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /// Tells whether the task of a thread is parked.
    public boolean isParked(Thread thread) {
        SeededTask task = tasks.get(thread);
        return task != null && task.waits && !task.asleep && !thread.isInterrupted();
    }

    /// A switch point: may let another task run. Does nothing when no task of this scheduler calls.
    ///
    /// @param where for the trace
    public void pause(String where) {
        if (!runnable.isEmpty() && isMine() && random.nextInt(256) < restless) {
            me().rank = last++;
            yieldAt(where);
        }
    }

    /// Returns the number of the calling task, for code that would go by that of its thread: the same each time.
    public int number() {
        return me().number;
    }

    private void switchAt(String where) {
        if (!runnable.isEmpty() && isMine()) {
            yieldAt(where);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is this one
    private void yieldAt(String where) {
        me().where = where;
        Thread.yield();
    }

    private boolean isMine() {
        SeededTask me = current;
        return me != null && me.thread.equals(Thread.currentThread());
    }

    private SeededTask me() {
        SeededTask me = current;
        if (me == null || !isMine()) {
            throw new IllegalStateException("only a task of the scheduler may wait by it; give spawn(…) what is to");
        }
        return me;
    }

    /// Returns for how many nanoseconds in all time moved though a task could run: so much later than in time may
    /// something happen that is to happen by a deadline.
    public long late() {
        return late;
    }

    /// From now on time moves only when nothing can run, as for tasks on a machine that is fast enough.
    public void punctual() {
        haste = 0;
    }

    /// Sets what is done after each switch, between two tasks. It must not wait.
    public void afterEachSwitch(Runnable check) {
        afterEachSwitch = check;
    }

    /// Sets what is done each time that nothing can run, before time moves. It must not wait.
    public void whenAtRest(Runnable check) {
        whenAtRest = check;
    }

    /// Runs all tasks to their end.
    ///
    /// @throws AssertionError as said above
    public void run() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot carry others: run it in a platform thread");
        }
        carrier = Thread.currentThread();
        try {
            while (!alive.isEmpty()) {
                step();
            }
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
        } finally {
            carrier = null;
        }
        if (failure != null) {
            throw new AssertionError(failure.getMessage() + story(), failure);
        }
    }

    private void step() throws Throwable {
        if (runnable.isEmpty()) {
            whenAtRest.run();
            if (!moveToNextDeadline()) {
                throw new AssertionError("deadlock: nothing can run and no deadline is open");
            }
            return;
        }
        if (haste > 0 && random.nextInt(1024) < haste) {
            long before = elapsed;
            moveToNextDeadline();
            late += elapsed - before;
        }
        SeededTask next = draw();
        trace.add(new Switch(elapsed, next.name, next.where));
        if (trace.size() > MOST_SWITCHES) {
            throw new AssertionError("no end after " + MOST_SWITCHES + " switches");
        }
        runOn(next);
        if (failure == null) {
            afterEachSwitch.run();
        } else {
            throw failure;
        }
    }

    private void runOn(SeededTask next) {
        Runnable continuation = next.continuation;
        if (continuation != null) {
            next.continuation = null;
            current = next;
            continuation.run();
            current = null;
        }
        if (next.ended) {
            alive.remove(next);
            tasks.remove(next.thread);
        }
    }

    private SeededTask draw() {
        if (!ranked) {
            return runnable.remove(random.nextInt(runnable.size()));
        }
        int first = 0;
        for (int i = 1; i < runnable.size(); i++) {
            first = runnable.get(i).rank < runnable.get(first).rank ? i : first;
        }
        return runnable.remove(first);
    }

    private boolean moveToNextDeadline() {
        long next = NEVER;
        for (SeededTask task : alive) {
            next = task.waits ? Math.min(next, task.deadline) : next;
        }
        if (next == NEVER) {
            return false;
        }
        elapsed = Math.max(elapsed, next);
        for (SeededTask task : alive) {
            if (task.waits && task.deadline <= elapsed) {
                task.wake();
            }
        }
        return true;
    }

    /// A task's thread can go on.
    void canRun(SeededTask task) {
        Thread caller = Thread.currentThread();
        if (carrier != null && !caller.isVirtual() && !caller.equals(carrier)) {
            throw new IllegalStateException(task.name + " waited for something outside the schedule");
        }
        int at = runnable.size();
        while (at > 0 && runnable.get(at - 1).number > task.number) {
            at--;
        }
        runnable.add(at, task);
    }

    /// Returns how often a task went on so far.
    public int switches() {
        return trace.size();
    }

    /// Gives the switches so far, as lines: the virtual time, the task that went on, and from where.
    public List<String> trace() {
        return trace.stream().map(Switch::toString).toList();
    }

    private String story() {
        List<Switch> last = trace.subList(Math.max(0, trace.size() - SHOWN), trace.size());
        return "\n  seed " + seed + " gives this schedule again; at " + elapsed / 1e6 + " ms its tasks were"
                + alive.stream().map(task -> "\n    " + task.state()).collect(joining())
                + "\n  after " + trace.size() + " switches, the last of which were"
                + last.stream().map(each -> "\n    " + each).collect(joining());
    }

    /// Adds to a number of nanoseconds that is not negative, and stops at "never" instead of passing it.
    private static long sum(long nanos, long more) {
        return more > NEVER - nanos ? NEVER : nanos + more;
    }

    @Override
    public String toString() {
        return "seeded scheduler (seed " + seed + ", " + trace.size() + " switches, at " + elapsed / 1e6 + " ms)";
    }
}
