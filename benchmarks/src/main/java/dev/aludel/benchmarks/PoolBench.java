package dev.aludel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bench pool`: check out and in, Aludel beside HikariCP and Agroal.
@Command(
        name = "pool",
        description = "Checks connections out and in, beside HikariCP and Agroal.",
        mixinStandardHelpOptions = true)
final class PoolBench implements Callable<Integer> {
    private static final int[] THREADS = {2, 32};

    @Option(names = "--quick", description = "the short form, about 4 minutes: iterations of 1 s instead of 3 s")
    private boolean quick;

    @Option(names = "--forks", defaultValue = "5", description = "JVMs for each row (default: ${DEFAULT-VALUE})")
    private int forks;

    @Option(names = "--results", description = "a folder for the report and JMH's raw results; it must exist")
    private @org.jspecify.annotations.Nullable Path results;

    @Override
    public Integer call() throws RunnerException, IOException {
        List<RunResult> all = new ArrayList<>();
        for (int threads : THREADS) {
            all.addAll(new Runner(options(threads)).run());
        }
        String report = new PoolReport(command(), all).text();
        System.out.println();
        System.out.print(report);
        if (results != null) {
            save(results, report, all);
        }
        return 0;
    }

    private Options options(int threads) {
        TimeValue time = TimeValue.seconds(quick ? 1 : 3);
        return new OptionsBuilder()
                .include(CycleBenchmark.class.getSimpleName())
                .forks(forks)
                .threads(threads)
                .warmupIterations(2)
                .warmupTime(time)
                .measurementIterations(3)
                .measurementTime(time)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-Xmx1g")
                .build();
    }

    private String command() {
        return "./aludel bench pool" + (quick ? " --quick" : "") + " --forks " + forks;
    }

    private static void save(Path folder, String report, Collection<RunResult> all) throws IOException {
        Files.writeString(folder.resolve("pool.md"), report);
        try (PrintStream raw = new PrintStream(folder.resolve("pool.json").toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, raw).writeOut(all);
        }
    }
}
