package dev.aludel.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/// The page that `bench pool` prints: a table for each number of threads, with ratio and spread.
record PoolReport(String command, Collection<RunResult> results) {
    PoolReport {
        results = List.copyOf(results);
    }

    String text() {
        String tables = results.stream()
                .map(PoolReport::threads)
                .distinct()
                .map(this::table)
                .collect(Collectors.joining("\n"));
        return """
                # Check out and in, pool of 32, nobody waits

                Command: `%s`
                Machine: %d cores, %s %s; JDK: %s %s

                %s""".formatted(
                        command,
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.vendor"),
                        System.getProperty("java.vm.version"),
                        tables);
    }

    private String table(int threads) {
        List<RunResult> rows =
                results.stream().filter(result -> threads(result) == threads).toList();
        double hikari = rows.stream()
                .filter(row -> peer(row).equals("HIKARI"))
                .mapToDouble(row -> row.getPrimaryResult().getScore())
                .findFirst()
                .orElse(Double.NaN);
        return """
                ## %d threads

                | pool | cycles/us | +/- 99.9 %% | min .. max of the iterations | x HikariCP | B/cycle |
                |---|---|---|---|---|---|
                %s
                """.formatted(threads, rows.stream().map(row -> row(row, hikari)).collect(Collectors.joining("\n")));
    }

    private static String row(RunResult result, double hikari) {
        Statistics cycles = result.getPrimaryResult().getStatistics();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f .. %.2f | %.2f | %.0f |",
                peer(result).toLowerCase(Locale.ROOT),
                cycles.getMean(),
                cycles.getMeanErrorAt(0.999),
                cycles.getMin(),
                cycles.getMax(),
                cycles.getMean() / hikari,
                Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                        .getScore());
    }

    private static int threads(RunResult result) {
        return result.getParams().getThreads();
    }

    private static String peer(RunResult result) {
        return result.getParams().getParam("peer");
    }
}
