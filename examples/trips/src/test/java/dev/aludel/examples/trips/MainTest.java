package dev.aludel.examples.trips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// How the service is told what to do.
@DisplayNameGeneration(ReplaceUnderscores.class)
class MainTest {
    private static final Map<String, String> URL = Map.of("TRIPS_URL", "postgresql://app:secret@localhost/trips");

    @Test
    void takes_options_from_the_environment_and_arguments_over_them() {
        Map<String, String> environment = Map.of("TRIPS_URL", "postgresql://localhost/trips", "TRIPS_SIZE", "2");
        TripsOptions options = new Main(new String[] {"size=16", "overflow=4", "timeout=10"}, environment).options();
        assertThat(options.url()).isEqualTo("postgresql://localhost/trips");
        assertThat(options.poolSize()).isEqualTo(16);
        assertThat(options.maxOverflow()).isEqualTo(4);
        assertThat(options.poolTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.port()).isEqualTo(7070);
    }

    @Test
    void asks_for_a_database() {
        assertThatThrownBy(() -> new Main(new String[] {}, Map.of()).options())
                .hasMessage("no database: set TRIPS_URL, for example to postgresql://app:secret@localhost/trips");
    }

    @Test
    void refuses_an_unknown_option_by_its_name_without_its_value() {
        assertThatThrownBy(() -> new Main(new String[] {"password=secret"}, URL))
                .hasMessage("an argument must be url=, size=, overflow=, timeout= or port= and a value,"
                        + " but one was 'password'");
    }

    @Test
    void refuses_what_is_not_a_number() {
        assertThatThrownBy(() -> new Main(new String[] {"size=many"}, URL).options())
                .hasMessage("size must be a whole number, but was 'many'");
    }

    @Test
    void never_shows_the_address() {
        assertThat(new Main(new String[] {}, URL).options().toString()).doesNotContain("secret");
    }
}
