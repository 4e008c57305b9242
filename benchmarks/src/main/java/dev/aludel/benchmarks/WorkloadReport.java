package dev.aludel.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// The page of one kind of workload: a table for each case, a row for each peer; and its raw results.
record WorkloadReport(String heading, String command, List<Run> runs) {
    private static final List<Column> WAITS = List.of(
            new Column("wait p50 ms", group -> number(group.median("wait p50 ms"))),
            new Column("p99", group -> number(group.median("wait p99 ms"))),
            new Column("p999", group -> number(group.median("wait p999 ms"))),
            new Column("longest", group -> number(group.most("wait max ms"))));

    private static final List<Column> CONTENTION = join(
            List.of(
                    new Column("trips/s", group -> "%.0f".formatted(group.median("trips/s"))),
                    new Column("min .. max", group -> range(group, "trips/s", "%.0f")),
                    new Column("x HikariCP", group -> "%.2f".formatted(group.median("trips/s") / group.hikari()))),
            WAITS,
            List.of(
                    new Column("longest / FIFO ideal", WorkloadReport::ideal),
                    new Column("Jain, lowest", group -> "%.3f".formatted(group.least("Jain"))),
                    new Column("no trip, most", group -> "%.0f".formatted(group.most("no trip"))),
                    new Column("CPU ms/1,000 trips", group -> number(group.median("CPU ms/1000 trips"))),
                    new Column("min .. max", group -> range(group, "CPU ms/1000 trips", "%.1f")),
                    new Column("JIT", group -> number(group.median("JIT ms/1000 trips"))),
                    new Column("errors", group -> "%.0f".formatted(group.most("errors")))));

    private static final List<Column> BURST = join(
            List.of(
                    new Column("all served ms", group -> number(group.median("all served ms"))),
                    new Column("min .. max", group -> range(group, "all served ms", "%.1f"))),
            WAITS,
            List.of(
                    new Column("connects", group -> number(group.median("connects"))),
                    new Column("errors", group -> "%.0f".formatted(group.most("errors")))));

    private static final List<Column> DOWN = join(
            List.of(),
            WAITS,
            List.of(
                    new Column("connects tried", group -> number(group.median("connects"))),
                    new Column(
                            "errors that name the refusal", group -> "%.0f %%".formatted(100 * group.least("named")))));

    WorkloadReport {
        runs = List.copyOf(runs);
    }

    String text() {
        int repetitions = runs.stream().mapToInt(Run::repetition).max().orElse(0);
        return """
                # %s

                %s
                Repetitions: %d, each in a JVM of its own, in shuffled order. Figures are medians of them; the longest wait,
                the lowest Jain index and the most callers without a trip are of all.

                %s
                """.formatted(
                        heading,
                        Machine.head(command).stripTrailing(),
                        repetitions,
                        workloads().stream().map(this::table).collect(Collectors.joining("\n\n")));
    }

    /// The plots beside the tables: throughput with its range where there is one, and the waits.
    String plots() {
        Chart chart = new Chart();
        for (Workload workload : workloads()) {
            List<Group> groups = groups(workload).stream()
                    .filter(group -> !group.good().isEmpty())
                    .toList();
            if (workload instanceof Contention) {
                chart.bars(
                        workload.title() + ": trips/s",
                        groups.stream().map(Group::bar).toList());
            }
            chart.marks(
                    workload.title() + ": wait in ms",
                    List.of("p50", "p99", "p999", "longest"),
                    groups.stream().map(Group::marks).toList());
        }
        return chart.svg();
    }

    private List<Workload> workloads() {
        return runs.stream()
                .map(Run::workload)
                .distinct()
                .sorted(Comparator.comparing(WorkloadReport::order))
                .toList();
    }

    private static String order(Workload workload) {
        return switch (workload) {
            case Contention contention ->
                "%s %s %07d"
                        .formatted(
                                contention.virtual() ? "a" : "b",
                                contention.hold().isZero() ? "b" : "a",
                                contention.callers());
            case Burst burst -> burst.title();
            case Down down -> down.title();
        };
    }

    private String table(Workload workload) {
        List<Column> columns = switch (workload) {
            case Contention contention -> CONTENTION;
            case Burst burst -> BURST;
            case Down down -> DOWN;
        };
        return "## %s\n\n| pool | %s |\n|%s\n%s"
                .formatted(
                        workload.title(),
                        columns.stream().map(Column::title).collect(Collectors.joining(" | ")),
                        "---|".repeat(columns.size() + 1),
                        groups(workload).stream()
                                .map(group -> row(group, columns))
                                .collect(Collectors.joining("\n")));
    }

    private static String row(Group group, List<Column> columns) {
        String failures = group.failures();
        if (group.good().isEmpty()) {
            return "| %s | %s |".formatted(group.peer(), failures + " |".repeat(columns.size() - 1));
        }
        return "| %s%s | %s |"
                .formatted(
                        group.peer(),
                        failures.isEmpty() ? "" : " (" + failures + ")",
                        columns.stream().map(column -> column.cell().of(group)).collect(Collectors.joining(" | ")));
    }

    private List<Group> groups(Workload workload) {
        List<Run> all =
                runs.stream().filter(run -> run.workload().equals(workload)).toList();
        return all.stream()
                .map(Run::peer)
                .distinct()
                .sorted()
                .map(peer -> new Group(peer, all))
                .toList();
    }

    /// The longest wait beside that of a queue in order of arrival at the same throughput.
    private static String ideal(Group group) {
        Contention contention = (Contention) group.all().getFirst().workload();
        double ideal = 1000.0 * (contention.callers() - Contention.CONNECTIONS) / group.median("trips/s");
        return contention.hold().isZero() ? "-" : "%.2f".formatted(group.most("wait max ms") / ideal);
    }

    private static String range(Group group, String figure, String format) {
        return (format + " .. " + format).formatted(group.least(figure), group.most(figure));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }

    /// The raw results: every figure of every run.
    String json() {
        return """
                {"command": %s, "cores": %d, "jdk": %s,
                 "runs": [
                %s
                ]}
                """.formatted(
                        quoted(command),
                        Runtime.getRuntime().availableProcessors(),
                        quoted(System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version")),
                        runs.stream().map(WorkloadReport::json).collect(Collectors.joining(",\n")));
    }

    private static String json(Run run) {
        String figures = new TreeMap<>(run.figures())
                .entrySet().stream()
                        .map(figure -> quoted(figure.getKey()) + ": "
                                + (Double.isFinite(figure.getValue()) ? figure.getValue() : "null"))
                        .collect(Collectors.joining(", "));
        return "  {\"peer\": %s, \"case\": %s, \"repetition\": %d, \"failure\": %s, \"figures\": {%s}}"
                .formatted(
                        quoted(run.peer().toString()),
                        quoted(run.workload().title()),
                        run.repetition(),
                        quoted(run.failure()),
                        figures);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cc}", " ") + '"';
    }

    private static List<Column> join(List<Column> before, List<Column> waits, List<Column> after) {
        return Stream.of(before, waits, after).flatMap(List::stream).toList();
    }

    private record Column(String title, Cell cell) {}

    /// Writes one cell.
    private interface Cell {
        String of(Group group);
    }

    /// The repetitions of one peer, among all runs of the same workload.
    private record Group(Peer peer, List<Run> all) {
        List<Run> good() {
            return good(peer);
        }

        private List<Run> good(Peer which) {
            return all.stream()
                    .filter(run -> run.peer() == which && run.failure().isEmpty())
                    .toList();
        }

        String failures() {
            return all.stream()
                    .filter(run -> run.peer() == peer)
                    .map(Run::failure)
                    .filter(failure -> !failure.isEmpty())
                    .collect(Collectors.joining("; "));
        }

        Chart.Bar bar() {
            return new Chart.Bar(peer.toString(), median("trips/s"), least("trips/s"), most("trips/s"));
        }

        Chart.Marks marks() {
            return new Chart.Marks(
                    peer.toString(),
                    List.of(median("wait p50 ms"), median("wait p99 ms"), median("wait p999 ms"), most("wait max ms")));
        }

        double hikari() {
            return median(Peer.HIKARI, "trips/s");
        }

        double median(String figure) {
            return median(peer, figure);
        }

        private double median(Peer which, String figure) {
            double[] sorted = values(which, figure).sorted().toArray();
            int half = sorted.length / 2;
            return sorted.length == 0
                    ? Double.NaN
                    : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }

        double least(String figure) {
            return values(peer, figure).min().orElse(Double.NaN);
        }

        double most(String figure) {
            return values(peer, figure).max().orElse(Double.NaN);
        }

        private DoubleStream values(Peer which, String figure) {
            return good(which).stream().mapToDouble(run -> run.figures().getOrDefault(figure, Double.NaN));
        }
    }
}
