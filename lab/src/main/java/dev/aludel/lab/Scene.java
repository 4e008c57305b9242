package dev.aludel.lab;

import java.util.List;
import java.util.Locale;

/// What one load of the demo showed.
///
/// @param label      the route, as in explanations
/// @param answers    what the users got
/// @param timeouts   how many checkouts the pool says timed out meanwhile
/// @param inSql      connection-seconds in SQL meanwhile
/// @param outsideSql connection-seconds held outside SQL meanwhile
record Scene(String label, Answers answers, long timeouts, double inSql, double outsideSql) {
    /// Returns the scenes side by side.
    static String table(List<Scene> scenes) {
        TextTable table = new TextTable("", "200", "failed", "200/s", "p50", "p99", "longest", "in SQL", "outside SQL");
        scenes.forEach(scene -> scene.addTo(table));
        return table.text();
    }

    private void addTo(TextTable table) {
        table.row(
                label,
                String.valueOf(answers.ok()),
                String.valueOf(answers.failed()),
                String.format(Locale.ROOT, "%.0f", answers.throughput()),
                Time.text(answers.percentile(0.5)),
                Time.text(answers.percentile(0.99)),
                Time.text(answers.percentile(1)),
                String.format(Locale.ROOT, "%.1f s", inSql),
                String.format(Locale.ROOT, "%.1f s", outsideSql));
    }
}
