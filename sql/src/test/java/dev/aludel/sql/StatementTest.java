package dev.aludel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatementTest {
    static List<Case> all() {
        return Case.all();
    }

    static Stream<Arguments> everywhere() {
        return Stream.of(Database.Kind.values())
                .flatMap(kind -> Case.all().stream().map(one -> Arguments.of(kind, one)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void has_one_text_in_each_dialect_and_its_values_as_binds(Case one) {
        assertThat(Dialects.POSTGRESQL.render(one.statement())).isEqualTo(one.postgresql());
        assertThat(Dialects.H2.render(one.statement())).isEqualTo(one.h2());
        assertThat(one.statement().binds())
                .extracting(bind -> bind.name() + "=" + bind.value())
                .isEqualTo(one.binds());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void does_in_the_database_what_it_says(Database.Kind kind, Case one) throws SQLException {
        try (Database database = Database.filled(kind)) {
            Object result = switch (one.statement()) {
                case Query<?> query -> database.rows(query);
                case Command command -> database.execute(command);
            };

            assertThat(result).usingRecursiveComparison(decimalsByValue()).isEqualTo(one.result());
        }
    }

    /// A mean of 8 has as many digits behind the point as each database likes.
    private static RecursiveComparisonConfiguration decimalsByValue() {
        return RecursiveComparisonConfiguration.builder()
                .withComparatorForType(Comparator.naturalOrder(), java.math.BigDecimal.class)
                .build();
    }
}
