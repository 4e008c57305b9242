package dev.aludel.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The steps that one contender goes through, as a value that can be written on the command line of another JVM.
///
/// @param url      of the database, for JDBC
/// @param capacity what the database can do, in requests a second
/// @param attempts of each request, at most
/// @param length   of each step
/// @param loads    as multiples of the capacity, in this order
/// @param back     whether a step back to [#BACK] follows the last
record GoodputPlan(
        String url, double capacity, long seed, int attempts, Duration length, List<Double> loads, boolean back) {
    /// The load that a pool is to be well with again.
    static final double BACK = 0.8;

    private static final Duration SLACK = Duration.ofMillis(100);
    private static final Duration WARM = Duration.ofSeconds(3);

    GoodputPlan {
        loads = List.copyOf(loads);
    }

    /// Returns the steps before those that are measured: with a queue and without, so that all code has run.
    List<LoadStep> warmUp() {
        Duration half = min(length, WARM).dividedBy(2);
        return List.of(LoadStep.of(0.5, half, Duration.ZERO), LoadStep.of(2, half, Duration.ZERO));
    }

    List<LoadStep> steps() {
        List<LoadStep> steps = new ArrayList<>();
        for (double load : loads) {
            steps.add(LoadStep.of(load, length, leadOut(attempts)));
        }
        if (back) {
            steps.add(LoadStep.backTo(BACK, length, leadOut(attempts)));
        }
        return steps;
    }

    /// Returns how long a request may take with so many attempts, and a little.
    static Duration leadOut(int attempts) {
        return OpenLoad.DEADLINE.multipliedBy(attempts).plus(SLACK);
    }

    /// Returns about how long it takes; the rest are the JVM's start and the pauses between the steps.
    Duration estimate() {
        return WARM.plus(length.multipliedBy(steps().size())).plusSeconds(2);
    }

    List<String> words() {
        return List.of(
                url,
                Double.toString(capacity),
                Long.toString(seed),
                Integer.toString(attempts),
                length.toString(),
                loads.stream().map(String::valueOf).collect(Collectors.joining(",")),
                Boolean.toString(back));
    }

    static GoodputPlan parse(List<String> words) {
        return new GoodputPlan(
                words.get(0),
                Double.parseDouble(words.get(1)),
                Long.parseLong(words.get(2)),
                Integer.parseInt(words.get(3)),
                Duration.parse(words.get(4)),
                Arrays.stream(words.get(5).split(",")).map(Double::valueOf).toList(),
                Boolean.parseBoolean(words.get(6)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
