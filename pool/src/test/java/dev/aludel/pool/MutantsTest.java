package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests of the pool notice bugs that pools have had: see [Mutants].
@DisplayNameGeneration(ReplaceUnderscores.class)
class MutantsTest {
    private static final Path PAGE = Path.of("../docs/pool-proof.md");

    /// One of each kind, for the ordinary run.
    private static final List<Integer> HANDFUL = List.of(4, 22, 24, 26, 29, 31);

    @TempDir
    Path folder;

    @Test
    void the_places_of_all_are_in_the_source_once() throws Exception {
        List<String> lost = new ArrayList<>();
        for (Mutant mutant : Mutants.ALL) {
            int found = MutantRunner.occurrences(mutant);
            if (found != 1) {
                lost.add("mutant %s: its text is %d times in %s.java; say what stands there now"
                        .formatted(mutant, found, mutant.file()));
            }
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void a_handful_is_noticed() throws Exception {
        assertThat(unnoticed(Mutants.ALL.stream()
                        .filter(mutant -> HANDFUL.contains(mutant.number()))
                        .toList()))
                .isEmpty();
    }

    @Test
    @Tag("full")
    void each_is_noticed() throws Exception {
        assertThat(unnoticed(Mutants.ALL)).isEmpty();
    }

    private List<String> unnoticed(List<Mutant> mutants) throws Exception {
        MutantRunner runner = new MutantRunner(folder);
        List<String> complaints = new ArrayList<>();
        for (Mutant mutant : mutants) {
            String complaint = runner.judge(mutant);
            if (complaint != null) {
                complaints.add("mutant " + mutant + ": " + complaint);
            }
        }
        return complaints;
    }

    @Test
    void all_have_their_number() {
        assertThat(Mutants.ALL.stream().map(Mutant::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, Mutants.ALL.size()).boxed().toList());
    }

    @Test
    void the_page_lists_them() throws Exception {
        String table = Mutants.ALL.stream()
                .map(mutant -> "| %d | %s | %s | `%s` | `%s` |\n"
                        .formatted(mutant.number(), mutant.bug(), mutant.source(), mutant.file(), mutant.killer()))
                .collect(Collectors.joining());
        assertThat(Files.readString(PAGE)).contains(table);
    }
}
