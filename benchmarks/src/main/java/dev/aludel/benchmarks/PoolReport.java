package dev.aludel.benchmarks;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/// The page of the cycles: a table for each kind and number of threads, with ratio and spread.
record PoolReport(String command, Collection<RunResult> results) {
    /// Makes JMH call from virtual threads.
    static final String VIRTUAL = "-Djmh.executor=VIRTUAL";

    /// Joins the forks of each pool.
    PoolReport {
        results = results.stream()
                .collect(Collectors.groupingBy(
                        result -> List.of(title(result), peer(result)), LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(PoolReport::joined)
                .sorted(Comparator.comparing(PoolReport::peer)) // stable: the benchmarks stay in their order
                .toList();
    }

    private static RunResult joined(List<RunResult> forks) {
        return new RunResult(
                forks.getFirst().getParams(),
                forks.stream()
                        .flatMap(fork -> fork.getBenchmarkResults().stream())
                        .toList());
    }

    String text() {
        return """
                # Check out and in, pool of 32, nobody waits

                %s
                %s""".formatted(
                        Machine.head(command),
                        results.stream()
                                .map(PoolReport::title)
                                .distinct()
                                .map(this::table)
                                .collect(Collectors.joining("\n")));
    }

    /// The plot beside the tables.
    String plots() {
        Chart chart = new Chart();
        results.stream()
                .map(PoolReport::title)
                .distinct()
                .forEach(title -> chart.bars(
                        title + ": cycles/us",
                        results.stream()
                                .filter(result -> title(result).equals(title))
                                .map(PoolReport::bar)
                                .toList()));
        return chart.svg();
    }

    private static Chart.Bar bar(RunResult result) {
        Statistics cycles = result.getPrimaryResult().getStatistics();
        return new Chart.Bar(peer(result).toString(), cycles.getMean(), cycles.getMin(), cycles.getMax());
    }

    private String table(String title) {
        List<RunResult> rows =
                results.stream().filter(result -> title(result).equals(title)).toList();
        double hikari = rows.stream()
                .filter(row -> peer(row) == Peer.HIKARI)
                .mapToDouble(row -> row.getPrimaryResult().getScore())
                .findFirst()
                .orElse(Double.NaN);
        return """
                ## %s

                | pool | cycles/us | +/- 99.9 %% | min .. max of the iterations | of each fork | x HikariCP | B/cycle |
                |---|---|---|---|---|---|---|
                %s
                """.formatted(title, rows.stream().map(row -> row(row, hikari)).collect(Collectors.joining("\n")));
    }

    private static String row(RunResult result, double hikari) {
        Statistics cycles = result.getPrimaryResult().getStatistics();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f .. %.2f | %s | %.2f | %.0f |",
                peer(result),
                cycles.getMean(),
                cycles.getMeanErrorAt(0.999),
                cycles.getMin(),
                cycles.getMax(),
                forks(result),
                cycles.getMean() / hikari,
                Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                        .getScore());
    }

    private static String forks(RunResult result) {
        return result.getBenchmarkResults().stream()
                .map(fork -> String.format(
                        Locale.ROOT, "%.1f", fork.getPrimaryResult().getScore()))
                .collect(Collectors.joining(", "));
    }

    private static String title(RunResult result) {
        boolean virtual = result.getParams().getJvmArgs().contains(VIRTUAL);
        boolean statement = result.getParams().getBenchmark().endsWith(".statement");
        return "%s, %d %sthreads"
                .formatted(
                        statement ? "With a statement" : "Bare",
                        result.getParams().getThreads(),
                        virtual ? "virtual " : "");
    }

    private static Peer peer(RunResult result) {
        return Peer.valueOf(result.getParams().getParam("peer"));
    }
}
