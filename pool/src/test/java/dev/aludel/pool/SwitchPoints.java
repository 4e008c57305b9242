package dev.aludel.pool;

import dev.aludel.testkit.SeededScheduler;
import org.jspecify.annotations.Nullable;

/// What woven code calls. Each [Woven] has a class of its own of this, and so a scheduler of its own.
final class SwitchPoints {
    private static @Nullable SeededScheduler scheduler;

    private SwitchPoints() {}

    /// Sets the scheduler of the schedule that is played.
    static void use(SeededScheduler next) {
        scheduler = next;
    }

    /// Lets another task run, perhaps.
    static void pass(String where) {
        SeededScheduler mine = scheduler;
        if (mine != null) {
            mine.pause(where);
        }
    }

    /// Returns what code takes for the number of a thread: the same in each run of a schedule.
    static long number(Thread caller) {
        SeededScheduler mine = scheduler;
        return mine == null ? caller.threadId() : mine.number();
    }
}
