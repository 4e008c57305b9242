package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TextTableTest {
    @Test
    void has_its_first_column_to_the_left_and_the_others_to_the_right() {
        assertThat(new TextTable("", "200", "503")
                        .row("GET /holds", "138", "256")
                        .row("GET /reads", "2304", "0")
                        .text())
                .isEqualTo("""
                                     200  503
                        GET /holds   138  256
                        GET /reads  2304    0
                        """);
    }

    @Test
    void refuses_a_row_of_another_width() {
        assertThatThrownBy(() -> new TextTable("a", "b").row("1")).hasMessage("a row must have 2 cells, but had 1");
    }
}
