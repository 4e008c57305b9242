package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the launcher answers by itself: without a build, a JDK or Maven on the path.
@DisplayNameGeneration(ReplaceUnderscores.class)
class LauncherTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''             | 0 | usage: ./aludel VERB
            help           | 0 | usage: ./aludel VERB
            test --help    | 0 | usage: ./aludel test
            format --help  | 0 | usage: ./aludel format
            install --help | 0 | usage: ./aludel install
            --version      | 0 | aludel 0.
            deno           | 2 | there is no such verb, only demo, trace, test, bench, format, install and help
            help extra     | 2 | ./aludel VERB --help, with demo, trace, test, bench, format or install
            --secret       | 2 | there is no such option
            """)
    void answers_at_once(String line, int code, String words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "../aludel"));
        if (!line.isEmpty()) {
            command.addAll(List.of(line.split(" ")));
        }
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        launcher.environment().put("JAVA_HOME", "/nowhere");
        launcher.environment().put("PATH", "/usr/bin:/bin");
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains(words).doesNotContain("secret");
        assertThat(process.waitFor()).isEqualTo(code);
    }
}
