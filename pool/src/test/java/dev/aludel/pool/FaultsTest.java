package dev.aludel.pool;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The page docs/faults.md beside the tests of all modules that carry a fault's number.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultsTest {
    private static final Path HOME = Path.of("..");
    private static final Path PAGE = HOME.resolve("docs/faults.md");
    private static final Pattern TITLE = Pattern.compile("### (F\\d\\d): \\S.*");
    private static final Pattern COUNT = Pattern.compile("\\d+ of 64 have a test\\.");
    private static final String NONE = "No test yet.";

    /// Those of servers, networks and poolers, and of holders that wait for one another or leave something behind:
    /// where secrets and values are near.
    private static final Pattern NEAR_SECRETS = Pattern.compile("F(?:0[1-9]|1\\d|2[0-7]|3[789])");

    /// What plants a [Canary].
    private static final List<String> PLANTED = List.of(
            "new Canary()", "new Pools().planted()", "new Cluster()", "new ProxiedPostgres()", "new Bouncers()");

    private static final String ENGINE =
            "the engine's: it looks for its Secrets, a password and a bind, in all lines of the log and in its errors";

    /// Those that have none, and why.
    private static final Map<String, String> UNPLANTED = Map.ofEntries(
            entry(
                    "NameServiceTest",
                    "its pools are in processes of their own; it looks for the canary in what those say"),
            entry("LostCommitTest", ENGINE),
            entry("ConnectFailedTest", "the engine's: it looks for a password of its own in messages"),
            entry("ConnectionLossTest", ENGINE),
            entry("PostgresTest", ENGINE),
            entry(
                    "FailedCommitTest",
                    "the web's, whose answers are compared with the words of an error that has a value"),
            entry("HoldAndWaitTest", "the demo, which knows no secret"),
            entry("ConnectTroubleTest", "has no pool: it puts errors into kinds"),
            entry("PausesTest", "has no pool: it draws numbers"));

    private static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(HOME)) {
            return files.filter(FaultsTest::isTest).sorted().toList();
        }
    }

    private static List<FaultNote> notes(Path file) throws IOException {
        return FaultNotes.of(HOME.relativize(file), Files.readAllLines(file));
    }

    private static List<FaultNote> notes() throws IOException {
        List<FaultNote> notes = new ArrayList<>();
        for (Path file : tests()) {
            notes.addAll(notes(file));
        }
        return notes;
    }

    /// This one carries numbers as examples.
    private static boolean isTest(Path file) {
        return file.toString().contains("/src/test/java/")
                && file.toString().endsWith("Test.java")
                && !file.endsWith("FaultsTest.java");
    }

    @Test
    void are_all_on_the_page_in_their_order() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().flatMap(FaultsTest::title))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 64)
                        .mapToObj("F%02d"::formatted)
                        .toList());
    }

    @Test
    void are_on_the_page_with_the_tests_that_carry_their_numbers() throws IOException {
        List<String> written = Files.readAllLines(PAGE);
        List<String> right = rewritten(written, notes());

        if ("faults".equals(System.getProperty("aludel.rewrite"))) {
            Files.write(PAGE, right);
        } else {
            assertThat(written)
                    .as("docs/faults.md: -Daludel.rewrite=faults writes it anew")
                    .isEqualTo(right);
        }
    }

    @Test
    void where_secrets_are_near_are_tested_with_a_canary_planted() throws IOException {
        Set<String> unplanted = new TreeSet<>();
        for (Path file : tests()) {
            boolean isNear = notes(file).stream()
                    .anyMatch(note -> NEAR_SECRETS.matcher(note.fault()).matches());
            String source = Files.readString(file);
            if (isNear && PLANTED.stream().noneMatch(source::contains)) {
                unplanted.add(file.getFileName().toString().replace(".java", ""));
            }
        }

        assertThat(unplanted)
                .as("without a canary: plant one, as Canary shows, or say why not")
                .isEqualTo(UNPLANTED.keySet());
    }

    @Test
    void are_carried_in_each_place_where_a_comment_may_stand() {
        List<String> source = List.of(
                "/// All of it. (F44)",
                "class OneTest {",
                "    // F01 and F02: both",
                "    @ParameterizedTest",
                "    @CsvSource({",
                "        \"F03\"",
                "    })",
                "    void above_it() {}",
                "",
                "    @Test",
                "    void at_its_end() { // F04",
                "        // reliability F05",
                "        said(\"F06\");",
                "    }",
                "    @Test",
                "    @Tag(\"full\")",
                "    void in_the_long_form() { // F07",
                "    }",
                "",
                "    // F08: a heading",
                "",
                "    private void helper() {}",
                "",
                "    @Test",
                "    void below_a_heading() {",
                "    }",
                "",
                "    // another heading",
                "",
                "    @Test",
                "    void below_another() {",
                "    }",
                "}");

        assertThat(FaultNotes.of(Path.of("web/core/src/test/java/OneTest.java"), source))
                .extracting(FaultNote::fault, FaultNote::line)
                .containsExactly(
                        tuple("F44", "- web/core: `OneTest`"),
                        tuple("F01", "- web/core: `OneTest#above_it`"),
                        tuple("F02", "- web/core: `OneTest#above_it`"),
                        tuple("F04", "- web/core: `OneTest#at_its_end`"),
                        tuple("F05", "- web/core: `OneTest#at_its_end`"),
                        tuple("F07", "- web/core: `OneTest#in_the_long_form` (long form)"),
                        tuple("F08", "- web/core: `OneTest#below_a_heading`"));
    }

    @Test
    void are_carried_by_tests_alone() {
        List<String> source = List.of("class OneTest {", "    // F01", "    private void helper() {");

        assertThatThrownBy(() -> FaultNotes.of(Path.of("pool/src/test/java/OneTest.java"), source))
                .hasMessage(
                        "OneTest: a comment names [F01] where there is no test, at private void helper() {: move it to one");
    }

    private static Stream<String> title(String line) {
        Matcher title = TITLE.matcher(line);
        return title.matches() ? Stream.of(title.group(1)) : Stream.empty();
    }

    /// Returns the page with the words that it has, and the lists that it is to have.
    private static List<String> rewritten(List<String> page, List<FaultNote> notes) {
        List<String> lines = new ArrayList<>();
        String fault = "";
        for (String line : page) {
            fault = title(line).findFirst().orElse(fault);
            boolean listed = !fault.isEmpty() && (line.startsWith("- ") || line.equals(NONE));
            if (!listed) {
                lines.add(COUNT.matcher(line).matches() ? counted(notes) : line);
            } else if (lines.getLast().isEmpty()) {
                lines.addAll(list(fault, notes));
            }
        }
        return lines;
    }

    private static String counted(List<FaultNote> notes) {
        return notes.stream().map(FaultNote::fault).distinct().count() + " of 64 have a test.";
    }

    private static List<String> list(String fault, List<FaultNote> notes) {
        List<String> list = notes.stream()
                .filter(note -> note.fault().equals(fault))
                .map(FaultNote::line)
                .distinct()
                .toList();
        return list.isEmpty() ? List.of(NONE) : list;
    }
}
