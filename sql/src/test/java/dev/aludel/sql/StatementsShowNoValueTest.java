package dev.aludel.sql;

import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatementsShowNoValueTest {
    private static final String SECRET = "hunter2";

    @Test
    void their_text_form_is_the_sql_with_placeholders() {
        for (Case one : Case.all()) assertThat(one.statement()).hasToString(one.postgresql());
    }

    @Test
    void an_unfinished_statement_shows_what_is_there() {
        assertThat(update(TRIP).set(TRIP.code, SECRET)).hasToString("UPDATE trips SET code=?");
        assertThat(select(TRIP.id, TRIP.code).where(TRIP.code.eq(SECRET)))
                .hasToString("SELECT trips.id, trips.code \nFROM trips \nWHERE trips.code = ?");
    }

    @Test
    void neither_do_conditions() {
        Condition condition =
                TRIP.code.eq(SECRET).or(TRIP.code.in(List.of(SECRET)).not()).and(TRIP.fare.isNull());

        assertThat(condition).hasToString("(trips.code = ? OR NOT (trips.code = ANY (?))) AND trips.fare IS NULL");
        assertThat(TRIP.code.like(SECRET)).hasToString("trips.code LIKE ?");
        assertThat(TRIP.code.between(SECRET, SECRET)).hasToString("trips.code BETWEEN ? AND ?");
    }

    @Test
    void nor_binds() {
        assertThat(insert(TRIP).set(TRIP.code, SECRET).binds()).singleElement().hasToString("code: String (hidden)");
    }

    @Test
    void nor_keys() {
        assertThat(insert(TRIP).set(TRIP.code, SECRET).key().toString()).doesNotContain(SECRET);
    }
}
