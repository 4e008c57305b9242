package dev.aludel.sql;

import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatementKeyTest {
    @Test
    void is_the_same_for_other_values() {
        assertThat(select(TRIP).where(TRIP.code.eq("a")).key())
                .isEqualTo(select(TRIP).where(TRIP.code.eq("b")).key());
        assertThat(insert(TRIP).set(TRIP.fare, null).key())
                .isEqualTo(insert(TRIP).set(TRIP.fare, java.math.BigDecimal.ONE).key());
        assertThat(select(TRIP).limit(1).key()).isEqualTo(select(TRIP).limit(2).key());
    }

    @Test
    void is_the_same_for_a_longer_list_since_a_list_is_one_bind() {
        assertThat(select(TRIP).where(TRIP.id.in(List.of())).key())
                .isEqualTo(select(TRIP).where(TRIP.id.in(List.of(1L, 2L, 3L))).key())
                .hasSameHashCodeAs(
                        select(TRIP).where(TRIP.id.in(List.of(1L, 2L, 3L))).key());
    }

    @Test
    void tells_all_different_statements_apart() {
        List<Object> keys =
                Case.all().stream().map(one -> one.statement().key()).toList();
        List<String> texts = Case.all().stream().map(Case::postgresql).toList();

        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < keys.size(); j++) {
                assertThat(keys.get(i).equals(keys.get(j)))
                        .as("%s | %s", texts.get(i), texts.get(j))
                        .isEqualTo(texts.get(i).equals(texts.get(j)));
            }
        }
    }

    @Test
    void tells_a_name_from_the_text_that_it_imitates() {
        Object function =
                select(TRIP.id.as("a"), Sql.count()).from(TRIP).as(List::of).key();
        Object imitation = select(TRIP.id.as("a"), TRIP.id.as("count(*)"))
                .from(TRIP)
                .as(List::of)
                .key();

        assertThat(function).isNotEqualTo(imitation);
    }

    @Test
    void counts_the_rows_of_an_insert() {
        Insert<Trip> one = insert(TRIP).set(TRIP.code, "a");

        assertThat(one.row().set(TRIP.code, "b").key()).isNotEqualTo(one.key());
    }
}
