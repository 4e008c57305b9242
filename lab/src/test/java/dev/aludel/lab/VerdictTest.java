package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VerdictTest {
    private final Verdict verdict = new Verdict();

    @Test
    void is_content_if_connections_were_seen_and_none_is_left() {
        verdict.connected(8);
        verdict.leftBehind(0);
        assertThat(verdict.complaints()).isEmpty();
    }

    @Test
    void complains_about_a_connection_that_is_left() {
        verdict.connected(8);
        verdict.leftBehind(1);
        assertThat(verdict.complaints()).containsExactly("1 connections were left behind, says pg_stat_activity");
    }

    @Test
    void does_not_believe_that_none_is_left_if_none_was_ever_seen() {
        verdict.connected(0);
        verdict.leftBehind(0);
        assertThat(verdict.complaints())
                .containsExactly("pg_stat_activity shows no connection of the service while it runs");
    }
}
