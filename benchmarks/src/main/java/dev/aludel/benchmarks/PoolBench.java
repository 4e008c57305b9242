package dev.aludel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `bench pool`: what a pool costs when nobody waits, and what it does when many do, Aludel beside its peers.
@Command(
        name = "pool",
        description = "Measures the pool beside HikariCP, Agroal, DBCP2, Tomcat, Vibur and c3p0.",
        mixinStandardHelpOptions = true)
final class PoolBench implements Callable<Integer> {
    /// A part of the run.
    enum Part {
        CYCLE,
        CONTENTION,
        BURST,
        DOWN,
        PROFILE;

        /// What is measured unless something else is asked for.
        static final List<Part> USUAL = List.of(CYCLE, CONTENTION, BURST, DOWN);

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    @SuppressWarnings("NullAway") // picocli sets it first
    private CommandSpec spec;

    @Option(names = "--quick", description = "the short form, about half of the time")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            converter = PartName.class,
            paramLabel = "PART",
            description = "cycle, contention, burst, down, profile (default: all but profile, which shows where the"
                    + " time of a cycle goes)")
    private List<Part> only = Part.USUAL;

    @Option(
            names = "--peers",
            split = ",",
            converter = PeerName.class,
            paramLabel = "PEER",
            description =
                    "aludel, aludel-coarse (cycles only), hikari, agroal, agroal-uncached, dbcp2, tomcat, vibur, c3p0,"
                            + " fair-semaphore (contention only) (default: all)")
    private List<Peer> peers = List.of(Peer.values());

    /// Whom the goals of a cycle name: they are to be told apart.
    private static final Set<Peer> COMPARED = EnumSet.of(Peer.ALUDEL, Peer.ALUDEL_COARSE, Peer.HIKARI, Peer.AGROAL);

    @Option(
            names = "--forks",
            description = "JVMs for each row of the cycles (default: 5 for aludel, aludel-coarse, hikari and agroal,"
                    + " 2 for the others; with --quick 1)")
    private @Nullable Integer forks;

    @Option(names = "--repetitions", description = "JVMs for each row of the rest (default: 2, with --quick 1)")
    private @Nullable Integer repetitions;

    @Option(names = "--seed", defaultValue = "1", description = "of the order (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--prefix",
            split = " ",
            paramLabel = "WORDS",
            description = "put before the command of each JVM that is not JMH's, such as 'taskset -c 2,3'")
    private List<String> prefix = List.of();

    @Option(
            names = "--results",
            description = "a folder for the reports and the raw results; made if it does not exist")
    private @Nullable Path results;

    @Override
    public Integer call() throws RunnerException, IOException, InterruptedException {
        only.forEach(this::checkPeers);
        if (results != null) {
            makeFolder(results);
        }
        if (only.contains(Part.CYCLE)) {
            cycle();
        }
        if (only.contains(Part.PROFILE)) {
            profile();
        }
        if (only.contains(Part.CONTENTION)) {
            trials(
                    "contention",
                    "Contention: 20 connections, callers that ask again at once",
                    contention(),
                    peersOf(Part.CONTENTION));
        }
        if (only.contains(Part.BURST)) {
            trials("burst", "A burst on a cold pool of 20", List.of(new Burst(200, 3)), peersOf(Part.BURST));
        }
        if (only.contains(Part.DOWN)) {
            List<Workload> refused = List.of(new Down(20, Duration.ofSeconds(1)));
            trials("down", "The database is down", refused, peersOf(Part.DOWN));
        }
        return 0;
    }

    /// Before anything is measured, which takes minutes.
    private void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--results': '" + folder + "' cannot be made a folder (" + e + ")",
                    e);
        }
    }

    private List<Workload> contention() {
        List<Workload> cases = new ArrayList<>();
        for (int callers : new int[] {50, 200, 1_000, 10_000}) {
            cases.add(held(callers, true));
            cases.add(notHeld(callers, true));
        }
        cases.add(held(200, false));
        cases.add(notHeld(200, false));
        return cases;
    }

    /// With a hold of 1 ms the cores idle half of the time, and a pool is used 16,000 times a second only: some are
    /// still being compiled after two seconds.
    private static Contention held(int callers, boolean virtual) {
        return new Contention(callers, virtual, Duration.ofMillis(1), Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    private static Contention notHeld(int callers, boolean virtual) {
        return new Contention(callers, virtual, Duration.ZERO, Duration.ofMillis(500), Duration.ofMillis(750));
    }

    private void checkPeers(Part part) {
        if (peersOf(part).isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "none of the peers " + names(peers) + " is measured in the part " + part);
        }
    }

    private List<Peer> peersOf(Part part) {
        return switch (part) {
            case CYCLE, PROFILE -> without(Peer.FAIR_SEMAPHORE);
            case CONTENTION -> without(Peer.ALUDEL_COARSE); // who waits reads the clock
            case BURST, DOWN -> without(Peer.ALUDEL_COARSE, Peer.FAIR_SEMAPHORE);
        };
    }

    private List<Peer> without(Peer... left) {
        return peers.stream().filter(peer -> !List.of(left).contains(peer)).toList();
    }

    private void trials(String name, String heading, List<Workload> workloads, List<Peer> measured)
            throws IOException, InterruptedException {
        List<Run> runs = new ArrayList<>();
        int count = repetitions();
        new Trials(measured, workloads, count, seed, prefix).run(run -> {
            runs.add(run);
            System.err.printf(
                    "%s %d/%d: %s, %s %s%n",
                    name,
                    runs.size(),
                    count * workloads.size() * measured.size(),
                    run.peer(),
                    run.workload().title(),
                    run.failure());
            save(name, new WorkloadReport(heading, command(), runs));
        });
        System.out.println();
        System.out.print(new WorkloadReport(heading, command(), runs).text());
    }

    /// Saves after each run: the figures of a run that is stopped are not lost.
    private void save(String name, WorkloadReport report) {
        if (results == null) {
            return;
        }
        try {
            Files.writeString(results.resolve(name + ".md"), report.text());
            Files.writeString(results.resolve(name + ".json"), report.json());
            Files.writeString(results.resolve(name + ".svg"), report.plots());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void cycle() throws RunnerException, IOException {
        // as many virtual threads as carriers: JMH's begin an iteration by spinning until all of them run
        List<String> virtual = List.of(PoolReport.VIRTUAL, "-Djdk.virtualThreadScheduler.parallelism=2");
        List<RunResult> all = new ArrayList<>();
        Random random = new Random(seed);
        int fork = 1;
        for (List<Peer> pools = pools(fork); !pools.isEmpty(); pools = pools(++fork)) {
            Collections.shuffle(pools, random);
            for (ChainedOptionsBuilder options : List.of(
                    options("cycle", 2, List.of(), pools),
                    options("cycle", 32, List.of(), pools),
                    options("cycle", 2, virtual, pools),
                    options("statement", 2, List.of(), pools))) {
                all.addAll(new Runner(options.build()).run());
            }
        }
        PoolReport report = new PoolReport(command(), all);
        System.out.println();
        System.out.print(report.text());
        if (results != null) {
            save(results, report);
        }
    }

    private void profile() throws RunnerException, IOException {
        StringBuilder report = new StringBuilder("# Where the time of a cycle goes\n\n" + Machine.head(command()));
        for (int threads : new int[] {2, 32}) {
            for (Peer peer : peersOf(Part.PROFILE)) {
                report.append("\n## %s, %d threads\n\n".formatted(peer, threads));
                report.append(CycleProfile.table(words -> options("cycle", threads, words, List.of(peer))));
            }
        }
        System.out.println();
        System.out.print(report);
        if (results != null) {
            Files.writeString(results.resolve("profile.md"), report);
        }
    }

    private static ChainedOptionsBuilder options(String benchmark, int threads, List<String> words, List<Peer> pools) {
        TimeValue time = TimeValue.milliseconds(500);
        return new OptionsBuilder()
                .include(CycleBenchmark.class.getSimpleName() + "." + benchmark + "$")
                .param("peer", pools.stream().map(Peer::name).toArray(String[]::new))
                .forks(1)
                .threads(threads)
                .warmupIterations(5) // after one second the JIT is still at work on some of the pools
                .warmupTime(time)
                .measurementIterations(3)
                .measurementTime(time)
                .shouldDoGC(true) // what a pool keeps is old then, as in a service; and the JIT gets some time
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(
                        Stream.concat(Machine.HEAP.stream(), words.stream()).toArray(String[]::new));
    }

    /// Returns the pools that have at least so many forks.
    private List<Peer> pools(int fork) {
        return peersOf(Part.CYCLE).stream()
                .filter(peer -> fork <= forks(peer))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private int forks(Peer peer) {
        if (forks != null) {
            return forks;
        }
        return quick ? 1 : COMPARED.contains(peer) ? 5 : 2;
    }

    private int repetitions() {
        return repetitions != null ? repetitions : quick ? 1 : 2;
    }

    private String command() {
        return "./aludel bench pool" + (quick ? " --quick" : "") + " --only " + names(only) + " --peers " + names(peers)
                + (forks == null ? "" : " --forks " + forks) + " --repetitions " + repetitions() + " --seed " + seed;
    }

    private static String names(List<?> list) {
        return list.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static void save(Path folder, PoolReport report) throws IOException {
        Files.writeString(folder.resolve("pool.md"), report.text());
        Files.writeString(folder.resolve("pool.svg"), report.plots());
        try (PrintStream raw = new PrintStream(folder.resolve("pool.json").toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, raw).writeOut(report.results());
        }
    }

    /// Returns the value of that name.
    static <T> T named(T[] all, String name) {
        return Stream.of(all)
                .filter(value -> value.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "must be one of " + names(List.of(all)) + ", but was '" + name + "'"));
    }

    /// Reads a part by its name.
    private static final class PartName implements ITypeConverter<Part> {
        @Override
        public Part convert(String name) {
            return named(Part.values(), name);
        }
    }

    /// Reads a peer by its name.
    private static final class PeerName implements ITypeConverter<Peer> {
        @Override
        public Peer convert(String name) {
            return named(Peer.values(), name);
        }
    }
}
