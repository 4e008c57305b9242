package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes an explanation for people.
final class ExplanationText {
    private static final int GROUPS = 3;
    private static final String NEXT = "\n      ";

    private final Explanation explanation;

    /// What holders have in common, to be counted together.
    private record Group(
            @Nullable String label,
            @Nullable String site,
            boolean inTransaction,
            @Nullable String lastSql,
            boolean inSql) {}

    ExplanationText(Explanation explanation) {
        this.explanation = explanation;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(explanation.summary());
        explanation.diagnoses().forEach(diagnosis -> lines.add("why:  " + Why.of(diagnosis)));
        if (!explanation.holders().isEmpty()) {
            lines.add("who:  " + who());
        }
        lines.add("load: " + load(explanation.load()));
        explanation.diagnoses().forEach(diagnosis -> lines.add("try:  " + diagnosis.remedy()));
        lines.add("see:  docs/errors/pool-timeout.md");
        return String.join("\n", lines);
    }

    private String who() {
        Map<Group, List<Holder>> groups = explanation.holders().stream()
                .collect(Collectors.groupingBy(ExplanationText::group, LinkedHashMap::new, Collectors.toList()));
        List<Map.Entry<Group, List<Holder>>> sorted = groups.entrySet().stream()
                .sorted((a, b) -> b.getValue().size() - a.getValue().size())
                .toList();
        String text = sorted.stream()
                .limit(GROUPS)
                .map(entry -> describe(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(NEXT));
        int rest = sorted.stream()
                .skip(GROUPS)
                .mapToInt(entry -> entry.getValue().size())
                .sum();
        return rest == 0 ? text : text + NEXT + rest + " × others";
    }

    private static Group group(Holder holder) {
        return new Group(
                holder.label(), holder.site(), holder.inTransaction(), holder.lastSql(), holder.inSql() != null);
    }

    private static String describe(Group group, List<Holder> holders) {
        String text = holders.size() + " × " + (group.label() == null ? "no label" : Text.shown(group.label()))
                + ", " + (group.site() == null ? "site not recorded" : group.site())
                + (group.inTransaction() ? ", in a transaction" : "")
                + (group.lastSql() == null ? ", no SQL yet" : ", last SQL: " + group.lastSql());
        String doing = group.inSql() ? inSql(holders) : mostFrequent(holders);
        return doing.isEmpty() ? text : text + NEXT + "now in " + doing;
    }

    private static String inSql(List<Holder> holders) {
        Duration longest = Duration.ZERO;
        for (Holder holder : holders) {
            Duration running = holder.inSql();
            longest = running != null && running.compareTo(longest) > 0 ? running : longest;
        }
        return "SQL, for " + time(longest) + (holders.size() == 1 ? "" : " at the longest");
    }

    private static String mostFrequent(List<Holder> holders) {
        return holders.stream()
                .map(holder -> String.join(" ← ", holder.doing()))
                .filter(doing -> !doing.isEmpty())
                .collect(Collectors.groupingBy(doing -> doing, LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static String load(Load load) {
        if (load.checkoutsPerSecond() == 0) {
            return "no connection came back during this wait, " + load.waiting() + " waiting";
        }
        return Text.format(
                "%s checkouts/s served, %s held each, %d waiting; held only during its SQL (%s), this rate would need"
                        + " %s connections",
                significant(load.checkoutsPerSecond()),
                time(load.heldEach()),
                load.waiting(),
                time(load.inSqlEach()),
                significant(load.connectionsBusyInSql()));
    }

    /// Returns two or three figures that count: 23, 0.52, 1.1.
    static String significant(double value) {
        int decimals = value >= 10 ? 0 : value >= 1 ? 1 : 2;
        return Text.format("%." + decimals + "f", value);
    }

    static String time(Duration time) {
        double seconds = time.toNanos() / 1e9;
        if (seconds >= 0.1) {
            return significant(seconds) + " s";
        }
        return seconds >= 1e-3 ? significant(seconds * 1e3) + " ms" : significant(seconds * 1e6) + " µs";
    }
}
