package dev.aludel.sql;

import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A condition that a program builds in a loop may be deeper than any stack.
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeepConditionTest {
    private static final int DEPTH = 100_000;

    private static Condition deep(Condition leaf, BinaryOperator<Condition> step) {
        return IntStream.range(1, DEPTH).mapToObj(_ -> leaf).reduce(leaf, step);
    }

    // F60
    @Test
    void a_hundred_thousand_ands_are_rendered() {
        Condition left = deep(TRIP.fare.isNull(), Condition::and);
        Condition right = deep(TRIP.fare.isNull(), (all, leaf) -> leaf.and(all));

        String text = Dialects.POSTGRESQL.render(select(TRIP.id).where(left));

        assertThat(text)
                .isEqualTo("SELECT trips.id \nFROM trips \nWHERE trips.fare IS NULL"
                        + " AND trips.fare IS NULL".repeat(DEPTH - 1));
        assertThat(Dialects.POSTGRESQL.render(select(TRIP.id).where(right))).isEqualTo(text);
    }

    // F60
    @Test
    void so_are_alternating_ands_and_ors_and_nots() {
        Condition condition =
                deep(TRIP.fare.isNull(), (all, leaf) -> all.or(leaf).and(leaf).not());

        String text = Dialects.H2.render(select(TRIP.id).where(condition));

        assertThat(text).endsWith(" OR trips.fare IS NULL) AND trips.fare IS NULL)");
    }

    @Test
    void they_have_a_key_and_an_equality_and_a_text_form() {
        Condition one = deep(TRIP.id.eq(1L), Condition::and);
        Condition same = deep(TRIP.id.eq(1L), Condition::and);
        Condition other = deep(TRIP.id.eq(2L), Condition::and);

        assertThat(one.equals(same)).isTrue();
        assertThat(one.hashCode()).isEqualTo(same.hashCode());
        assertThat(one.equals(other)).isFalse();
        assertThat(one.toString()).hasSizeGreaterThan(DEPTH);
        assertThat(select(TRIP).where(one).key())
                .isEqualTo(select(TRIP).where(other).key());
        assertThat(select(TRIP).where(one).binds()).hasSize(DEPTH);
    }

    // F60
    @Test
    void more_values_than_a_database_takes_are_refused_in_words() {
        Condition condition = deep(TRIP.id.eq(1L), Condition::or);

        assertThatThrownBy(() -> Dialects.POSTGRESQL.render(select(TRIP).where(condition)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the statement has 100000 placeholders, but postgresql takes 65535 at most");
    }
}
