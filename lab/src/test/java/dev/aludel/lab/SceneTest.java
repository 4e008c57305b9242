package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SceneTest {
    private final Locale usual = Locale.getDefault();

    @BeforeEach
    void be_in_germany() {
        Locale.setDefault(Locale.GERMANY);
    }

    @AfterEach
    void come_back() {
        Locale.setDefault(usual);
    }

    @Test
    void is_written_alike_everywhere() {
        Answers answers = new Answers(List.of(new Answer(200, Duration.ofMillis(20), "")), Duration.ofSeconds(1));
        assertThat(Scene.table(List.of(new Scene("GET /reads", answers, 0, 0.25, 1.5))))
                .contains("0.3 s", "1.5 s")
                .doesNotContain(",");
    }
}
