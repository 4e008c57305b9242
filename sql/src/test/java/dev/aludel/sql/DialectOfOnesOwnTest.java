package dev.aludel.sql;

import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DialectOfOnesOwnTest {
    /// A database that quotes with backticks and has one type.
    record Backticks() implements Dialect {
        @Override
        public String name() {
            return "backticks";
        }

        @Override
        public Set<String> reservedWords() {
            return Set.of("code");
        }

        @Override
        public int maximumNameBytes() {
            return 64;
        }

        @Override
        public String typeName(SqlType type) {
            return "ANYTHING";
        }

        @Override
        public String generatedTypeName(SqlType type) {
            return "ANYTHING AUTO_INCREMENT";
        }

        @Override
        public String quote(String name) {
            return Dialect.super.quote(name).replace('"', '`');
        }
    }

    private final Dialect dialect = new Backticks();

    @Test
    void quotes_in_its_own_way() {
        assertThat(dialect.render(select(TRIP.code).where(TRIP.code.eq("a"))))
                .isEqualTo("SELECT trips.`code` \nFROM trips \nWHERE trips.`code` = ?");
    }

    @Test
    void names_types_in_its_own_way() {
        assertThat(dialect.render(createTable(Bare.BARE)))
                .isEqualTo("CREATE TABLE bare (\n\tid ANYTHING AUTO_INCREMENT NOT NULL, \n\tPRIMARY KEY (id)\n)");
    }

    @Test
    void gives_rows_of_a_change_by_a_clause_unless_it_says_otherwise() {
        assertThat(dialect.render(insert(Bare.BARE).returning(Bare.BARE.id)))
                .isEqualTo("INSERT INTO bare DEFAULT VALUES RETURNING bare.id");
    }

    @Test
    void is_a_value() {
        assertThat(dialect).isEqualTo(new Backticks());
        assertThat(Dialects.POSTGRESQL).isNotEqualTo(Dialects.H2);
    }
}
