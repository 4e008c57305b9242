package dev.aludel.pool;

import java.util.ArrayList;
import java.util.List;

/// Who held a connection when, and what he did with it: written down beside the pool's own accounting, to judge what
/// the pool makes of that.
final class PoolTrace {
    private static final double CERTAIN_SHARE = 0.49; // half, less what rounding may cost

    /// A stretch of virtual time that may not have ended yet.
    static final class Span {
        private final long from;
        private long to = Long.MAX_VALUE;

        private Span(long from) {
            this.from = from;
        }

        void end(long now) {
            to = Math.min(to, now);
        }

        private double seconds(long since, long now) {
            return Math.max(0, Math.min(to, now) - Math.max(from, since)) / 1e9;
        }
    }

    /// A connection was held; a holder's call was in the driver; it was in a statement.
    final List<Span> held = new ArrayList<>();

    final List<Span> calls = new ArrayList<>();
    final List<Span> statements = new ArrayList<>();

    /// A connection was being returned.
    final List<Span> checkIns = new ArrayList<>();

    /// The pool was being suspended, or was.
    final List<Span> suspensions = new ArrayList<>();

    static Span begin(List<Span> spans, long now) {
        Span span = new Span(now);
        spans.add(span);
        return span;
    }

    /// Returns why a diagnosis that is called certain is not, or nothing.
    ///
    /// @param since the beginning of the time that it is about, up to now
    String refutes(Diagnosis diagnosis, long since, long now, boolean hasFailed) {
        double inHand = seconds(held, since, now);
        return switch (diagnosis) {
            case Diagnosis.HeldOutsideSql outside ->
                atLeast(outside.capacity(), inHand - seconds(statements, since, now), "held outside SQL");
            case Diagnosis.IdleInTransaction idle ->
                atLeast(idle.capacity(), inHand - seconds(statements, since, now), "held outside SQL");
            case Diagnosis.Leaked leaked -> "that nobody returns a connection is never certain";
            case Diagnosis.HoldAndWait both -> "that no thread is at work is never certain";
            case Diagnosis.CircularWait circle ->
                atLeast(circle.capacity(), inHand - seconds(statements, since, now), "held outside SQL");
            case Diagnosis.InDatabase database -> atLeast(database.capacity(), seconds(calls, since, now), "in SQL");
            case Diagnosis.EventLoop loop -> "that an event loop is blocked by this alone is never certain";
            case Diagnosis.ResetSlow slow ->
                atLeast(slow.capacity(), seconds(checkIns, since, now), "in returning connections");
            case Diagnosis.Churn churn -> "why connections are opened is never certain";
            case Diagnosis.Paused paused -> "that nothing ran is never certain";
            case Diagnosis.TooSmall small -> "what the server can do is never certain";
            case Diagnosis.Overload overload -> "what the server can do is never certain";
            case Diagnosis.Burst burst -> "what is to come is never certain";
            case Diagnosis.Pooler pooler -> "no server was looked at";
            case Diagnosis.SlowSql slow -> "no server was looked at";
            case Diagnosis.LockedByOther locked -> "no server was looked at";
            case Diagnosis.LockedByOwn locked -> "no server was looked at";
            case NotConnected lacking ->
                hasFailed && lacking.connects().open() < lacking.connects().limit()
                        ? ""
                        : "no connect failed, or all are open";
            case OwnReason own -> "nobody names a tenant or a priority here";
            case Diagnosis.Suspended suspended -> wasSuspended(since, now) ? "" : "nobody has suspended the pool";
            case Diagnosis.OutOfSight away -> "no other pool is wrapped";
            case Diagnosis.Unknown unknown -> "that nothing is known is never certain";
        };
    }

    private boolean wasSuspended(long since, long now) {
        return suspensions.stream().anyMatch(span -> span.from <= now && span.to >= since);
    }

    private static String atLeast(double capacity, double seconds, String what) {
        return seconds >= CERTAIN_SHARE * capacity ? "" : seconds + " of " + capacity + " s were " + what;
    }

    private static double seconds(List<Span> spans, long since, long now) {
        return spans.stream().mapToDouble(span -> span.seconds(since, now)).sum();
    }
}
