package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BadHikariSettingsTest {
    private static final String UNITS = ", in milliseconds or with a unit (ms, s, m, h, d)";

    @ParameterizedTest
    @CsvSource({
        "spring.datasource.hikari.maximum-pool-sise, spring.datasource.hikari.maximum-pool-size",
        "spring.datasource.hikari.maxPoolSize, spring.datasource.hikari.maximum-pool-size",
        "spring.datasource.hikari.max-life-time-ms, spring.datasource.hikari.max-lifetime",
        "spring.datasource.hikari.url, spring.datasource.hikari.jdbc-url",
        "SPRING_DATASOURCE_HIKARI_USER, SPRING_DATASOURCE_HIKARI_username",
        "maximumPoolSise, maximumPoolSize",
        "pasword, password",
        "leakDetection, leakDetectionThreshold",
        "dataSourceJndiName, dataSourceJNDI"
    })
    void with_an_unknown_key_name_the_nearest_in_the_same_form(String key, String nearest) {
        assertThatThrownBy(() -> HikariImport.of(Map.of(key, "canary")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'%s' is not a setting of HikariCP: did you mean '%s'?", key, nearest);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maximum-pool-size  | 0      | a whole number between 1 and 10000
            maximum-pool-size  | -3     | a whole number between 1 and 10000
            maximum-pool-size  | many   | a whole number between 1 and 10000
            maximum-pool-size  | 1.5    | a whole number between 1 and 10000
            maximum-pool-size  | ''     | a whole number between 1 and 10000
            maximum-pool-size  | 10001  | a whole number between 1 and 10000
            minimum-idle       | -1     | a whole number between 0 and 10000
            auto-commit        | yes    | true or false
            read-only          | 1      | true or false
            register-mbeans    | on     | true or false
            transaction-isolation | serial | TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ, \
            TRANSACTION_SERIALIZABLE, TRANSACTION_READ_UNCOMMITTED or TRANSACTION_NONE
            driver-class-name  | com.example.NoDriver | a class on the class path
            """)
    void name_key_value_and_rule(String key, String value, String rule) {
        String given = "spring.datasource.hikari." + key;

        assertThatThrownBy(() -> HikariImport.of(Map.of(given, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("%s must be %s, but was '%s': mend the value", given, rule, value);
    }

    @ParameterizedTest
    @CsvSource({
        "connectionTimeout, 30, 0 or a time between 250ms and 365d",
        "connectionTimeout, -1, 0 or a time between 250ms and 365d",
        "connectionTimeout, 30 s, 0 or a time between 250ms and 365d",
        "connectionTimeout, 30sec, 0 or a time between 250ms and 365d",
        "connectionTimeout, PT30S, 0 or a time between 250ms and 365d",
        "connectionTimeout, 1e4, 0 or a time between 250ms and 365d",
        "connectionTimeout, 9223372036854775807, 0 or a time between 250ms and 365d",
        "idleTimeout, 600, 0 or a time between 10s and 365d",
        "maxLifetime, 1800, 0 or a time between 30s and 365d",
        "maxLifetime, 999999999999d, 0 or a time between 30s and 365d",
        "keepaliveTime, 120, 0 or a time between 30s and 365d",
        "leakDetectionThreshold, 60, 0 or a time between 2s and 365d",
        "validationTimeout, 0, a time between 250ms and 365d",
        "initializationFailTimeout, soon, a negative number or a time"
    })
    void name_a_time_that_is_none_or_was_meant_in_seconds(String key, String value, String rule) {
        assertThatThrownBy(() -> HikariImport.of(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("%s must be %s%s, but was '%s': mend the value", key, rule, UNITS, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbcUrl", "username", "password"})
    void show_no_value_that_may_be_a_secret(String key) {
        assertThatThrownBy(() -> HikariImport.of(Map.of(key, "canary\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageNotContaining("canary");
    }

    @Test
    void show_neither_control_characters_nor_pages() {
        assertThatThrownBy(() -> HikariImport.of(Map.of("minimumIdle", "1\u001b[2J\n")))
                .hasMessageContaining("but was '1?[2J?'");
        assertThatThrownBy(() -> HikariImport.of(Map.of("si\nze" + "x".repeat(500), "1")))
                .hasMessageContaining("'si?zexxx")
                .message()
                .hasSizeLessThan(200);
    }

    @Test
    void name_a_key_that_has_two_values() {
        assertThatThrownBy(() -> HikariImport.of(Map.of("maximumPoolSize", "1", "maximum-pool-size", "2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'maximum-pool-size' and 'maximumPoolSize' are the same key with two values: leave one out");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            transaction-isolation | TRANSACTION_SERIALIZABLE | transactionIsolation
            schema                | app                      | schema
            connection-init-sql   | set work_mem = '5MB'     | connectionInitSql
            """, quoteCharacter = '"')
    void name_what_is_set_in_sessions_that_a_pooler_gives_to_others(String key, String value, String named) {
        Map<String, String> text = Map.of(
                "spring.datasource.url",
                "jdbc:postgresql://localhost/trips",
                "spring.datasource.hikari." + key,
                value,
                "aludel.pool.pooler",
                "transaction");

        assertThatThrownBy(() -> Pool.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        named + " cannot go with pooler TRANSACTION, behind which a setting of a session is lost, or"
                                + " met by others: leave it out, and give the user or the database the setting (ALTER ROLE … SET …)");
    }

    @Test
    void include_connections_without_auto_commit() {
        assertThatThrownBy(() -> HikariImport.of(Map.of("autoCommit", "false")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "autoCommit must be true, but was 'false': Aludel lends connections in auto-commit. Leave it"
                                + " out, and where a framework was told of it"
                                + " (hibernate.connection.provider_disables_autocommit) there too: else each statement is its"
                                + " own transaction");
    }

    @Test
    void name_a_data_source_that_is_none() {
        assertThatThrownBy(() -> HikariImport.of(Map.of("dataSourceClassName", "java.lang.String")))
                .hasMessage("dataSourceClassName must be a javax.sql.DataSource with a public constructor without"
                        + " parameters, but was 'java.lang.String': mend the value");
        assertThatThrownBy(() -> HikariImport.of(Map.of("dataSourceClassName", "com.example.None")))
                .hasMessage("dataSourceClassName must be a class on the class path, but was 'com.example.None': mend"
                        + " the value");
    }

    @Test
    void name_a_data_source_beside_a_driver() {
        Map<String, String> both =
                Map.of("dataSourceClassName", JdbcDataSource.class.getName(), "driverClassName", "org.h2.Driver");

        assertThatThrownBy(() -> HikariImport.of(both))
                .hasMessage("dataSourceClassName does not go with driverClassName: leave one out");
    }

    @Test
    void name_the_nearest_property_of_the_data_source() {
        Map<String, String> typo =
                Map.of("dataSourceClassName", JdbcDataSource.class.getName(), "dataSource.pasword", "canary");

        assertThatThrownBy(() -> HikariImport.of(typo))
                .hasMessage("'dataSource.pasword' is not a property of org.h2.jdbcx.JdbcDataSource: did you mean"
                        + " 'password'?");
    }

    @Test
    void do_not_show_what_a_property_of_the_data_source_was_to_be() {
        Map<String, String> bad =
                Map.of("dataSourceClassName", JdbcDataSource.class.getName(), "dataSource.loginTimeout", "canary");

        assertThatThrownBy(() -> HikariImport.of(bad))
                .hasMessage("dataSource.loginTimeout must be a whole number (its value is not shown): mend the value");
    }

    @Test
    void are_found_in_settings_as_text_too() {
        assertThatThrownBy(() -> Pool.of(Map.of("spring.datasource.hikari.max-lifetime", "1800")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("spring.datasource.hikari.max-lifetime must be 0 or a time between 30s");
    }
}
