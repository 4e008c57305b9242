package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.engine.SchemaErrors.Ghost;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ComplaintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "ERROR: column trips.code does not exist | trips.code",
                "ERROR: column \"code\" of relation \"trips\" does not exist | trips.code",
                "ERROR: column t.seats does not exist | trips.seats",
                "ERROR: column ghosts.id does not exist | ghosts.id",
                "FEHLER: Spalte »nickname« von Relation »ghosts« existiert nicht | ghosts.nickname",
                "ERREUR: la colonne « nickname » n'existe pas | ghosts.nickname",
                "Column \"TRIPS.SEATS\" not found; SQL statement: | trips.seats",
            })
    void names_a_column_of_the_mapping_in_any_language(String sentence, String column) {
        Complaint complaint = Complaint.of(new SQLException(sentence));

        assertThat(complaint.column(List.of(TRIP, Ghost.GHOST))).hasToString(column);
    }

    @Test
    void does_not_take_the_name_in_a_hint() {
        Complaint complaint = Complaint.of(new SQLException("ERROR: column trips.seats does not exist\n"
                + "  Hint: Perhaps you meant to reference the column \"trips.code\"."));

        assertThat(complaint.column(List.of(TRIP))).isSameAs(TRIP.seats);
    }

    @Test
    void names_nothing_that_is_not_in_the_mapping() {
        Complaint complaint = Complaint.of(new SQLException("ERROR: relation \"id\" of code does not exist"));

        assertThat(complaint.table(List.of(TRIP))).isNull();
        assertThat(Complaint.of(new SQLException()).column(List.of(TRIP))).isNull();
        assertThat(Complaint.of(new SQLException("no code and no id")).column(List.of(TRIP)))
                .isNull();
    }
}
