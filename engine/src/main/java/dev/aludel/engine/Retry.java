package dev.aludel.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// When a unit of work is run again, and how often.
///
/// ```java
/// engine.retrying(Retry.atMost(5)).run(connection -> …);
/// ```
///
/// It is run again after [TransactionRolledBack]: nothing of it was kept. It is not after [ConnectionLost] and
/// [CommitOutcomeUnknown], unless [#idempotent] says that running it twice does no more than running it once.
///
/// @param runs       how often it is run at most, in all; 1 or more
/// @param pause      how long to wait before the second run, at most: half of it at least, at random, and for each
///     further run twice as long
/// @param idempotent whether it may take effect twice
public record Retry(int runs, Duration pause, boolean idempotent) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if there is not even one run, or the pause is negative or above a minute
    public Retry {
        if (runs < 1) throw new IllegalArgumentException("runs must be 1 or more, but was " + runs);
        if (pause.isNegative() || pause.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("pause must be between 0 and 1 minute, but was " + pause);
        }
    }

    /// Runs it so often at most, with a first pause of 20 ms, and says nothing about its being idempotent.
    public static Retry atMost(int runs) {
        return new Retry(runs, Duration.ofMillis(20), false);
    }

    /// Returns the same with another first pause.
    public Retry pause(Duration value) {
        return new Retry(runs, value, idempotent);
    }

    /// Returns the same for a unit of work that may take effect twice.
    public Retry declaredIdempotent() {
        return new Retry(runs, pause, true);
    }

    boolean repeats(DatabaseException failure) {
        return switch (failure) {
            case TransactionRolledBack _ -> true;
            case ConnectionLost _, CommitOutcomeUnknown _ -> idempotent;
            default -> false;
        };
    }

    /// Returns the nanoseconds before a run, 2 for the second.
    long before(int run) {
        long most = Math.min(LONGEST.toNanos(), pause.toNanos() << Math.min(run - 2, 10));
        return most == 0 ? 0 : most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }
}
