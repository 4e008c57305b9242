package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The list of versions that users import, `bom/pom.xml`.
@DisplayNameGeneration(ReplaceUnderscores.class)
class BomTest {
    private static final Pattern OWN_VERSION = Pattern.compile("^  <version>(.*)</version>$", Pattern.MULTILINE);
    private static final Pattern MANAGED = Pattern.compile(
            "<dependency><groupId>(.*)</groupId><artifactId>(.*)</artifactId><version>(.*)</version></dependency>");
    private static final Pattern ARTIFACT = Pattern.compile("^  <artifactId>(.*)</artifactId>$", Pattern.MULTILINE);
    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
    private static final List<String> NOT_PUBLISHED = List.of("servers", "examples/.*", "lab", "benchmarks", "bom");

    @Test
    void has_the_version_of_the_project() throws IOException {
        assertThat(groups(OWN_VERSION, pom("bom")))
                .isEqualTo(groups(OWN_VERSION, pom(".")))
                .hasSize(1);
    }

    @Test
    void pins_every_published_library_in_that_version_and_nothing_else() throws IOException {
        assertThat(MANAGED.matcher(pom("bom")).results())
                .allSatisfy(line -> assertThat(line.group(1)).isEqualTo("dev.aludel"))
                .allSatisfy(line -> assertThat(line.group(3)).isEqualTo("${project.version}"))
                .extracting(line -> line.group(2))
                .containsExactlyInAnyOrderElementsOf(published());
        assertThat(pom("bom")).doesNotContain("<parent>").doesNotContain("<scope>import");
    }

    private static List<String> published() throws IOException {
        StringBuilder poms = new StringBuilder();
        for (String module : groups(MODULE, pom("."))) {
            if (NOT_PUBLISHED.stream().noneMatch(module::matches)) {
                poms.append(pom(module));
            }
        }
        return groups(ARTIFACT, poms.toString());
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static String pom(String module) throws IOException {
        return Files.readString(Path.of("..", module, "pom.xml"));
    }
}
