package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class QuotingTest {
    /// Names that try to end their quotes, to be split, or to be taken for something else.
    private static final List<String> ATTACKS = List.of(
            "\"",
            "\"\"",
            "a\"b",
            "x\" FROM trips; DROP TABLE trips; --",
            "\"; DELETE FROM trips; --",
            "trips.id",
            ".",
            "a.b.c",
            "--",
            "/* x */",
            "*/",
            "'",
            "it's",
            "\\",
            "a\\\"",
            "$$",
            "$1",
            "?",
            ":name",
            "%s",
            "{fn now()}",
            " ",
            " a ",
            "a b",
            "\n",
            "a\r\nb",
            "\t",
            "\u2028",
            "\u00a0",
            "ÆØÅ",
            "naïve",
            "ＳＥＬＥＣＴ",
            "аdmin",
            "😀",
            "select",
            "SELECT",
            "Trips",
            "1a",
            "0",
            "_",
            "a1_",
            "user",
            "order",
            "year",
            "value",
            "count(*)",
            "*");

    // F57
    @ParameterizedTest
    @EnumSource
    void any_name_comes_back_from_the_database_as_it_was(Database.Kind kind) throws SQLException {
        try (Database database = Database.filled(kind)) {
            for (String name : ATTACKS) {
                List<String> labels = database.labels(select(TRIP.id.as(name)));

                assertThat(labels)
                        .as(name)
                        .map(label -> folded(kind, name, label))
                        .containsExactly(name);
            }
            assertThat(database.rows(select(TRIP))).hasSize(3);
        }
    }

    /// H2 keeps names that need no quotes in upper case, so there they come back so.
    private static String folded(Database.Kind kind, String name, String label) {
        boolean bare = kind.dialect().quote(name).equals(name);
        return kind == Database.Kind.H2 && bare ? label.toLowerCase(java.util.Locale.ROOT) : label;
    }

    @ParameterizedTest
    @EnumSource
    void tables_and_columns_of_any_name_can_be_made_and_read(Database.Kind kind) throws SQLException {
        try (Database database = Database.filled(kind)) {
            for (String name : ATTACKS) {
                if (List.of("trips", "drivers", "bare").contains(name)) continue;
                Table<?> table = new OddTables.Free(name)
                        .with(name, Column.Trait.NULLABLE)
                        .with("id", Column.Trait.ID);
                database.execute(createTable(table));

                assertThat(database.rows(select(table.columns().getFirst())))
                        .as(name)
                        .isEmpty();
                database.execute(Sql.dropTable(table));
            }
            assertThat(database.rows(select(DRIVER))).hasSize(2);
        }
    }

    @Test
    void happens_only_where_it_is_needed() {
        Map<String, String> expected = Map.of(
                "trips", "trips",
                "_a1", "_a1",
                "Trips", "\"Trips\"",
                "1a", "\"1a\"",
                "a b", "\"a b\"",
                "a\"b", "\"a\"\"b\"",
                "a.b", "\"a.b\"",
                "select", "\"select\"",
                "é", "\"é\"");

        expected.forEach((name, quoted) -> {
            assertThat(Dialects.POSTGRESQL.quote(name)).isEqualTo(quoted);
            assertThat(Dialects.H2.quote(name)).isEqualTo(quoted);
        });
    }

    @Test
    void knows_what_each_database_reserves() {
        assertThat(Dialects.POSTGRESQL.quote("year")).isEqualTo("year");
        assertThat(Dialects.H2.quote("year")).isEqualTo("\"year\"");
        assertThat(Dialects.POSTGRESQL.quote("placing")).isEqualTo("\"placing\"");
        assertThat(Dialects.H2.quote("placing")).isEqualTo("placing");
    }

    @Test
    void covers_every_word_that_postgresql_reserves() throws SQLException {
        try (Database database = Database.empty(Database.Kind.POSTGRESQL)) {
            var words = Unsafe.sql("select word from pg_get_keywords() where catcode in ('R', 'T')");

            assertThat(database.rows(words.as(Types.STRING)))
                    .hasSizeGreaterThan(90)
                    .isSubsetOf(Dialects.POSTGRESQL.reservedWords());
        }
    }

    @Test
    void covers_every_word_that_h2_reserves() throws SQLException {
        try (Database database = Database.empty(Database.Kind.H2)) {
            for (String word : Dialects.POSTGRESQL.reservedWords()) {
                assertThat(database.labels(Unsafe.sql("select 1 as " + Dialects.H2.quote(word))))
                        .hasSize(1);
            }
        }
    }

    // F57
    @Test
    void a_name_that_postgresql_would_cut_is_refused() {
        String longest = "é".repeat(31) + "x";
        String tooLong = longest + "y";

        assertThat(Dialects.POSTGRESQL.quote(longest)).isEqualTo('"' + longest + '"');
        assertThatThrownBy(() -> Dialects.POSTGRESQL.render(select(TRIP.id.as(tooLong))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name " + tooLong
                        + " has 64 bytes, but postgresql tells names apart by the first 63: shorten it");
        assertThat(Dialects.H2.quote(tooLong)).isEqualTo('"' + tooLong + '"');
    }

    // F57
    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\0", "half \ud83d"})
    void a_name_that_no_database_could_know_is_refused(String name) {
        assertThatThrownBy(() -> new OddTables.Free(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OddTables.Free("t").with(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TRIP.as(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TRIP.id.as(name)).isInstanceOf(IllegalArgumentException.class);
    }

    // F59
    @Test
    void a_value_is_never_part_of_the_text() throws SQLException {
        String attack = "' OR 1=1; DROP TABLE trips; --";
        Select<Trip> select = select(TRIP).where(TRIP.code.eq(attack));

        assertThat(Dialects.POSTGRESQL.render(select)).doesNotContain("DROP");
        for (Database.Kind kind : Database.Kind.values()) {
            try (Database database = Database.filled(kind)) {
                assertThat(database.rows(select)).isEmpty();
                assertThat(database.rows(select(TRIP))).hasSize(3);
            }
        }
    }
}
