package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// F48: a heap that is full again and again costs no slot, no connection and no thread that the pool needs.
///
/// [WantOfMemoryAnywhereTest] has the pool's calls of its seam and its driver fail one by one; here it is the
/// allocations, wherever it makes them, and several at a time.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WantOfMemoryInASmallHeapTest {
    private static final Pattern ANSWER = Pattern.compile(
            ".* no memory in (\\d+) checkouts, (\\d+) check-ins, (\\d+) threads of the pool, .* lent twice 0, lent again 8");

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "G1"})
    void costs_nothing_once_there_is_memory_again(String collector) throws Exception {
        fill(collector, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "G1"})
    @Tag("full")
    void costs_nothing_after_many_rounds_either(String collector) throws Exception {
        fill(collector, 30);
    }

    private static void fill(String collector, int seconds) throws Exception {
        Process process = AnotherJava.start(
                AFullHeap.class,
                List.of(
                        "-Xmx24m",
                        "-XX:+Use" + collector + "GC",
                        // compiled code that goes back to the interpreter needs memory for objects that it
                        // had not made: without, HotSpot leaves the method past its handlers, finally included
                        "-XX:-DoEscapeAnalysis",
                        "-cp",
                        System.getProperty("java.class.path")),
                Integer.toString(seconds));

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

        System.out.println("figures: " + collector + ": " + said);
        Matcher answer = ANSWER.matcher(said);
        assertThat(answer.matches()).as(said).isTrue();
        assertThat(Integer.parseInt(answer.group(1))
                        + Integer.parseInt(answer.group(2))
                        + Integer.parseInt(answer.group(3)))
                .isPositive();
    }
}
