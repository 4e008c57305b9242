package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aludel.sql.Dialect;
import dev.aludel.sql.Dialects;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TargetsTest {
    @ParameterizedTest
    @CsvSource({
        "postgresql://app@h:5/d,                      postgresql, jdbc:postgresql://h:5/d",
        "postgresql+pgjdbc://h/d,                     postgresql, jdbc:postgresql://h/d",
        "postgresql:///d,                             postgresql, jdbc:postgresql://localhost/d",
        "postgresql://[::1]:5/my%20db,                postgresql, jdbc:postgresql://[::1]:5/my%20db",
        "jdbc:postgresql://h:5,                       postgresql, jdbc:postgresql://h:5",
        "jdbc:postgresql://h/d?user=app&password=pw,  postgresql, jdbc:postgresql://h/d",
        "jdbc:postgresql:d,                           postgresql, jdbc:postgresql:d",
        "h2:mem:trips,                                h2,         jdbc:h2:mem:trips",
        "h2:mem:trips?MODE=PostgreSQL,                h2,         jdbc:h2:mem:trips",
        "h2:file:/tmp/my%20trips;IFEXISTS=TRUE,       h2,         jdbc:h2:file:/tmp/my trips",
        "jdbc:h2:mem:trips;USER=sa;PASSWORD=pw,       h2,         jdbc:h2:mem:trips",
        "jdbc:h2:tcp://h:9/trips,                     h2,         jdbc:h2:tcp://h:9/trips",
    })
    void are_found_by_the_name_or_prefix_of_the_url(String url, String dialect, String jdbcUrl) {
        Target target = Targets.of(url, null);

        assertThat(target.dialect().name()).isEqualTo(dialect);
        assertThat(target.jdbcUrl()).isEqualTo(jdbcUrl);
    }

    @Test
    void take_several_hosts_in_the_jdbc_form() {
        assertThat(Targets.of("jdbc:postgresql://a:1,b:2/d?targetServerType=primary", null)
                        .jdbcUrl())
                .isEqualTo("jdbc:postgresql://a:1,b:2/d");
    }

    @Test
    void hand_user_password_and_parameters_to_the_driver_as_properties() {
        Target target = Targets.of("postgresql://app:s3%26cret@h/d?applicationname=web&options=-c%20x", null);

        assertThat(target.properties())
                .containsEntry("user", "app")
                .containsEntry("password", "s3&cret")
                .containsEntry("ApplicationName", "web")
                .containsEntry("options", "-c x")
                .containsEntry("logServerErrorDetail", "false");
        assertThat(target.jdbcUrl()).isEqualTo("jdbc:postgresql://h/d");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://app:s3cret@h/d,                      postgresql://app:***@h/d",
        "jdbc:postgresql://h/d?password=s3cret&user=app,   jdbc:postgresql://h/d?password=***&user=app",
        "jdbc:h2:mem:x;PASSWORD=s3cret,                    jdbc:h2:mem:x;PASSWORD=***",
        "h2:mem:x?user=sa&password=s3cret,                 h2:mem:x?user=sa&password=***",
    })
    void are_shown_with_every_secret_masked(String url, String shown) {
        assertThat(Targets.of(url, null)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "postgres://u:s3cret@h/d,  the dialect 'postgres' is not known; known are h2; postgresql (did you mean 'postgresql'?)",
                "mariadb://u:s3cret@h/d,   the dialect 'mariadb' is not known; known are h2; postgresql",
                "jdbc:mysql://h/d?password=s3cret, the dialect of jdbc:mysql: is not known; known are h2; postgresql",
            })
    void of_an_unknown_dialect_are_refused_with_the_known_ones_and_the_nearest(String url, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of(url, null))
                .withMessageStartingWith(message.replace("h2; ", "h2, "))
                .withMessageNotContaining("s3cret");
    }

    @Test
    void of_an_unknown_driver_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of("postgresql+psycopg://u:s3cret@h/d", null))
                .withMessage(
                        "driver 'psycopg' of dialect 'postgresql' is not known: leave '+psycopg' out, or write +pgjdbc");
    }

    @Test
    void of_any_jdbc_url_are_taken_with_a_dialect_of_ones_own() {
        Dialect dialect = Dialects.H2;

        Target target = Targets.of("jdbc:other://h/d?password=s3cret&x=1", dialect);

        assertThat(target.dialect()).isSameAs(dialect);
        assertThat(target.properties()).containsEntry("password", "s3cret").containsEntry("x", "1");
        assertThat(target).hasToString("jdbc:other:…");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of("jdbc:other://h/d?queryInterceptors=evil.Type", dialect))
                .withMessageStartingWith("parameter 'queryInterceptors' is not taken from a database URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:other:address=(host=h)(password=s3cret)/d",
                "jdbc:other://h;user=app;password=s3cret",
                "jdbc:other://h;password=s3cret?x=1",
            })
    void of_a_database_we_do_not_know_are_shown_by_the_vendor_only(String url) {
        assertThat(Targets.of(url, Dialects.H2)).hasToString("jdbc:other:…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "s3cret",
                "jdbc:",
                "jdbc:postgresql",
                "jdbc:postgresql://u:s3cret@h/d",
                "jdbc:postgresql://h:port/d?password=s3cret",
                "jdbc:postgresql://h/d?password=s3cret%zz",
                "jdbc:postgresql://h/d?password=s3cret%00",
                "jdbc:postgresql://h/d?s3cret",
                "jdbc:postgresql://h/d?user=a&user=b",
                "postgresql://u:s3cret@h/d\u0000",
                "postgresql://u:s3cret\n@h/d",
                "h2:mem:",
                "h2:mem:;PASSWORD=s3cret",
                "h2:mem:a%00b?password=s3cret",
                "h2:file:",
                "h2:x",
                "h2://h/d",
                "jdbc:h2:mem:",
            })
    void of_a_malformed_url_are_refused_without_showing_it(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of(url, null))
                .withMessageStartingWith("this database URL cannot be read: ")
                .withMessageNotContaining("s3cret")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://h/d?socketFactory=evil.Type",
                "postgresql://h/d?SSLFACTORY=evil.Type",
                "jdbc:postgresql://h/d?loggerFile=/etc/passwd",
                "jdbc:postgresql://h/d?authenticationPluginClassName=evil.Type",
                "h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil'",
                "h2:mem:x?LOCK_TIMEOUT=CSVWRITE('/tmp/evil','SELECT 1')",
                "jdbc:h2:mem:x;DATABASE_EVENT_LISTENER=evil.Type",
                "jdbc:h2:mem:x;TRACE_LEVEL_FILE=4",
                "jdbc:h2:file:/tmp/x;AUTO_SERVER=TRUE",
                "h2:file:/tmp/x?FILE_LOCK=SOCKET",
            })
    void do_not_take_parameters_that_turn_text_into_code(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of(url, null))
                .withMessageContaining("is not taken from a database URL")
                .withMessageNotContaining("evil");
    }

    @Test
    void refuse_an_unknown_parameter_with_the_nearest_known_one_and_not_its_value() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Targets.of("postgresql://h/d?sslmod=s3cret", null))
                .withMessage(
                        "parameter 'sslmod' in the database URL is not known for PostgreSQL (did you mean 'sslmode'?):"
                                + " correct it, or set it in code on a DataSource of your own, for Engine.of(dataSource, dialect)");
    }

    @Test
    void know_every_property_of_the_driver_as_allowed_or_dangerous_or_a_place_in_the_url() {
        Stream<String> unknown = Arrays.stream(PGProperty.values())
                .map(PGProperty::getName)
                .filter(name -> !PostgresVendor.PARAMETERS.allowed().containsKey(name.toLowerCase(Locale.ROOT)))
                .filter(name -> !PostgresVendor.PARAMETERS.dangerous().contains(name.toLowerCase(Locale.ROOT)))
                .filter(name -> !PostgresVendor.PLACES.contains(name));

        assertThat(unknown).isEmpty();
        assertThat(Arrays.stream(PGProperty.values()).map(PGProperty::getName))
                .containsAll(PostgresVendor.PARAMETERS.allowed().values());
    }

    @Test
    void keep_an_in_memory_database_while_no_connection_is_open() {
        assertThat(Targets.of("h2:mem:x", null).properties()).containsEntry("DB_CLOSE_DELAY", "-1");
        assertThat(Targets.of("h2:mem:x?DB_CLOSE_DELAY=0", null).properties()).containsEntry("DB_CLOSE_DELAY", "0");
    }
}
