package dev.aludel.pool;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.pool.HikariImport.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HikariImportTest {
    private static final String SPRING = "spring.datasource.hikari.";
    private static final String H2 = "jdbc:h2:mem:hikari";

    @RegisterExtension
    final Pools pools = new Pools();

    /// Reads settings in the form of HikariCP's files, with an address.
    private static HikariImport read(String... keysAndValues) {
        Map<String, String> text = new HashMap<>(Map.of("jdbcUrl", H2));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            text.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return HikariImport.of(text);
    }

    private static Config config(String... keysAndValues) {
        return read(keysAndValues).settings().config();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.datasource.hikari.maximum-pool-size",
                "spring.datasource.hikari.maximumPoolSize",
                "spring.datasource.hikari.maximum_pool_size",
                "spring.datasource.hikari.MAXIMUM_POOL_SIZE",
                "spring.dataSource.hikari.maximumPoolSize",
                "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
                "SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE"
            })
    void takes_each_of_springs_forms_for_the_same_key(String key) {
        Settings settings = HikariImport.of(Map.of(key, "7")).settings();

        assertThat(settings).hasToString("Settings[name=null, size=7, maxOverflow=0, timeout=PT30S]");
    }

    @Test
    void reads_what_spring_has_beside_and_leaves_the_rest_alone() throws Exception {
        Map<String, String> text = new HashMap<>();
        text.put("spring.datasource.url", H2);
        text.put("spring.datasource.username", "sa");
        text.put("spring.datasource.password", "");
        text.put("spring.datasource.driver-class-name", "org.h2.Driver");
        text.put("spring.datasource.name", "not this");
        text.put("spring.datasource.type", "com.zaxxer.hikari.HikariDataSource");
        text.put("spring.jpa.open-in-view", "false");
        text.put("server.port", "8080");
        text.put("maximumPoolSize", "none of ours");
        text.put(SPRING + "pool-name", "trips");

        try (Pool pool = Pool.of(HikariImport.of(text).settings());
                Connection connection = pool.getConnection()) {
            assertThat(pool.name()).isEqualTo("trips");
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void reads_a_file_of_hikaricp() {
        Properties file = new Properties();
        file.setProperty("jdbcUrl", H2);
        file.setProperty("maximumPoolSize", "16");
        file.setProperty("connectionTimeout", "2500");

        Config config = HikariImport.of(file).settings().config();

        assertThat(config.size()).isEqualTo(16);
        assertThat(config.timeout()).isEqualTo(ofMillis(2_500).toNanos());
        assertThat(config.address()).isEqualTo(H2);
    }

    @ParameterizedTest
    @CsvSource({"1800000, 1800", "30s, 30", "45m, 2700", "2h, 7200", "1d, 86400", "40000ms, 40", "0, 0"})
    void reads_times_in_milliseconds_or_with_a_unit(String text, long seconds) {
        assertThat(config("maxLifetime", text).age())
                .isEqualTo(ofSeconds(seconds).toNanos());
    }

    @Test
    void waits_a_year_where_hikaricp_waits_for_ever() {
        assertThat(config("connectionTimeout", "0").timeout())
                .isEqualTo(ofDays(365).toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        // maximum, minimum, idleTimeout | size, overflow, linger in seconds
        "16, '', '',        16, 0, 30",
        "16, 16, 600000,    16, 0, 30",
        "16, 20, 600000,    16, 0, 30",
        "16, '', 600000,    16, 0, 30",
        "16, 4, 60000,      4, 12, 60",
        "16, 4, '',         4, 12, 600",
        "16, 4, 0,          16, 0, 30",
        "16, 0, 60000,      1, 15, 60",
        "1, 0, 60000,       1, 0, 30",
        "'', 3, '',         3, 7, 600"
    })
    void keeps_what_hikaricp_keeps_and_lets_the_rest_linger(
            String maximum, String minimum, String idle, int size, int overflow, long linger) {
        Map<String, String> text = new HashMap<>(
                Map.of("jdbcUrl", H2, "maximumPoolSize", maximum, "minimumIdle", minimum, "idleTimeout", idle));
        text.values().removeIf(String::isEmpty);

        Config config = HikariImport.of(text).settings().config();

        assertThat(config.size()).isEqualTo(size);
        assertThat(config.maxOverflow()).isEqualTo(overflow);
        assertThat(config.linger()).isEqualTo(ofSeconds(linger).toNanos());
    }

    @Test
    void hands_user_password_and_properties_to_the_driver() throws Exception {
        DriverManager.registerDriver(pools.database.driver());
        try (Pool pool = Pool.of(read(
                        "jdbcUrl", pools.database.url(),
                        "username", "app",
                        "password", "canary",
                        "dataSource.cachePrepStmts", "true")
                .settings())) {
            pool.checkOut(null).close();

            assertThat(pools.database.backend(1).properties())
                    .containsEntry("user", "app")
                    .containsEntry("password", "canary")
                    .containsEntry("cachePrepStmts", "true");
        } finally {
            DriverManager.deregisterDriver(pools.database.driver());
        }
    }

    @Test
    void makes_the_data_source_and_sets_its_properties() throws Exception {
        Map<String, String> text = Map.of(
                SPRING + "data-source-class-name", JdbcDataSource.class.getName(),
                SPRING + "data-source-properties.url", H2,
                SPRING + "data-source-properties[loginTimeout]", "5",
                SPRING + "username", "sa",
                SPRING + "password", "");

        try (Pool pool = Pool.of(HikariImport.of(text).settings());
                Connection connection = pool.getConnection()) {
            assertThat(connection.getMetaData().getURL()).isEqualTo(H2);
        }
    }

    @Test
    void brings_each_new_connection_into_the_state_that_was_asked_for() throws Exception {
        HikariImport read = read(
                "transactionIsolation", "TRANSACTION_SERIALIZABLE",
                "schema", "INFORMATION_SCHEMA",
                "connectionInitSql", "create table if not exists public.made (id int)");

        try (Pool pool = Pool.of(read.settings())) {
            try (Connection connection = pool.getConnection()) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setSchema("PUBLIC");
                assertThat(connection
                                .createStatement()
                                .executeQuery("select * from made")
                                .next())
                        .isFalse();
            }
            try (Connection again = pool.getConnection()) {
                assertThat(again.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
                assertThat(again.getSchema()).isEqualTo("INFORMATION_SCHEMA");
            }
            assertThat(pool.snapshot().idle()).isEqualTo(1);
        }
    }

    @Test
    void leaves_no_connection_open_that_cannot_be_brought_there() {
        NewConnection wanted = new NewConnection(true, null, null, null, "set nothing");
        pools.database.next("execute").fails("42601");

        assertThatThrownBy(() -> wanted.of(pools.database::connect).connect())
                .hasFieldOrPropertyWithValue("SQLState", "42601");

        assertThat(pools.database.open()).isZero();
    }

    @Test
    void is_part_of_settings_as_text_in_which_aludels_own_count_more() {
        Map<String, String> text = new HashMap<>();
        text.put(SPRING + "jdbc-url", "jdbc:h2:mem:canary");
        text.put(SPRING + "username", "canary");
        text.put(SPRING + "maximum-pool-size", "20");
        text.put(SPRING + "minimum-idle", "2");
        text.put(SPRING + "connection-timeout", "5000");
        text.put(SPRING + "pool-name", "trips");
        text.put("aludel.pool.url", H2);
        text.put("aludel.pool.size", "3");
        text.put("aludel.pool.timeout", "4s");

        Config config = TextSettings.read(text).config();

        assertThat(config.address()).isEqualTo(H2);
        assertThat(config.name()).isEqualTo("trips");
        assertThat(config.size()).isEqualTo(3);
        assertThat(config.maxOverflow()).isZero();
        assertThat(config.timeout()).isEqualTo(ofSeconds(4).toNanos());
    }

    @Test
    void sends_no_user_to_an_address_that_was_given_otherwise() throws Exception {
        DriverManager.registerDriver(pools.database.driver());
        try (Pool pool = Pool.of(Map.of(
                "spring.datasource.username",
                "canary",
                SPRING + "password",
                "canary",
                SPRING + "data-source-properties.sslpassword",
                "canary",
                "aludel.pool.url",
                pools.database.url()))) {
            pool.checkOut(null).close();

            assertThat(pools.database.backend(1).properties().toString()).doesNotContain("canary");
        } finally {
            DriverManager.deregisterDriver(pools.database.driver());
        }
    }

    @Test
    void remarks_on_each_key() {
        Map<String, String> text = everything();

        HikariImport read = HikariImport.of(text);

        assertThat(String.join(
                        "\n", read.remarks().stream().map(Object::toString).toList()))
                .isEqualTo(REMARKS.strip());
    }

    @Test
    void remarks_that_what_is_off_is_off() {
        HikariImport read = read(
                "allowPoolSuspension", "false",
                "idleTimeout", "60000",
                "initializationFailTimeout", "-1",
                "isolateInternalQueries", "false",
                "keepaliveTime", "0",
                "leakDetectionThreshold", "0",
                "maxLifetime", "0",
                "readOnly", "false");

        assertThat(read.remarks())
                .filteredOn(remark -> !remark.key().equals("(not said)"))
                .noneMatch(remark -> remark.kind() == Kind.MISSING || remark.kind() == Kind.DIFFERENT);
    }

    @Test
    void logs_the_remarks_once_and_no_secret() {
        Logger logger = (Logger) LoggerFactory.getLogger(HikariImport.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
        try {
            HikariImport read = HikariImport.of(everything());

            assertThat(appender.list).hasSize(1);
            assertThat(appender.list.getFirst().getLevel()).isEqualTo(Level.INFO);
            assertThat(appender.list.getFirst().getFormattedMessage())
                    .startsWith("HikariCP's settings read\n    (not said): ")
                    .contains("\n    maximumPoolSize: size 4 and maxOverflow 12\n")
                    .doesNotContain("canary");
            assertThat(read.toString()).doesNotContain("canary");
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
    }

    private static Map<String, String> everything() {
        Map<String, String> text = new HashMap<>();
        text.put("allowPoolSuspension", "true");
        text.put("autoCommit", "true");
        text.put("catalog", "trips");
        text.put("connectionInitSql", "set app.key = 'canary'");
        text.put("connectionTestQuery", "select 1");
        text.put("connectionTimeout", "10000");
        text.put("credentialsProviderClassName", "com.example.Vault");
        text.put("dataSource.sslpassword", "canary");
        text.put("dataSourceJNDI", "java:comp/env/jdbc/trips");
        text.put("driverClassName", "org.h2.Driver");
        text.put("exceptionOverrideClassName", "com.example.Override");
        text.put("healthCheckProperties.connectivityCheckTimeoutMs", "1000");
        text.put("idleTimeout", "60000");
        text.put("initializationFailTimeout", "1");
        text.put("isolateInternalQueries", "true");
        text.put("jdbcUrl", "jdbc:h2:mem:hikari;PASSWORD=canary");
        text.put("keepaliveTime", "30000");
        text.put("leakDetectionThreshold", "2000");
        text.put("maxLifetime", "1800000");
        text.put("maximumPoolSize", "16");
        text.put("metricRegistry", "java:comp/env/metrics");
        text.put("minimumIdle", "4");
        text.put("password", "canary");
        text.put("poolName", "trips");
        text.put("readOnly", "true");
        text.put("registerMbeans", "true");
        text.put("scheduledExecutor", "com.example.Executor");
        text.put("schema", "public");
        text.put("threadFactory", "com.example.Threads");
        text.put("transactionIsolation", "TRANSACTION_READ_COMMITTED");
        text.put("username", "canary");
        text.put("validationTimeout", "250");
        return text;
    }

    private static final String REMARKS = """
            (not said): a statement ends after 30s, and a connection whose server is silent after 60s, which HikariCP \
            leaves to the driver: set statementTimeout and socketTimeout
            allowPoolSuspension: any pool can be suspended: Pool.suspend and Pool.resume
            autoCommit: on at each checkout
            catalog: set on each new connection
            connectionInitSql: sent on each new connection (not shown)
            connectionTestQuery: the driver's isValid is asked, if a connection was unused for 500 ms
            connectionTimeout: timeout 10s
            credentialsProviderClassName: give credentials(…) what is to be asked for user and password
            dataSource.sslpassword: given to the driver (not shown)
            dataSourceJNDI: look it up, and give it to connections(…)
            driverClassName: the driver is found by the address; org.h2.Driver is loaded
            exceptionOverrideClassName: a lost connection is known by its SQLState; give server(…) a ForwardingServer for \
            the rest
            healthCheckProperties: snapshot() has the numbers for a health check
            idleTimeout: linger 1m, for the 12 of maxOverflow
            initializationFailTimeout: nothing is opened before the first checkout: call Pool.warmUp at start, to fail there
            isolateInternalQueries: connections are prepared and checked in auto-commit
            jdbcUrl: url (not shown)
            keepaliveTime: keepAlive 30s
            leakDetectionThreshold: leakAfter 2s
            maxLifetime: maxLifetime 30m, less up to 25 % at random
            maximumPoolSize: size 4 and maxOverflow 12
            metricRegistry: the module aludel-metrics shows a pool to Micrometer
            minimumIdle: minIdle 4
            password: password (not shown)
            poolName: name 'trips'
            readOnly: set on each new connection
            registerMbeans: jmx, with an MBean of Aludel's own
            scheduledExecutor: connections are opened, checked and closed on virtual threads
            schema: set on each new connection
            threadFactory: connections are opened, checked and closed on virtual threads
            transactionIsolation: set on each new connection
            username: user (not shown)
            validationTimeout: a check may take 1s rather than 250ms, within the caller's timeout
            """;
}
