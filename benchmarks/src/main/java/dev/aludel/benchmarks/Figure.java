package dev.aludel.benchmarks;

import java.util.Locale;

/// What is measured of a step of an open load. All but [#REFUSED_IN_ALL], [#MOST] and what is said of the machine
/// are of the requests that count; those of attempts are of their attempts. NaN where there is nothing to tell.
enum Figure {
    /// Requests a second.
    OFFERED,
    /// Requests a second that were answered in time.
    GOODPUT,
    /// Attempts for each request.
    ATTEMPTS,
    /// Milliseconds from when an attempt was due to its answer, in time or not.
    ANSWER_P50,
    ANSWER_P99,
    /// Attempts that were answered too late.
    LATE,
    /// Attempts that got no connection.
    REFUSED,
    /// The same of all, whether they count or not.
    REFUSED_IN_ALL,
    /// Milliseconds from asking for a connection to being told that there is none.
    REFUSAL_P50,
    REFUSAL_P99,
    /// Attempts that were not over at the end of the step.
    WAITING,
    /// Attempts whose statement failed.
    FAILED,
    /// Cores of the callers' JVM that were busy.
    CPU,
    /// Attempts that were not over, at most.
    MOST,
    /// Milliseconds that a virtual thread which only waits came back late.
    TIMER_P50,
    TIMER_P99,
    /// Milliseconds from starting an attempt's thread until it ran.
    START_P99,
    /// Milliseconds that the generator was late.
    LAG_P99,
    LAG_LONGEST,
    /// Seconds until all was well again; infinity if it never was.
    RECOVERY;

    /// The heading in the raw results.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
