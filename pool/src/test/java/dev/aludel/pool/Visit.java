package dev.aludel.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One checkout of one caller in a drawn schedule, see [PoolInvariants].
final class Visit {
    final Thread caller = Thread.currentThread();
    final long began;
    final long deadline;
    final List<Waiter> before;
    final boolean isAfterClose;
    final int suspensions;
    final int invalidatedBefore;
    final int alarmsBefore;
    int closers;
    ScriptedServer.@Nullable Wire wire;
    PoolTrace.@Nullable Span held;

    /// Whether there was a moment at which the pool could not serve all who held or wanted a connection.
    boolean wasCrowded;

    /// Whether there was a moment at which as many waited as may.
    boolean wasOverrun;

    Visit(
            long began,
            long patience,
            List<Waiter> before,
            boolean isAfterClose,
            int suspensions,
            int invalidatedBefore,
            int alarmsBefore) {
        this.began = began;
        this.deadline = began + patience;
        this.before = before;
        this.isAfterClose = isAfterClose;
        this.suspensions = suspensions;
        this.invalidatedBefore = invalidatedBefore;
        this.alarmsBefore = alarmsBefore;
    }
}
