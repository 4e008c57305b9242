package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Troubles and near misses, drawn from seeds and played in virtual time, and what a caller was told of each.
///
/// `-Ddiagnoses.first=N` begins with another seed, and `-Ddiagnoses.write=true` writes the page anew.
@DisplayNameGeneration(ReplaceUnderscores.class)
class DiagnosesTest {
    private static final Path PAGE = Path.of("..", "docs", "diagnoses.md");
    private static final String TABLES = "<!-- written by DiagnosesTest: -->\n";
    private static final int RUNS = 4_000;
    private static final int MANY = 40_000;

    /// What is due is named, nearly always.
    private static final double RECALL = 0.95;

    /// What is named is so, nearly always.
    private static final double PRECISION = 0.95;

    /// So many runs tell what part of them is right.
    private static final int ENOUGH = 20;

    private static List<DrawnTrouble> played(long first, int runs) {
        return LongStream.range(first, first + runs)
                .mapToObj(DrawnTrouble::play)
                .toList();
    }

    private static Scores judged(List<DrawnTrouble> runs) {
        Scores scores = new Scores(runs);
        assertThat(runs)
                .as("callers who were served: nothing to tell")
                .allMatch(run -> run.told().isPresent());
        List<String> notRight = runs.stream()
                .filter(run -> !run.missing().isEmpty() || !run.wrong().isEmpty())
                .map(run -> run.seed() + " " + run.name() + " " + run.missing() + " " + run.said())
                .toList();
        assertThat(scores.all()).as("not right: %s", notRight).allSatisfy(score -> {
            assertThat(score.lies()).as("called certain and not so: %s", score).isZero();
            if (score.due() >= ENOUGH) {
                assertThat(score.recall()).as("%s", score).isGreaterThanOrEqualTo(RECALL);
            }
            if (score.said() >= ENOUGH) {
                assertThat(score.precision()).as("%s", score).isGreaterThanOrEqualTo(PRECISION);
            }
        });
        return scores;
    }

    @Test
    void are_right_in_nearly_all_drawn_troubles_and_the_page_says_how_often() throws IOException {
        long first = Long.getLong("diagnoses.first", 1);
        Scores scores = judged(played(first, RUNS));
        String page = Files.readString(PAGE);
        String text = page.substring(0, page.indexOf(TABLES)) + TABLES + scores.tables();
        if (Boolean.getBoolean("diagnoses.write")) {
            Files.writeString(PAGE, text);
        } else if (first == 1) {
            assertThat(page)
                    .as("docs/diagnoses.md; -Ddiagnoses.write=true writes it")
                    .isEqualTo(text);
        }
    }

    @Test
    @Tag("full")
    void are_right_in_nearly_all_of_ten_times_as_many() {
        judged(played(1_000_000, MANY));
    }
}
