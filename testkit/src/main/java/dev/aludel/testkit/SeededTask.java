package dev.aludel.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A task of a [SeededScheduler]: a virtual thread whose carrier is the scheduler's own thread.
///
/// It is the executor of its thread. When the thread can go on, the JDK hands its continuation over, and the scheduler
/// runs it when the task is drawn: a switch is two calls of methods, and no thread of the system is woken.
final class SeededTask implements Executor {
    private static final int FRAMES = 8;

    final int number;
    final String name;
    final Thread thread;
    /// The lowest is preferred, in schedules that have ranks.
    int rank;

    private final SeededScheduler scheduler;

    @Nullable
    Runnable continuation;

    /// Where it stopped last.
    String where = "start";

    long deadline;
    boolean waits;
    /// Whether it sleeps, which no permit ends.
    boolean asleep;
    boolean permit;
    boolean ended;

    SeededTask(SeededScheduler scheduler, int number, String name, int rank, Runnable body) {
        this.scheduler = scheduler;
        this.number = number;
        this.name = name;
        this.rank = rank;
        this.thread = Carried.builder(this).name(name).unstarted(body);
    }

    @Override
    public void execute(Runnable next) {
        continuation = next;
        scheduler.canRun(this);
    }

    /// Waits until woken, interrupted, or its time is up.
    void waitUntil(long end, boolean deeply) {
        deadline = end;
        asleep = deeply;
        waits = true;
        while (waits && !thread.isInterrupted()) {
            LockSupport.park(scheduler);
        }
        waits = false;
    }

    void wake() {
        waits = false;
        LockSupport.unpark(thread);
    }

    /// Says what it does, for people.
    String state() {
        StackTraceElement[] stack = thread.getStackTrace();
        String lines = Arrays.stream(stack)
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .limit(FRAMES)
                .map(frame -> "\n        at " + frame)
                .reduce("", String::concat);
        return name + ": " + (continuation != null ? "can run" : waits ? "parked" + until() : "blocked") + ", at "
                + where + lines;
    }

    private String until() {
        return deadline == Long.MAX_VALUE ? "" : " until " + deadline / 1e6 + " ms";
    }

    /// The JDK's builder of virtual threads with a scheduler of one's own, which it keeps for its own tests.
    private static final class Carried {
        private static final Constructor<?> BUILDER = find();

        private static Constructor<?> find() {
            try {
                Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                        .getDeclaredConstructor(Executor.class);
                found.setAccessible(true);
                return found;
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new IllegalStateException(
                        "a seeded scheduler needs JDK 21 or newer, started with"
                                + " --add-opens java.base/java.lang=ALL-UNNAMED",
                        e);
            }
        }

        static Thread.Builder builder(Executor scheduler) {
            try {
                return ((Thread.Builder) BUILDER.newInstance(scheduler)).inheritInheritableThreadLocals(false);
            } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("this JDK makes no virtual thread with a scheduler of one's own", e);
            }
        }
    }
}
