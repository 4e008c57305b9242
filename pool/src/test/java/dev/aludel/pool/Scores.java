package dev.aludel.pool;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// How well drawn troubles were told, by diagnosis.
record Scores(List<DrawnTrouble> runs) {
    /// Of one diagnosis.
    ///
    /// @param due     in how many runs it had to be named
    /// @param found   in how many of them it was
    /// @param said    in how many runs at all it was
    /// @param wrong   in how many of these it was not so
    /// @param certain in how many it was called certain
    /// @param lies    in how many of these it was not so
    record Score(String name, long due, long found, long said, long wrong, long certain, long lies) {
        double recall() {
            return due == 0 ? 1 : (double) found / due;
        }

        double precision() {
            return said == 0 ? 1 : (double) (said - wrong) / said;
        }
    }

    List<Score> all() {
        List<Class<?>> causes = new ArrayList<>();
        collect(Diagnosis.class, causes);
        return causes.stream()
                .map(this::of)
                .filter(score -> score.due + score.said > 0)
                .sorted(Comparator.comparing(Score::name))
                .toList();
    }

    private static void collect(Class<?> type, List<Class<?>> causes) {
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(next -> collect(next, causes));
        } else {
            causes.add(type);
        }
    }

    private Score of(Class<?> cause) {
        List<DrawnTrouble> due =
                runs.stream().filter(run -> run.truth().must().contains(cause)).toList();
        List<DrawnTrouble> said = saying(runs, cause);
        List<DrawnTrouble> certain = said.stream()
                .filter(run -> run.diagnoses().stream()
                        .anyMatch(one -> cause.isInstance(one) && one.confidence() == Confidence.CERTAIN))
                .toList();
        return new Score(
                cause.getSimpleName(),
                due.size(),
                saying(due, cause).size(),
                said.size(),
                wrong(said, cause),
                certain.size(),
                wrong(certain, cause));
    }

    private static List<DrawnTrouble> saying(List<DrawnTrouble> runs, Class<?> cause) {
        return runs.stream()
                .filter(run -> run.diagnoses().stream().anyMatch(cause::isInstance))
                .toList();
    }

    private static long wrong(List<DrawnTrouble> runs, Class<?> cause) {
        return runs.stream()
                .filter(run -> run.wrong().stream().anyMatch(cause::isInstance))
                .count();
    }

    /// Returns the tables of the page.
    String tables() {
        StringBuilder text = new StringBuilder("""
                | diagnosis | due in | named of these | recall | allowed | wrong | called certain | wrongly |
                |---|---|---|---|---|---|---|---|
                """);
        all().forEach(score -> text.append(Text.format(
                "| `%s` | %d | %d | %.1f %% | %d | %d | %d | %d |\n",
                score.name,
                score.due,
                score.found,
                100 * score.recall(),
                score.said - score.found - score.wrong,
                score.wrong,
                score.certain,
                score.lies)));
        text.append("""

                | drawn trouble | runs | all named that is due, and nothing that is not so |
                |---|---|---|
                """);
        Map<String, Long> counts = runs.stream().collect(groupingBy(DrawnTrouble::name, TreeMap::new, counting()));
        counts.forEach((name, count) -> text.append(Text.format("| `%s` | %d | %d |\n", name, count, right(name))));
        return text.toString();
    }

    private long right(String name) {
        return runs.stream()
                .filter(run -> run.name().equals(name)
                        && run.missing().isEmpty()
                        && run.wrong().isEmpty())
                .count();
    }
}
