package dev.aludel.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The plots beside the tables of [GoodputReport]: a line for each contender over the loads.
record GoodputPlots(double capacity, List<GoodputRun> runs) {
    GoodputPlots {
        runs = runs.stream().filter(run -> run.failure().isEmpty()).toList();
    }

    String svg() {
        Chart chart = new Chart();
        for (boolean retries : new boolean[] {false, true}) {
            List<GoodputRun> rows =
                    runs.stream().filter(run -> run.retries() == retries).toList();
            if (!rows.isEmpty()) {
                draw(chart, retries ? ", with retries" : "", rows);
            }
        }
        return chart.svg();
    }

    private void draw(Chart chart, String with, List<GoodputRun> rows) {
        chart.lines(
                "Goodput, % of the capacity" + with,
                loads(rows),
                lines(rows, step -> 100 * step.figure(Figure.GOODPUT) / capacity),
                Chart.Scale.PERCENT);
        times(chart, "Answers, p50 in ms" + with, rows, Figure.ANSWER_P50);
        times(chart, "Answers, p99 in ms" + with, rows, Figure.ANSWER_P99);
        times(chart, "Refused after, p50 in ms" + with, rows, Figure.REFUSAL_P50);
        times(chart, "Refused after, p99 in ms" + with, rows, Figure.REFUSAL_P99);
        List<Chart.Bar> bars = rows.stream()
                .flatMap(run -> run.steps().stream()
                        .filter(StepResult::isBack)
                        .map(step -> bar(run.contender().toString(), step)))
                .toList();
        if (!bars.isEmpty()) {
            chart.bars("Back to normal after s (over: not within them)" + with, bars);
        }
    }

    private static void times(Chart chart, String title, List<GoodputRun> rows, Figure figure) {
        chart.lines(title, loads(rows), lines(rows, step -> step.figure(figure)), Chart.Scale.POWERS);
    }

    private static List<String> loads(List<GoodputRun> rows) {
        return rows.stream()
                .flatMap(run -> ladder(run).map(StepResult::load))
                .distinct()
                .toList();
    }

    private static List<Chart.Marks> lines(List<GoodputRun> rows, ToDoubleFunction<StepResult> value) {
        return rows.stream()
                .map(run -> new Chart.Marks(
                        run.contender().toString(),
                        ladder(run).mapToDouble(value).boxed().toList()))
                .toList();
    }

    private static Stream<StepResult> ladder(GoodputRun run) {
        return run.steps().stream().filter(step -> !step.isBack());
    }

    private static Chart.Bar bar(String label, StepResult step) {
        double seconds = step.figure(Figure.RECOVERY);
        return Double.isInfinite(seconds)
                ? new Chart.Bar(label + ": over", step.looked(), step.looked(), step.looked())
                : new Chart.Bar(label, seconds, seconds, seconds);
    }
}
