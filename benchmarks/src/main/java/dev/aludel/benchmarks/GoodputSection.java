package dev.aludel.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The half of [GoodputReport] with retries, or that without: tables with a row for each contender and a column for
/// each load.
record GoodputSection(boolean retries, double capacity, List<GoodputRun> rows, String failures) {
    /// A step whose generator was later than that with one request in a hundred is marked.
    private static final double LAGGED = 5;

    static GoodputSection of(boolean retries, double capacity, List<GoodputRun> runs) {
        List<GoodputRun> mine =
                runs.stream().filter(run -> run.retries() == retries).toList();
        return new GoodputSection(
                retries,
                capacity,
                mine.stream().filter(run -> run.failure().isEmpty()).toList(),
                mine.stream()
                        .filter(run -> !run.failure().isEmpty())
                        .map(run -> run.contender() + " " + run.failure())
                        .collect(Collectors.joining("\n\n")));
    }

    /// Returns nothing if none of it was measured.
    String text() {
        if (rows.isEmpty() && failures.isEmpty()) {
            return "";
        }
        return Stream.concat(Stream.of("## " + title(), failures), rows.isEmpty() ? Stream.of() : tables().stream())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n\n", "\n", "\n"));
    }

    private String title() {
        return retries
                ? "Clients try again: up to 3 times, at once, each time with %d ms anew"
                        .formatted(OpenLoad.DEADLINE.toMillis())
                : "Without retries";
    }

    private List<String> tables() {
        List<String> tables = new ArrayList<>();
        tables.add(table("Goodput, % of the capacity", this::goodput));
        tables.add(generator());
        tables.add(recovery());
        tables.add(table("Answers, p50 / p99 in ms from when they were due", this::answers));
        tables.add(table("Refused after, p50 / p99 in ms (a thread that only parks: late by, p99)", this::refusals));
        tables.add(table("Not answered in time: refused, too late, still waiting, failed", this::lost));
        if (retries) {
            tables.add(table("Attempts for each request", step -> two(step, Figure.ATTEMPTS)));
        }
        tables.add(table("At once under way, at most", step -> whole(step.figure(Figure.MOST))));
        tables.add(table("CPU of the callers' JVM, cores", step -> two(step, Figure.CPU)));
        tables.add(falseRefusals());
        tables.add(goals());
        return tables;
    }

    private List<String> loads() {
        Set<String> loads = new LinkedHashSet<>();
        rows.forEach(row -> row.steps().forEach(step -> loads.add(step.load())));
        return List.copyOf(loads);
    }

    private String table(String title, Function<StepResult, String> cell) {
        List<String> loads = loads();
        return "### %s\n\n| times the capacity | %s |\n|%s\n%s"
                .formatted(
                        title,
                        String.join(" | ", loads),
                        "---|".repeat(loads.size() + 1),
                        rows.stream().map(row -> row(row, cell)).collect(Collectors.joining("\n")));
    }

    private static String row(GoodputRun run, Function<StepResult, String> cell) {
        return "| %s | %s |"
                .formatted(run.contender(), run.steps().stream().map(cell).collect(Collectors.joining(" | ")));
    }

    private String goodput(StepResult step) {
        return whole(share(step)) + (step.figure(Figure.LAG_P99) > LAGGED ? " *" : "");
    }

    private double share(StepResult step) {
        return 100 * step.figure(Figure.GOODPUT) / capacity;
    }

    private String answers(StepResult step) {
        return pair(step, Figure.ANSWER_P50, Figure.ANSWER_P99);
    }

    private String refusals(StepResult step) {
        return Double.isNaN(step.figure(Figure.REFUSAL_P50))
                ? "-"
                : pair(step, Figure.REFUSAL_P50, Figure.REFUSAL_P99) + " (" + time(step.figure(Figure.TIMER_P99)) + ")";
    }

    private String lost(StepResult step) {
        return Stream.of(Figure.REFUSED, Figure.LATE, Figure.WAITING, Figure.FAILED)
                .map(figure -> whole(step.figure(figure)))
                .collect(Collectors.joining(", "));
    }

    /// How late the generator was, in all steps.
    private String generator() {
        return ("The generator was late by %s ms with one request in a hundred in the worst step, and by %s ms at the"
                        + " longest; `*`: more than %.0f ms with one in a hundred.")
                .formatted(time(most(Figure.LAG_P99)), time(most(Figure.LAG_LONGEST)), LAGGED);
    }

    private double most(Figure figure) {
        return rows.stream()
                .flatMap(row -> row.steps().stream())
                .mapToDouble(step -> step.figure(figure))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(Double.NaN);
    }

    private String recovery() {
        List<String> lines = rows.stream()
                .flatMap(row -> row.steps().stream()
                        .filter(StepResult::isBack)
                        .map(step -> "| %s | %s |".formatted(row.contender(), recovered(step))))
                .toList();
        return lines.isEmpty()
                ? ""
                : "### Back to normal, after the highest load\n\n| | from then on 95 %% of each %d ms |\n|---|---|\n%s"
                        .formatted(Recovery.WINDOW.toMillis(), String.join("\n", lines));
    }

    private static String recovered(StepResult step) {
        double seconds = step.figure(Figure.RECOVERY);
        if (Double.isInfinite(seconds)) {
            return "not within " + step.looked() + " s";
        }
        return seconds == 0 ? "at once" : "after " + seconds + " s";
    }

    /// Nobody needs to be refused where less is asked than there is.
    private String falseRefusals() {
        return "Refused where no more than %s of the capacity is asked, lead-in of each load included: %s."
                .formatted(
                        GoodputPlan.BACK,
                        rows.stream()
                                .map(row -> row.contender() + " " + falselyRefused(row))
                                .collect(Collectors.joining(", ")));
    }

    private static String falselyRefused(GoodputRun run) {
        return run.steps().stream()
                .filter(step -> !step.isBack() && Double.parseDouble(step.load()) <= GoodputPlan.BACK)
                .map(step -> step.figure(Figure.REFUSED_IN_ALL))
                .reduce(Double::sum)
                .map(GoodputSection::whole)
                .orElse("-");
    }

    /// The goals are of callers with deadlines, of whom more is asked than there is.
    private String goals() {
        return rows.stream()
                .filter(row -> row.contender() == Contender.ALUDEL_DEADLINES
                        && highest(row).figure(Figure.OFFERED) > capacity)
                .map(this::goals)
                .collect(Collectors.joining());
    }

    private String goals(GoodputRun run) {
        StepResult highest = highest(run);
        return """
                ### The goals of %s

                | goal | measured |
                |---|---|
                | at %s times the capacity 95 %% of it or more | %s %% |
                | back to normal within 2 s | %s |
                | refusals: p99 at most 10 ms over a bare timer's, at each load | %s |
                | nobody refused at %s and below | %s |""".formatted(
                        run.contender(),
                        highest.load(),
                        whole(share(highest)),
                        run.steps().stream()
                                .filter(StepResult::isBack)
                                .map(GoodputSection::recovered)
                                .findFirst()
                                .orElse("-"),
                        worst(run),
                        GoodputPlan.BACK,
                        falselyRefused(run));
    }

    private static StepResult highest(GoodputRun run) {
        return run.steps().stream()
                .filter(step -> !step.isBack())
                .max(Comparator.comparingDouble(step -> step.figure(Figure.OFFERED)))
                .orElseThrow();
    }

    private static String worst(GoodputRun run) {
        return run.steps().stream()
                .map(step -> step.figure(Figure.REFUSAL_P99) - step.figure(Figure.TIMER_P99))
                .filter(over -> !Double.isNaN(over))
                .max(Comparator.naturalOrder())
                .map(over -> format("%.1f", over) + " ms over it in the worst")
                .orElse("-");
    }

    private static String pair(StepResult step, Figure one, Figure other) {
        return Double.isNaN(step.figure(one)) ? "-" : time(step.figure(one)) + " / " + time(step.figure(other));
    }

    private static String time(double millis) {
        return format(millis < 1 ? "%.3f" : millis < 10 ? "%.1f" : "%.0f", millis);
    }

    private static String two(StepResult step, Figure figure) {
        return format("%.2f", step.figure(figure));
    }

    static String whole(double value) {
        return format("%.0f", value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // no annotations of Error Prone on the class path
    private static String format(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }
}
