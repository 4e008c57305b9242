package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.Engine;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Unsafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The user's own database, in which a verb runs.
@DisplayNameGeneration(ReplaceUnderscores.class)
class DatabaseTest {
    private final String url = Postgres.shared().url(Postgres.shared().createDatabase("own"));

    @ParameterizedTest
    @ValueSource(strings = {"", "ApplicationName=mine", "tcpKeepAlive=true&currentSchema=public&ApplicationName=mine"})
    void is_used_in_a_schema_of_the_verb_whatever_its_url_says(String parameters) {
        String given = parameters.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + parameters;
        try (Database database = Database.at(given);
                Engine engine = Engine.create(database.url("the verb"))) {
            assertThat(engine.read(Unsafe.sql("SELECT current_schema()")).one())
                    .asString()
                    .startsWith("aludel_");
            assertThat(engine.read(Unsafe.sql("SHOW application_name")).one()).isEqualTo("the verb");
            assertThat(database.connectionsOf("the verb")).isEqualTo(1);
        }
        assertThat(schemas()).as("schemas left behind").isZero();
    }

    @Test
    void must_be_a_postgresql_and_its_address_is_not_repeated() {
        assertThatThrownBy(() -> Database.at("mysql://app:secret@localhost/trips"))
                .hasMessage("this verb needs a PostgreSQL, postgresql://user:password@host/database,"
                        + " but was given another URL");
    }

    @Test
    void is_another_schema_for_each_verb_whoever_has_left_one_behind() {
        try (Database one = Database.at(url);
                Database other = Database.at(url)) {
            assertThat(one.description()).isNotEqualTo(other.description());
            assertThat(schemas()).isEqualTo(2);
        }
        assertThat(schemas()).isZero();
    }

    @Test
    void ends_after_its_users_and_once() {
        List<String> ended = new ArrayList<>();
        Database database = Database.at(url);
        database.endFirst(() -> ended.add("user, with " + schemas() + " schema"));
        database.close();
        database.close();
        assertThat(ended).containsExactly("user, with 1 schema");
        assertThat(schemas()).isZero();
    }

    private long schemas() {
        try (Engine engine = Engine.create(url)) {
            return (Long) Objects.requireNonNull(
                    engine.read(Unsafe.sql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'aludel\\_%'"))
                            .one());
        }
    }
}
