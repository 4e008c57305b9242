package dev.aludel.examples.first;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The first program, and the guide that shows it: docs/guides/first-program.md.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FirstTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/aludel/examples/first");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void adds_trips_and_prints_those_with_seats_left_as_the_guide_says() throws IOException {
        String printed = printed();
        assertThat(printed).isEqualTo("OSL-7 has 3 seats left and the id 1\n");
        assertThat(blocks("text")).containsExactly(printed);
    }

    @Test
    void the_guide_shows_the_code_that_is_tested_here() throws IOException {
        assertThat(blocks("java"))
                .containsExactly(
                        Files.readString(SOURCES.resolve("Trip.java")),
                        Files.readString(SOURCES.resolve("First.java")));
    }

    @Test
    void the_guide_shows_the_pom_that_is_kept_here() throws IOException {
        assertThat(blocks("xml")).containsExactly(Files.readString(Path.of("standalone-pom.xml")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <aludel.version>VERSION<                                       | <artifactId>aludel</artifactId>  <version>VERSION<
            <artifactId>h2</artifactId> <version>VERSION<                    | <h2.version>VERSION<
            <artifactId>slf4j-simple</artifactId> <version>VERSION<          | <slf4j.version>VERSION<
            <artifactId>maven-compiler-plugin</artifactId> <version>VERSION< | <artifactId>maven-compiler-plugin</artifactId> <version>VERSION<
            <artifactId>exec-maven-plugin</artifactId> <version>VERSION<     | <artifactId>exec-maven-plugin</artifactId> <version>VERSION<
            <maven.compiler.release>VERSION<                                 | <maven.compiler.release>VERSION<
            """)
    void its_versions_are_those_that_the_project_is_built_with(String there, String here) throws IOException {
        assertThat(version(Path.of("standalone-pom.xml"), there)).isEqualTo(version(Path.of("../../pom.xml"), here));
    }

    private static String printed() {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            First.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /// Returns the fenced blocks of the guide in a language.
    private static List<String> blocks(String language) throws IOException {
        String guide = Files.readString(Path.of("../../docs/guides/first-program.md"));
        return BLOCK.matcher(guide)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /// Returns the version in a pom, by what stands around it; what space there is between two tags does not count.
    private static String version(Path pom, String around) throws IOException {
        String text = Files.readString(pom).replaceAll(">\\s+<", "><");
        String[] parts = around.replaceAll(">\\s+<", "><").split("VERSION", 2);
        Pattern place = Pattern.compile(Pattern.quote(parts[0]) + "([^<]+)" + Pattern.quote(parts[1]));
        var found = place.matcher(text);
        assertThat(found.find()).as("%s in %s", around, pom).isTrue();
        return found.group(1);
    }
}
