package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What a statement's words say is worked out once for texts that come again.
class LexiconTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final Lexicon lexicon = new Lexicon();

    private final Server judge = new Server() {
        @Override
        public String name() {
            return "counts";
        }

        @Override
        public boolean mayLeaveState(String sql) {
            asked.incrementAndGet();
            return sql.startsWith("set");
        }
    };

    @Test
    void asks_a_server_once_for_each_text() {
        for (int i = 0; i < 3; i++) {
            assertThat(lexicon.of("set x to 1").mayLeaveState(judge)).isTrue();
            assertThat(lexicon.of("select 1").mayLeaveState(judge)).isFalse();
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void knows_a_text_by_what_it_says_not_by_its_object() {
        String sql = "select 1";
        assertThat(lexicon.of(String.valueOf(sql.toCharArray()))).isSameAs(lexicon.of(sql));
    }

    @Test
    void tells_texts_with_one_hash_apart() {
        String begins = "begin -- Aa";
        String same = "begin -- BB";
        assertThat(same).isNotEqualTo(begins).hasSameHashCodeAs(begins);
        assertThat(lexicon.of(begins)).isNotSameAs(lexicon.of(same));
    }

    @Test
    void answers_each_question_for_itself() {
        Lexicon.Words words = lexicon.of("set x to 1");
        assertThat(words.mayLeaveState(judge)).isTrue();
        assertThat(words.reads()).isFalse();
        assertThat(lexicon.of("select 1").reads()).isTrue();
        assertThat(lexicon.of("select 1").reads()).isTrue();
    }

    @Test
    void does_not_read_for_what_is_kept_what_leaves_nothing() {
        assertThat(lexicon.of("set x to 1").keeps(judge)).isTrue();
        assertThat(lexicon.of("listen news").keeps(judge)).isFalse();
    }

    @Test
    void keeps_no_text_that_is_long() {
        String sql = "select '" + "x".repeat(1_000) + "'";
        assertThat(lexicon.of(sql)).isNotSameAs(lexicon.of(sql));
        assertThat(lexicon.of(sql).reads()).isTrue();
    }
}
