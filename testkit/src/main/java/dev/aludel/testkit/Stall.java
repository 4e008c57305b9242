package dev.aludel.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One call that is held up inside the database, and the one thing that ended it.
final class Stall {
    enum Ending {
        GO_ON,
        CANCELLED,
        STATEMENT_TIMEOUT,
        READ_TIMEOUT,
        VALIDATION_TIMEOUT,
        INTERRUPTED,
        DISCONNECTED
    }

    private final Thread thread = Thread.currentThread();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final boolean deaf;
    private final @Nullable VirtualClock clock;
    private final long deadline;
    private final Ending whenTimeIsUp;

    private Stall(boolean deaf, @Nullable VirtualClock clock, long deadline, Ending whenTimeIsUp) {
        this.deaf = deaf;
        this.clock = clock;
        this.deadline = deadline;
        this.whenTimeIsUp = whenTimeIsUp;
    }

    /// Holds the calling thread up until somebody ends it; a deaf one ends by [Ending#GO_ON] only.
    static Stall forGood(boolean deaf) {
        return new Stall(deaf, null, 0, Ending.GO_ON);
    }

    /// Holds the calling thread up until so much virtual time has passed.
    static Stall forTime(VirtualClock clock, Duration duration, Ending whenTimeIsUp) {
        return new Stall(false, clock, clock.getAsLong() + duration.toNanos(), whenTimeIsUp);
    }

    /// The first ending counts.
    void end(Ending how) {
        boolean heard = how == Ending.GO_ON || !deaf;
        if (heard && ending.compareAndSet(null, how)) {
            wake();
        }
    }

    private void wake() {
        if (clock == null) {
            LockSupport.unpark(thread);
        } else {
            clock.unpark(thread);
        }
    }

    /// Waits, in the thread that made this, for the end. An interrupt is one, and stays visible in the flag.
    Ending await() {
        boolean interrupted = false;
        try {
            Ending end = ending.get();
            while (end == null) {
                park();
                if (Thread.interrupted()) {
                    interrupted = true;
                    end(Ending.INTERRUPTED);
                }
                end = ending.get();
            }
            return end;
        } finally {
            if (interrupted) {
                thread.interrupt();
            }
        }
    }

    private void park() {
        if (clock == null) {
            LockSupport.park(this);
            return;
        }
        long left = deadline - clock.getAsLong();
        if (left <= 0) {
            ending.compareAndSet(null, whenTimeIsUp);
        } else {
            clock.parkNanos(left);
        }
    }
}
