package dev.aludel.testkit;

import java.time.Duration;

/// How long a call may take by what JDBC was told, and what happens then.
record TimeLimit(Duration after, Stall.Ending ending) {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    static final TimeLimit NONE = new TimeLimit(FOR_EVER, Stall.Ending.GO_ON);

    /// Zero is no limit, as everywhere in JDBC.
    static TimeLimit of(Duration after, Stall.Ending ending) {
        return after.isZero() ? NONE : new TimeLimit(after, ending);
    }

    TimeLimit or(TimeLimit other) {
        return other.after.compareTo(after) < 0 ? other : this;
    }
}
