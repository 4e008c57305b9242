package dev.aludel.sql;

import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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

    /// Equal keys mean equal texts, and the other way round, or the cache of texts would mix statements up.
    @Property(tries = 2_000)
    void equals_another_exactly_if_the_texts_are_equal(
            @ForAll("conditions") Condition one, @ForAll("conditions") Condition other) {
        Statement first = update(TRIP).set(TRIP.seats, 1).where(one);
        Statement second = update(TRIP).set(TRIP.seats, 2).where(other);

        boolean sameText = Dialects.POSTGRESQL.render(first).equals(Dialects.POSTGRESQL.render(second));

        assertThat(first.key().equals(second.key())).isEqualTo(sameText);
        if (sameText) assertThat(first.key()).hasSameHashCodeAs(second.key());
    }

    @Property(tries = 500)
    void has_as_many_placeholders_as_binds(@ForAll("conditions") Condition condition) {
        Statement statement = select(TRIP).where(condition);

        long placeholders =
                Dialects.H2.render(statement).chars().filter(c -> c == '?').count();

        assertThat(statement.binds()).hasSize((int) placeholders);
    }

    @Provide
    Arbitrary<Condition> conditions() {
        return Arbitraries.lazyOf(
                () -> Arbitraries.integers().between(0, 3).map(TRIP.seats::eq),
                () -> Arbitraries.integers().between(0, 3).list().ofMaxSize(3).map(TRIP.seats::in),
                () -> Arbitraries.strings().alpha().ofMaxLength(3).map(TRIP.code::like),
                () -> Arbitraries.of(TRIP.fare.isNull(), TRIP.id.eq(TRIP.driver)),
                () -> conditions().map(Condition::not),
                () -> conditions().list().ofMinSize(2).ofMaxSize(3).map(StatementKeyTest::all),
                () -> conditions().list().ofMinSize(2).ofMaxSize(3).map(StatementKeyTest::any));
    }

    private static Condition all(List<Condition> parts) {
        return parts.stream().reduce(Condition::and).orElseThrow();
    }

    private static Condition any(List<Condition> parts) {
        return parts.stream().reduce(Condition::or).orElseThrow();
    }
}
