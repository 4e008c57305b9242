package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes an explanation for people.
final class ExplanationText {
    private static final int GROUPS = 3;
    private static final int SHARES = 3;
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
        explanation.diagnoses().forEach(diagnosis -> lines.add("why:  " + why(diagnosis)));
        if (!explanation.holders().isEmpty()) {
            lines.add("who:  " + who());
        }
        lines.add("load: " + load(explanation.load()));
        explanation.diagnoses().forEach(diagnosis -> lines.add("try:  " + diagnosis.remedy()));
        lines.add("see:  docs/errors/pool-timeout.md");
        return String.join("\n", lines);
    }

    private static String why(Diagnosis diagnosis) {
        String sure = diagnosis.confidence().name().toLowerCase(Locale.ROOT);
        return switch (diagnosis) {
            case Diagnosis.HeldOutsideSql held ->
                Text.format(
                        "of %.1f connection-seconds during this wait, %.1f were held outside SQL: %s (%s)",
                        held.capacity(), held.outsideSql(), shares(held.shares()), sure);
            case Diagnosis.InDatabase busy ->
                Text.format(
                        "of %.1f connection-seconds during this wait, %.1f were spent in SQL: %s (%s);"
                                + " slow or blocked by a lock, that cannot be told from here",
                        busy.capacity(), busy.inSql(), shares(busy.shares()), sure);
            case Diagnosis.NotConnected lacking ->
                Text.format(
                        "%d of %d connections are open, %d are being opened%s (%s)",
                        lacking.open(),
                        lacking.limit(),
                        lacking.connecting(),
                        lacking.lastFailure() == null ? "" : "; the last attempt failed with " + lacking.lastFailure(),
                        sure);
            case Diagnosis.Suspended suspended ->
                Text.format("the pool is suspended, since %s (%s)", time(suspended.time()), sure);
            case Diagnosis.Unknown nothing ->
                Text.format(
                        "not known: of %.1f connection-seconds, %.1f were held outside SQL and %.1f spent in SQL%s",
                        nothing.capacity(), nothing.outsideSql(), nothing.inSql(), unseen(nothing));
        };
    }

    private static String unseen(Diagnosis.Unknown nothing) {
        return nothing.unseen() < 0.05
                ? ""
                : Text.format(", and %.1f after an unwrap, where nobody sees which", nothing.unseen());
    }

    private static String shares(List<Diagnosis.Share> shares) {
        Map<String, Double> named = shares.stream()
                .collect(Collectors.groupingBy(
                        share -> named(share.label(), share.site()),
                        LinkedHashMap::new,
                        Collectors.summingDouble(Diagnosis.Share::seconds)));
        String text = named.entrySet().stream()
                .limit(SHARES)
                .map(share -> Text.format("%s %.1f", share.getKey(), share.getValue()))
                .collect(Collectors.joining(", "));
        return named.size() <= SHARES ? text : text + ", and " + (named.size() - SHARES) + " more";
    }

    private static String named(@Nullable String label, @Nullable String site) {
        if (label != null) {
            return Text.shown(label);
        }
        return site == null ? "callers without a label" : site;
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
    private static String significant(double value) {
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
