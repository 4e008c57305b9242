package dev.aludel.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The page of the open load: tables of contenders by load, and its raw results and plots.
///
/// @param before requests a second that the database can do, measured before all; loads and goodput are told by it
/// @param after  the same after all, NaN until then
record GoodputReport(
        String command,
        ServerFacts server,
        double before,
        double after,
        long seed,
        Duration length,
        List<GoodputRun> runs) {
    GoodputReport {
        runs = runs.stream()
                .sorted(Comparator.comparing(GoodputRun::retries).thenComparing(GoodputRun::contender))
                .toList();
    }

    GoodputReport(String command, ServerFacts server, double before, double after, long seed, Duration length) {
        this(command, server, before, after, seed, length, List.of());
    }

    GoodputReport with(GoodputRun run) {
        List<GoodputRun> all = new ArrayList<>(runs);
        all.add(run);
        return new GoodputReport(command, server, before, after, seed, length, all);
    }

    GoodputReport capacityAfter(double measured) {
        return new GoodputReport(command, server, before, measured, seed, length, runs);
    }

    String text() {
        return """
                # Goodput under overload

                %s
                Server: PostgreSQL %s on the same machine, fsync %s, synchronous_commit %s (the statement writes nothing)
                Capacity: %s/s in raw JDBC without a pool, %d callers one statement after another (after all: %s/s)
                Load: Poisson arrivals and `select pg_sleep(?)`, exponential with a mean of %.0f ms, seed %d
                Each load: %d s, whose first tenth does not count, nor its last %d ms, with retries %d ms
                An answer counts within %d ms of when its request was due. One run, each contender in a JVM of its own.
                %s%s""".formatted(
                Machine.head(command, GoodputBench.HEAP).stripTrailing(),
                server.version(),
                server.fsync(),
                server.synchronousCommit(),
                GoodputSection.whole(before),
                OpenLoad.CONNECTIONS,
                GoodputSection.whole(after),
                OpenLoad.MEAN_WORK * 1000,
                seed,
                length.toSeconds(),
                GoodputPlan.leadOut(GoodputBench.Part.NO_RETRIES.attempts()).toMillis(),
                GoodputPlan.leadOut(GoodputBench.Part.RETRIES.attempts()).toMillis(),
                OpenLoad.DEADLINE.toMillis(),
                GoodputSection.of(false, before, runs).text(),
                GoodputSection.of(true, before, runs).text());
    }

    /// The raw results.
    String raw() {
        return "# %s\n# %s; PostgreSQL %s, fsync %s, synchronous_commit %s\n# capacity %s/s, after all %s/s; seed %d\n"
                        .formatted(
                                command,
                                Machine.words(GoodputBench.HEAP),
                                server.version(),
                                server.fsync(),
                                server.synchronousCommit(),
                                before,
                                after,
                                seed)
                + "contender\tattempts\tfailure\t" + StepResult.HEADING + "\n"
                + runs.stream().flatMap(GoodputReport::lines).collect(Collectors.joining());
    }

    private static Stream<String> lines(GoodputRun run) {
        String begin = run.contender() + "\t" + run.attempts() + "\t" + run.failure() + "\t";
        return run.steps().isEmpty()
                ? Stream.of(begin + "\n")
                : run.steps().stream().map(step -> begin + step.line() + "\n");
    }

    /// The plots beside the tables.
    String plots() {
        return new GoodputPlots(before, runs).svg();
    }
}
