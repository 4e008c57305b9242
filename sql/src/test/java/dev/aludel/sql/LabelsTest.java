package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.sum;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LabelsTest {
    @Test
    void are_the_names_of_the_columns() {
        assertThat(select(DRIVER).labels()).containsExactly("id", "name", "city");
        assertThat(insert(TRIP).returning(TRIP.id).labels()).containsExactly("id");
    }

    @Test
    void number_functions_and_names_that_are_taken() {
        assertThat(select(TRIP.id, DRIVER.id, count(), count(), sum(TRIP.seats))
                        .join(DRIVER)
                        .as(List::of)
                        .labels())
                .containsExactly("id", "id_1", "count_1", "count_2", "sum_1");
    }

    @Test
    void skip_a_number_that_somebody_took() {
        assertThat(select(TRIP.code.as("id_1"), TRIP.id, DRIVER.id)
                        .join(DRIVER)
                        .as(List::of)
                        .labels())
                .containsExactly("id_1", "id", "id_2");
    }

    @Test
    void of_raw_sql_are_unknown() {
        assertThat(Unsafe.sql("select 1").labels()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void are_what_the_database_calls_the_columns(Database.Kind kind) throws SQLException {
        try (Database database = Database.filled(kind)) {
            for (Case one : Case.all()) {
                if (!(one.statement() instanceof Query<?> query) || query instanceof RawQuery<?>) continue;
                assertThat(database.labels(query))
                        .map(label -> label.toLowerCase(Locale.ROOT))
                        .isEqualTo(query.labels());
            }
        }
    }
}
