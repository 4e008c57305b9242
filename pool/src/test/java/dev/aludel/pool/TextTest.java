package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TextTest {
    @Test
    void of_a_label_shows_no_character_that_could_forge_a_line() {
        assertThat(Text.shown("GET /\r\nwhy:  all is well\u0000\u001b[2J\u0085\u2028\u2029\u202e"))
                .isEqualTo("GET /??why:  all is well??[2J????");
    }

    @Test
    void of_a_long_label_is_cut_at_80_characters() {
        assertThat(Text.shown("x".repeat(80))).isEqualTo("x".repeat(80));
        assertThat(Text.shown("x".repeat(81))).isEqualTo("x".repeat(79) + "…");
    }

    @Test
    void leaves_letters_of_any_alphabet_alone() {
        assertThat(Text.shown("GET /größe/路線")).isEqualTo("GET /größe/路線");
    }
}
