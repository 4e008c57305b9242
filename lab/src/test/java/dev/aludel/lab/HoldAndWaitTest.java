package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldAndWaitTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    // F38
    @Test
    void is_stuck_is_explained_and_is_cured() {
        int code = Aludel.run(new Page(written, false), "demo", "hold-and-wait", "--requests", "80");

        String page = written.toString(StandardCharsets.UTF_8);
        assertThat(code).as(page).isZero();
        assertThat(page)
                .containsPattern("for [0-9]+ of 12 of them no thread is at work, while ")
                .containsPattern("for [0-9]+ of 20 of them no thread is at work, while ")
                .contains("try:  open, use and close the connection within one task")
                .contains("80 × 200, all of them within")
                .endsWith("A larger pool does not cure it: it would need a connection for each request under way.\n");
    }
}
