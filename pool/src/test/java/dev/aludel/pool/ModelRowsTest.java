package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/// The page docs/model-rows.md beside the tests that it names.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ModelRowsTest {
    private static final Path PAGE = Path.of("../docs/model-rows.md");
    private static final Path TESTS = Path.of("src/test/java/dev/aludel/pool");
    private static final List<Integer> FURTHER = List.of(78, 89, 96, 98, 126, 130, 133, 142, 143, 150, 152, 153);

    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("    void (\\w+)\\(.*");
    private static final Pattern COMMENT =
            Pattern.compile("\\s*// connection-model rows? (\\d+(?:(?:, | and )\\d+)*).*");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /// A row of the table.
    private record Row(int number, String tests, String difference) {
        static Row of(String line) {
            String[] cells = line.split("\\|", -1);
            return new Row(Integer.parseInt(cells[1].strip()), cells[3].strip(), cells[4].strip());
        }

        Stream<String> named() {
            return NAMED.matcher(tests).results().map(test -> test.group(1) + "#" + test.group(2));
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .map(Row::of)
                .toList();
    }

    @Test
    void are_all_on_the_page_in_their_order() throws IOException {
        assertThat(rows())
                .extracting(Row::number)
                .containsExactlyElementsOf(
                        Stream.concat(IntStream.rangeClosed(1, 72).boxed(), FURTHER.stream())
                                .toList());
    }

    @Test
    void have_a_test_or_a_reason_why_there_is_none() throws IOException {
        assertThat(rows())
                .allSatisfy(row -> assertThat(row.tests() + row.difference())
                        .as("row %d", row.number())
                        .isNotEmpty());
    }

    @Test
    void name_tests_that_exist() throws IOException {
        assertThat(rows()).flatExtracting(row -> row.named().toList()).allMatch(ModelRowsTest::exists);
    }

    @Test
    void are_noted_in_the_tests_that_they_name_and_in_no_other() throws IOException {
        Set<String> onThePage = new TreeSet<>();
        for (Row row : rows()) {
            row.named().forEach(test -> onThePage.add(row.number() + " " + test));
        }

        assertThat(noted()).isEqualTo(onThePage);
    }

    private static boolean exists(String test) {
        String[] names = test.split("#");
        try {
            return Arrays.stream(Class.forName(ModelRowsTest.class.getPackageName() + "." + names[0])
                            .getDeclaredMethods())
                    .anyMatch(method ->
                            method.getName().equals(names[1]) && AnnotationSupport.isAnnotated(method, Testable.class));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /// Returns `63 PrePingTest#is_…` for each number in a comment in a test.
    private static Set<String> noted() throws IOException {
        Set<String> noted = new TreeSet<>();
        try (Stream<Path> files = Files.list(TESTS)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith("Test.java")).toList()) {
                note(file, noted);
            }
        }
        return noted;
    }

    private static void note(Path file, Set<String> noted) throws IOException {
        String type = file.getFileName().toString().replace(".java", "");
        String method = "";
        for (String line : Files.readAllLines(file)) {
            Matcher begins = METHOD.matcher(line);
            Matcher comment = COMMENT.matcher(line);
            if (begins.matches()) {
                method = begins.group(1);
            } else if (comment.matches()) {
                String test = type + "#" + method;
                NUMBER.matcher(comment.group(1)).results().forEach(number -> noted.add(number.group() + " " + test));
            }
        }
    }
}
