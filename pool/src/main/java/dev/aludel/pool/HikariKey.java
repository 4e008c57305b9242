package dev.aludel.pool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A property of `HikariConfig`, up to HikariCP 7.1.
enum HikariKey {
    ALLOW_POOL_SUSPENSION("allowPoolSuspension"),
    AUTO_COMMIT("autoCommit"),
    CATALOG("catalog"),
    CONNECTION_INIT_SQL("connectionInitSql"),
    CONNECTION_TEST_QUERY("connectionTestQuery"),
    CONNECTION_TIMEOUT("connectionTimeout"),
    CREDENTIALS("credentials"),
    CREDENTIALS_PROVIDER("credentialsProvider"),
    CREDENTIALS_PROVIDER_CLASS_NAME("credentialsProviderClassName"),
    DATA_SOURCE_CLASS_NAME("dataSourceClassName"),
    DATA_SOURCE_JNDI("dataSourceJNDI"),
    DRIVER_CLASS_NAME("driverClassName"),
    EXCEPTION_OVERRIDE("exceptionOverride"),
    EXCEPTION_OVERRIDE_CLASS_NAME("exceptionOverrideClassName"),
    HEALTH_CHECK_PROPERTIES("healthCheckProperties"),
    HEALTH_CHECK_REGISTRY("healthCheckRegistry"),
    IDLE_TIMEOUT("idleTimeout"),
    INITIALIZATION_FAIL_TIMEOUT("initializationFailTimeout"),
    ISOLATE_INTERNAL_QUERIES("isolateInternalQueries"),
    JDBC_URL("jdbcUrl"),
    KEEPALIVE_TIME("keepaliveTime"),
    LEAK_DETECTION_THRESHOLD("leakDetectionThreshold"),
    MAX_LIFETIME("maxLifetime"),
    MAXIMUM_POOL_SIZE("maximumPoolSize"),
    METRIC_REGISTRY("metricRegistry"),
    METRICS_TRACKER_FACTORY("metricsTrackerFactory"),
    MINIMUM_IDLE("minimumIdle"),
    PASSWORD("password"),
    POOL_NAME("poolName"),
    READ_ONLY("readOnly"),
    REGISTER_MBEANS("registerMbeans"),
    SCHEDULED_EXECUTOR("scheduledExecutor"),
    SCHEMA("schema"),
    THREAD_FACTORY("threadFactory"),
    TRANSACTION_ISOLATION("transactionIsolation"),
    USERNAME("username"),
    VALIDATION_TIMEOUT("validationTimeout");

    private static final Map<String, HikariKey> BY_FOLDED_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(key -> HikariText.folded(key.text), Function.identity()));

    private static final Pattern START = Pattern.compile("(?i)spring[._]data-?source[._]hikari[._]");

    /// The name, as in HikariCP's documentation.
    final String text;

    HikariKey(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException if there is no such key; names the nearest in the form that was used
    static HikariKey of(String name, HikariText.Given given) {
        HikariKey key = BY_FOLDED_NAME.get(HikariText.folded(name));
        if (key != null) {
            return key;
        }
        Matcher spring = START.matcher(given.key());
        String start = spring.lookingAt() ? spring.group() : "";
        String nearest = TextSettings.nearest(
                Arrays.stream(values()).map(known -> known.text).toList(), name.replaceAll("[-_]", ""));
        throw new IllegalArgumentException("'%s' is not a setting of HikariCP: did you mean '%s%s'?"
                .formatted(Text.shown(given.key()), start, start.isEmpty() ? nearest : kebab(nearest)));
    }

    private static String kebab(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
