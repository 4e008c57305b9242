package dev.aludel.benchmarks;

import dev.aludel.servers.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bench goodput`: how many requests are answered in time when more is asked of a database than it can give.
@Command(
        name = "goodput",
        description =
                "Asks more of a PostgreSQL than it can give, through Aludel, HikariCP and Agroal, and counts who is"
                        + " answered in time.",
        mixinStandardHelpOptions = true)
final class GoodputBench implements Callable<Integer> {
    /// Whether clients try again.
    enum Part {
        NO_RETRIES,
        /// Up to three times, at once, each with half a second anew.
        RETRIES;

        /// Returns how often a request is attempted at most.
        int attempts() {
            return this == RETRIES ? 4 : 1;
        }

        List<Double> loads() {
            return this == RETRIES ? List.of(0.8, 1.2, 2.0, 5.0, 10.0) : List.of(0.5, 0.8, 1.0, 1.2, 2.0, 5.0, 10.0);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What a JVM needs in which hundreds of thousands of callers wait for half a minute.
    static final List<String> HEAP = List.of("-Xms1g", "-Xmx3g");

    @Spec
    @SuppressWarnings("NullAway") // picocli sets it first
    private CommandSpec spec;

    @Option(names = "--short", description = "a smoke run: two loads of 4 s each")
    private boolean brief;

    @Option(
            names = "--minutes",
            description = "only the long run: so many minutes at 0.8 times the capacity, in which nobody is to be"
                    + " refused")
    private @Nullable Integer minutes;

    @Option(names = "--seconds", description = "of each load, with retries 4 or more (default: 10, with --short 4)")
    private @Nullable Integer seconds;

    @Option(
            names = "--only",
            split = ",",
            converter = PartName.class,
            paramLabel = "PART",
            description = "no-retries, retries (default: both)")
    private List<Part> only = List.of(Part.values());

    @Option(
            names = "--contenders",
            split = ",",
            converter = ContenderName.class,
            paramLabel = "CONTENDER",
            description = "aludel-deadlines, aludel-30s, aludel-500ms, hikari-30s, hikari-500ms, hikari-250ms,"
                    + " agroal-500ms (default: all; with --minutes the first)")
    private @Nullable List<Contender> contenders;

    @Option(
            names = "--loads",
            split = ",",
            paramLabel = "TIMES",
            description = "as multiples of the capacity (default: 0.5, 0.8, 1, 1.2, 2, 5, 10; with retries without 0.5"
                    + " and 1)")
    private @Nullable List<Double> loads;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "of arrivals, work and the order of the contenders (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--results",
            description = "a folder for the report, the raw results and the plots; made if it does not exist")
    private @Nullable Path results;

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        check();
        if (results != null) {
            makeFolder(results);
        }
        try (Postgres server = Postgres.start()) {
            measure(server.jdbcUrl("postgres"));
        }
        return 0;
    }

    private void check() {
        if (minutes != null && minutes < 1) {
            throw refused("--minutes must be 1 or more, but was " + minutes);
        }
        int least = parts().contains(Part.RETRIES) ? 4 : 1;
        if (length().compareTo(Duration.ofSeconds(least)) < 0) {
            throw refused("--seconds must be " + least + " or more, but was " + seconds
                    + ": with its retries a request takes up to 2 s, without half a second");
        }
        if (minutes != null && (brief || seconds != null || loads != null)) {
            throw refused("--minutes is one load of that length: leave --short, --seconds and --loads away");
        }
        if (loads().stream().anyMatch(load -> load <= 0)) {
            throw refused("--loads must be more than 0, but were " + loads);
        }
    }

    private ParameterException refused(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw refused("Invalid value for option '--results': '" + folder + "' cannot be made a folder (" + e + ")");
        }
    }

    private void measure(String url) throws SQLException, IOException, InterruptedException {
        Duration time = shorter(length(), Duration.ofSeconds(10));
        RawCapacity raw = new RawCapacity(url, time.dividedBy(10), time);
        double capacity = raw.measure(seed);
        GoodputReport report = new GoodputReport(command(), ServerFacts.of(url), capacity, Double.NaN, seed, length());
        List<Trial> trials = trials(url, capacity);
        System.err.printf("capacity %.0f/s; the rest takes about %d minutes%n", capacity, minutes(trials));
        for (Trial trial : trials) {
            GoodputRun run = trial.run();
            System.err.printf("%s, %s %s%n", trial.contender, trial.part, run.failure());
            report = report.with(run);
            save(report);
        }
        report = report.capacityAfter(raw.measure(seed));
        save(report);
        System.out.print(report.text());
    }

    private List<Trial> trials(String url, double capacity) {
        Random random = new Random(seed);
        List<Trial> all = new ArrayList<>();
        for (Part part : parts()) {
            List<Contender> order = new ArrayList<>(contenders());
            Collections.shuffle(order, random);
            for (Contender contender : order) {
                all.add(new Trial(contender, part, plan(part, url, capacity)));
            }
        }
        return all;
    }

    private GoodputPlan plan(Part part, String url, double capacity) {
        List<Double> chosen = loads().isEmpty() ? part.loads() : loads();
        return new GoodputPlan(url, capacity, seed, part.attempts(), length(), chosen, minutes == null);
    }

    private static long minutes(List<Trial> trials) {
        return trials.stream()
                .map(trial -> trial.plan.estimate())
                .reduce(Duration.ZERO, Duration::plus)
                .plusMinutes(1)
                .toMinutes();
    }

    private Duration length() {
        if (minutes != null) {
            return Duration.ofMinutes(minutes);
        }
        return Duration.ofSeconds(seconds != null ? seconds : brief ? 4 : 10);
    }

    /// Returns what was asked for; empty if the part's own are to be played.
    private List<Double> loads() {
        if (loads != null) {
            return loads.stream().distinct().sorted().toList(); // the way back follows the highest
        }
        return minutes != null ? List.of(GoodputPlan.BACK) : brief ? List.of(GoodputPlan.BACK, 10.0) : List.of();
    }

    private List<Part> parts() {
        return minutes != null ? List.of(Part.NO_RETRIES) : only;
    }

    private List<Contender> contenders() {
        if (contenders != null) {
            return contenders;
        }
        return minutes != null ? List.of(Contender.ALUDEL_DEADLINES) : List.of(Contender.values());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// Saves after each contender: what was measured before a run is stopped is not lost.
    private void save(GoodputReport report) {
        if (results == null) {
            return;
        }
        String name = minutes == null ? "goodput" : "goodput-long";
        try {
            Files.writeString(results.resolve(name + ".md"), report.text());
            Files.writeString(results.resolve(name + ".tsv"), report.raw());
            Files.writeString(results.resolve(name + ".svg"), report.plots());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String command() {
        return "./aludel bench goodput" + (brief ? " --short" : "")
                + (minutes == null ? "" : " --minutes " + minutes)
                + (seconds == null ? "" : " --seconds " + seconds)
                + (loads == null ? "" : " --loads " + names(loads()))
                + " --only " + names(parts()) + " --contenders " + names(contenders()) + " --seed " + seed;
    }

    private static String names(List<?> list) {
        return list.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /// One contender in a JVM of its own, so that none runs in code that was compiled for another's calls, and none
    /// pays for callers that another left behind.
    private record Trial(Contender contender, Part part, GoodputPlan plan) {
        GoodputRun run() throws IOException, InterruptedException {
            Path file = Files.createTempFile("aludel-bench", ".goodput");
            try {
                List<String> words = new ArrayList<>(List.of(file.toString(), contender.name()));
                words.addAll(plan.words());
                Duration limit = plan.estimate().multipliedBy(2).plusMinutes(1);
                String failure = new OwnJvm(HEAP, List.of(), limit).run(GoodputTrial.class, words);
                List<StepResult> steps =
                        Files.readAllLines(file).stream().map(StepResult::parse).toList();
                return new GoodputRun(contender, part.attempts(), steps, failure);
            } finally {
                Files.delete(file);
            }
        }
    }

    /// Reads a part by its name.
    private static final class PartName implements ITypeConverter<Part> {
        @Override
        public Part convert(String name) {
            return PoolBench.named(Part.values(), name);
        }
    }

    /// Reads a contender by its name.
    private static final class ContenderName implements ITypeConverter<Contender> {
        @Override
        public Contender convert(String name) {
            return PoolBench.named(Contender.values(), name);
        }
    }
}
