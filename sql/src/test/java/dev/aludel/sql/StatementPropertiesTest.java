package dev.aludel.sql;

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

/// What holds for every condition.
class StatementPropertiesTest {
    /// Equal keys mean equal texts, and the other way round, or the cache of texts would mix statements up.
    @Property(tries = 2_000)
    void keys_are_equal_exactly_if_the_texts_are(
            @ForAll("conditions") Condition one, @ForAll("conditions") Condition other) {
        Statement first = update(TRIP).set(TRIP.seats, 1).where(one);
        Statement second = update(TRIP).set(TRIP.seats, 2).where(other);

        boolean sameText = Dialects.POSTGRESQL.render(first).equals(Dialects.POSTGRESQL.render(second));

        assertThat(first.key().equals(second.key())).isEqualTo(sameText);
        if (sameText) assertThat(first.key()).hasSameHashCodeAs(second.key());
    }

    @Property(tries = 500)
    void there_are_as_many_placeholders_as_binds(@ForAll("conditions") Condition condition) {
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
                () -> conditions().list().ofMinSize(2).ofMaxSize(3).map(StatementPropertiesTest::all),
                () -> conditions().list().ofMinSize(2).ofMaxSize(3).map(StatementPropertiesTest::any));
    }

    private static Condition all(List<Condition> parts) {
        return parts.stream().reduce(Condition::and).orElseThrow();
    }

    private static Condition any(List<Condition> parts) {
        return parts.stream().reduce(Condition::or).orElseThrow();
    }
}
