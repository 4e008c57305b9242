package dev.aludel.testkit;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A clock that stands still until a test moves it, and on which real threads, platform or virtual, can park.
///
/// It is the ticker of the code under test (a `LongSupplier` of nanoseconds) and its way to wait: hand over
/// `clock::parkNanos` and `clock::unpark` where production code has `LockSupport`.
///
/// ```java
/// VirtualClock clock = new VirtualClock();
/// Caller<Connection> second = Caller.start("second", pool::getConnection);
/// clock.awaitParked(second.thread());      // it waits for a connection
/// clock.advance(Duration.ofSeconds(30));   // its time is up
/// assertThat(second.failure()).isInstanceOf(SQLTransientConnectionException.class);
/// ```
///
/// A thread counts as parked from the moment it can be woken until the moment it is: [#advance], [#unpark] and an
/// interrupt take it out of the count before they return, not when the thread gets round to running. So a test that
/// has woken a thread and then calls [#awaitParked(int)] never sees the old state.
///
/// A thread reads the clock, computes how long it has to wait, and parks for so long. Between two machine instructions
/// a test may move the clock by hours; so how long a thread parks counts from its own last reading before it parks.
/// Code
/// that waits for a length of time, not until an instant, has to read the clock when the wait begins.
public final class VirtualClock implements LongSupplier {
    private static final long NEVER = Long.MAX_VALUE;

    private final Watched state = new Watched();
    private final long start;
    private final Map<Thread, Parked> parked = new LinkedHashMap<>(); // in the order of parking
    private final Set<Thread> permits = Collections.newSetFromMap(new WeakHashMap<>());
    private final Map<Thread, Long> read = Collections.synchronizedMap(new WeakHashMap<>()); // since it parked last
    private volatile long elapsed; // counted from 0, so that a start near the end of long may wrap as nanoTime does

    /// A clock that reads 0.
    public VirtualClock() {
        this(0);
    }

    /// A clock that reads `start` nanoseconds. Like `System.nanoTime` it may be negative, and passes from
    /// `Long.MAX_VALUE` to `Long.MIN_VALUE`: start it near there to see whether code compares times by difference.
    public VirtualClock(long start) {
        this.start = start;
    }

    /// Gives the time in nanoseconds.
    @Override
    public long getAsLong() {
        long now = elapsed;
        read.put(Thread.currentThread(), now);
        return start + now;
    }

    /// Moves time on, and wakes the threads whose time is up: by deadline, and of one deadline in the order in which
    /// they parked. They run when the machine lets them; this method does not wait for that.
    ///
    /// @param by zero or more; zero wakes nobody
    /// @throws IllegalArgumentException if negative: time does not go back
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time moves forward only: advance by zero or more, but was " + by);
        }
        state.change(() -> moveTo(sum(elapsed, by.toNanos())));
    }

    /// Moves time to the earliest deadline that a thread is parked for, and wakes the threads that wait for it.
    ///
    /// @return how far time moved
    /// @throws IllegalStateException if no thread is parked with a deadline
    public Duration advanceToNextDeadline() {
        return state.change(() -> {
            long next =
                    parked.values().stream().mapToLong(Parked::deadline).min().orElse(NEVER);
            if (next == NEVER) {
                throw new IllegalStateException("no thread waits for a time: " + describeParked());
            }
            Duration moved = Duration.ofNanos(next - elapsed);
            moveTo(next);
            return moved;
        });
    }

    private @Nullable Void moveTo(long instant) {
        elapsed = instant;
        List<Parked> due = parked.values().stream()
                .filter(thread -> thread.deadline <= instant && thread.deadline != NEVER)
                .sorted(comparingLong(Parked::deadline))
                .toList();
        due.forEach(this::wake);
        return null;
    }

    /// Parks the calling thread until it is given a permit by [#unpark], is interrupted, or virtual time has moved on
    /// by `nanos` since the thread last read it (or since now, if it has parked since). Never returns for another
    /// reason. Tell which it was as with `LockSupport`: by the state waited for, the interrupt flag (which is kept)
    /// and the time.
    ///
    /// Returns at once if a permit is there, which is used up, the thread is interrupted, or its time is up.
    ///
    /// @param nanos nanoseconds; zero or less returns at once and leaves a permit alone; `Long.MAX_VALUE` has
    ///              no end
    public void parkNanos(long nanos) {
        if (nanos <= 0) {
            return;
        }
        Parked me = register(meant(nanos));
        if (me == null) {
            return;
        }
        while (!me.woken && !me.thread.isInterrupted()) {
            LockSupport.park(this);
        }
        me.woken = true; // before the lock: waiting for one hides the interrupt flag for a moment
        state.change(() -> parked.remove(me.thread, me));
    }

    /// Gives the instant that a thread has in mind that wants to wait for so long.
    private long meant(long nanos) {
        Long last = read.remove(Thread.currentThread());
        return sum(last == null ? elapsed : last, nanos);
    }

    /// Gives null if a permit, or the time, made parking unnecessary. Permit and registration are looked at under one
    /// lock: an unpark comes before, and leaves the permit, or after, and finds the thread; and so for the time.
    private @Nullable Parked register(long deadline) {
        return state.change(() -> {
            Thread thread = Thread.currentThread();
            if (permits.remove(thread) || deadline <= elapsed) {
                return null;
            }
            Parked me = new Parked(thread, deadline);
            parked.put(thread, me);
            return me;
        });
    }

    /// Parks as [#parkNanos(long)] does, with no end but a permit or an interrupt.
    public void park() {
        parkNanos(NEVER);
    }

    /// Wakes the thread if it is parked here, and otherwise lets its next park return at once. Permits do not add up.
    ///
    /// @param thread null does nothing
    public void unpark(@Nullable Thread thread) {
        if (thread == null) {
            return;
        }
        state.change(() -> {
            Parked sleeper = parked.get(thread);
            if (sleeper == null) {
                permits.add(thread);
            } else {
                wake(sleeper);
            }
            return null;
        });
    }

    private void wake(Parked sleeper) {
        parked.remove(sleeper.thread);
        sleeper.woken = true;
        LockSupport.unpark(sleeper.thread);
    }

    /// Gives how many threads are parked here now.
    public int parked() {
        return state.read(
                () -> (int) parked.values().stream().filter(Parked::stays).count());
    }

    /// Tells whether the thread is parked here now.
    public boolean isParked(Thread thread) {
        return state.read(() -> parked.containsKey(thread) && parked.get(thread).stays());
    }

    /// Waits until exactly so many threads are parked here, at most 10 s of real time.
    ///
    /// @throws AssertionError if that did not happen, with the threads that were parked
    public void awaitParked(int threads) {
        awaitParked(threads, Watched.PATIENCE);
    }

    void awaitParked(int threads, Duration patience) {
        state.await(patience, () -> parked() == threads, () -> threads + " parked threads, but " + describeParked());
    }

    /// Waits until the thread is parked here, at most 10 s of real time.
    ///
    /// @throws AssertionError if that did not happen, with where the thread was instead
    public void awaitParked(Thread thread) {
        awaitParked(thread, Watched.PATIENCE);
    }

    void awaitParked(Thread thread, Duration patience) {
        state.await(
                patience,
                () -> isParked(thread),
                () -> "thread " + name(thread) + " to park, but it is " + thread.getState() + where(thread) + "; "
                        + describeParked());
    }

    private String describeParked() {
        String threads = parked.values().stream()
                .filter(Parked::stays)
                .map(thread -> name(thread.thread) + until(thread.deadline))
                .collect(joining(", "));
        return "at " + Duration.ofNanos(elapsed) + " there were " + parked() + ": [" + threads + "]";
    }

    private static String until(long deadline) {
        return deadline == NEVER ? "" : " until " + Duration.ofNanos(deadline);
    }

    private static String name(Thread thread) {
        return thread.getName().isEmpty() ? "#" + thread.threadId() : "'" + thread.getName() + "'";
    }

    private static String where(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length == 0 ? "" : " in " + List.of(stack).subList(0, Math.min(4, stack.length));
    }

    /// Adds to a number of nanoseconds that is not negative, and stops at "never" instead of passing it.
    private static long sum(long nanos, long more) {
        return more > NEVER - nanos ? NEVER : nanos + more;
    }

    @Override
    public String toString() {
        return state.read(() -> "virtual clock " + describeParked());
    }

    private static final class Parked {
        final Thread thread;
        final long deadline;
        volatile boolean woken;

        Parked(Thread thread, long deadline) {
            this.thread = thread;
            this.deadline = deadline;
        }

        long deadline() {
            return deadline;
        }

        /// An interrupted thread is on its way out, even if it has not run yet.
        boolean stays() {
            return !woken && !thread.isInterrupted();
        }
    }
}
