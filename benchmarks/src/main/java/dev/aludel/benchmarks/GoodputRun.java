package dev.aludel.benchmarks;

import java.util.List;

/// What was measured of one contender in one JVM, or what went wrong instead.
///
/// @param attempts of each request at most: 1 without retries
record GoodputRun(Contender contender, int attempts, List<StepResult> steps, String failure) {
    GoodputRun {
        steps = List.copyOf(steps);
    }

    boolean retries() {
        return attempts > 1;
    }
}
