package dev.aludel.pool;

import dev.aludel.pool.HikariImport.Kind;
import dev.aludel.pool.HikariImport.Remark;
import dev.aludel.pool.HikariText.Given;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Says HikariCP's settings in Aludel's. Used once.
final class HikariTranslation {
    private static final Set<HikariKey> SOURCE = Collections.unmodifiableSet(EnumSet.of(
            HikariKey.JDBC_URL,
            HikariKey.USERNAME,
            HikariKey.PASSWORD,
            HikariKey.DATA_SOURCE_CLASS_NAME,
            HikariKey.DRIVER_CLASS_NAME));
    private static final Set<HikariKey> SIZES = Collections.unmodifiableSet(
            EnumSet.of(HikariKey.MAXIMUM_POOL_SIZE, HikariKey.MINIMUM_IDLE, HikariKey.IDLE_TIMEOUT));
    private static final String OFF = "off in Aludel too";

    private final Map<HikariKey, Given> values;
    private final Map<String, Given> properties;
    private final Set<String> own;
    private final Settings settings = new Settings();
    private final List<Remark> remarks = new ArrayList<>();

    /// @param own names of Aludel's settings that are given besides, and count more
    HikariTranslation(HikariText text, Set<String> own) {
        this.values = text.values();
        this.properties = text.properties();
        this.own = own;
    }

    HikariImport result() {
        setAside();
        values.forEach(this::translate);
        sizes();
        source();
        settings.origin().preparation(prepared());
        if (!own.contains("statementTimeout")) {
            remark(
                    "(not said)",
                    Kind.DIFFERENT,
                    "a statement ends after 30s, and a connection whose server is silent"
                            + " after 60s, which HikariCP leaves to the driver: set statementTimeout and socketTimeout");
        }
        remarks.sort(Comparator.comparing(Remark::key));
        return new HikariImport(settings, remarks);
    }

    /// An address does not go with another's user and password, nor a size with another's overflow.
    private void setAside() {
        String address = own.contains("urls") ? "urls" : "url";
        if (own.contains(address)) {
            SOURCE.forEach(key -> setAside(key, address));
            properties.keySet().forEach(name -> setAside("dataSource." + name, address));
            properties.clear();
        }
        if (own.contains("size") || own.contains("maxOverflow")) {
            SIZES.forEach(key -> setAside(key, own.contains("size") ? "size" : "maxOverflow"));
        }
        if (values.containsKey(HikariKey.DATA_SOURCE_CLASS_NAME) && values.remove(HikariKey.JDBC_URL) != null) {
            remark("jdbcUrl", Kind.SET_ASIDE, "dataSourceClassName counts, as in HikariCP");
        }
    }

    private void setAside(HikariKey key, String by) {
        if (values.remove(key) != null) {
            setAside(key.text, by);
        }
    }

    private void setAside(String key, String by) {
        remark(key, Kind.SET_ASIDE, TextSettings.PREFIX + by + " counts");
    }

    private void remark(String key, Kind kind, String text) {
        remarks.add(new Remark(key, kind, text));
    }

    private void remark(HikariKey key, Kind kind, String text) {
        remark(key.text, kind, text);
    }

    private void translate(HikariKey key, Given given) {
        switch (key) {
            case JDBC_URL, USERNAME, PASSWORD, DATA_SOURCE_CLASS_NAME -> {} // see source()
            case MAXIMUM_POOL_SIZE, MINIMUM_IDLE, IDLE_TIMEOUT -> {} // see sizes()
            case READ_ONLY, TRANSACTION_ISOLATION, CATALOG, SCHEMA, CONNECTION_INIT_SQL -> {} // see prepared()
            case CONNECTION_TIMEOUT -> connectionTimeout(given);
            case MAX_LIFETIME -> maxLifetime(given);
            case KEEPALIVE_TIME -> keepaliveTime(given);
            case LEAK_DETECTION_THRESHOLD -> leakDetectionThreshold(given);
            case VALIDATION_TIMEOUT -> {
                Duration time = HikariValue.time(given, Duration.ofMillis(250));
                remark(
                        key,
                        Kind.DIFFERENT,
                        "a check may take 1s rather than %s, within the caller's timeout"
                                .formatted(HikariValue.shown(time)));
            }
            case INITIALIZATION_FAIL_TIMEOUT ->
                remark(
                        key,
                        HikariValue.isNegative(given) ? Kind.TRANSLATED : Kind.MISSING,
                        "nothing is opened before the first checkout"
                                + (HikariValue.isNegative(given) ? "" : ": call Pool.warmUp at start, to fail there"));
            case AUTO_COMMIT -> autoCommit(given);
            case POOL_NAME -> {
                set(given, settings::name);
                remark(key, Kind.TRANSLATED, "name '" + given.value() + "'");
            }
            case REGISTER_MBEANS -> {
                boolean shown = HikariValue.truth(given);
                settings.jmx(shown);
                remark(key, Kind.TRANSLATED, shown ? "jmx, with an MBean of Aludel's own" : OFF);
            }
            case ALLOW_POOL_SUSPENSION ->
                missingIf(key, HikariValue.truth(given), "any pool can be suspended: Pool.suspend and Pool.resume");
            case ISOLATE_INTERNAL_QUERIES -> {
                boolean unused = HikariValue.truth(given);
                remark(key, Kind.BY_ITSELF, "connections are prepared and checked in auto-commit");
            }
            case DRIVER_CLASS_NAME -> {
                Class<?> loaded = NamedDataSource.driver(given);
                remark(key, Kind.BY_ITSELF, "the driver is found by the address; " + loaded.getName() + " is loaded");
            }
            case CONNECTION_TEST_QUERY ->
                remark(key, Kind.BY_ITSELF, "the driver's isValid is asked, if a connection was unused for 500 ms");
            case SCHEDULED_EXECUTOR, THREAD_FACTORY ->
                remark(key, Kind.BY_ITSELF, "connections are opened, checked and closed on virtual threads");
            case CREDENTIALS, CREDENTIALS_PROVIDER, CREDENTIALS_PROVIDER_CLASS_NAME ->
                remark(key, Kind.MISSING, "give credentials(…) what is to be asked for user and password");
            case DATA_SOURCE_JNDI -> remark(key, Kind.MISSING, "look it up, and give it to connections(…)");
            case EXCEPTION_OVERRIDE, EXCEPTION_OVERRIDE_CLASS_NAME ->
                remark(
                        key,
                        Kind.MISSING,
                        "a lost connection is known by its SQLState; give server(…) a ForwardingServer for the rest");
            case HEALTH_CHECK_PROPERTIES, HEALTH_CHECK_REGISTRY ->
                remark(key, Kind.MISSING, "snapshot() has the numbers for a health check");
            case METRIC_REGISTRY, METRICS_TRACKER_FACTORY ->
                remark(key, Kind.MISSING, "the module aludel-metrics shows a pool to Micrometer");
        }
    }

    private void missingIf(HikariKey key, boolean wanted, String text) {
        remark(key, wanted ? Kind.MISSING : Kind.TRANSLATED, wanted ? text : OFF);
    }

    private void connectionTimeout(Given given) {
        Duration time = HikariValue.timeOrZero(given, Duration.ofMillis(250));
        settings.timeout(time.isZero() ? Duration.ofDays(365) : time);
        if (time.isZero()) {
            remark(HikariKey.CONNECTION_TIMEOUT, Kind.DIFFERENT, "timeout 365d, the longest there is");
        } else {
            remark(HikariKey.CONNECTION_TIMEOUT, Kind.TRANSLATED, "timeout " + HikariValue.shown(time));
        }
    }

    private void maxLifetime(Given given) {
        Duration time = HikariValue.timeOrZero(given, Duration.ofSeconds(30));
        settings.recycle(Duration.ZERO).maxLifetime(time);
        remark(
                HikariKey.MAX_LIFETIME,
                Kind.TRANSLATED,
                time.isZero() ? OFF : "maxLifetime %s, less up to 25 %% at random".formatted(HikariValue.shown(time)));
    }

    private void leakDetectionThreshold(Given given) {
        Duration time = HikariValue.timeOrZero(given, Duration.ofSeconds(2));
        settings.leakAfter(time);
        remark(
                HikariKey.LEAK_DETECTION_THRESHOLD,
                Kind.TRANSLATED,
                time.isZero() ? OFF : "leakAfter " + HikariValue.shown(time));
    }

    private void keepaliveTime(Given given) {
        Duration time = HikariValue.timeOrZero(given, Duration.ofSeconds(30));
        settings.keepAlive(time);
        remark(HikariKey.KEEPALIVE_TIME, Kind.TRANSLATED, time.isZero() ? OFF : "keepAlive " + HikariValue.shown(time));
    }

    /// A connection in auto-commit is no trifle for who counts on the opposite: each statement would be final.
    private void autoCommit(Given given) {
        if (!HikariValue.truth(given)) {
            throw new IllegalArgumentException(("%s must be true, but was 'false': Aludel lends connections in"
                            + " auto-commit. Leave it out, and where a framework was told of it"
                            + " (hibernate.connection.provider_disables_autocommit) there too: else each statement"
                            + " is its own transaction")
                    .formatted(Text.shown(given.key())));
        }
        remark(HikariKey.AUTO_COMMIT, Kind.TRANSLATED, "on at each checkout");
    }

    /// HikariCP's minimum is Aludel's size, what may be opened beyond it the overflow.
    private void sizes() {
        if (SIZES.stream().noneMatch(values::containsKey)) {
            return;
        }
        Given maximum = values.get(HikariKey.MAXIMUM_POOL_SIZE);
        Given minimum = values.get(HikariKey.MINIMUM_IDLE);
        Given timeout = values.get(HikariKey.IDLE_TIMEOUT);
        int most = maximum == null ? 10 : HikariValue.count(maximum, 1);
        int least = minimum == null ? most : Math.min(most, HikariValue.count(minimum, 0));
        Duration idle =
                timeout == null ? Duration.ofMinutes(10) : HikariValue.timeOrZero(timeout, Duration.ofSeconds(10));
        boolean shrinks = least < most && !idle.isZero();
        int size = shrinks ? Math.max(1, least) : most;
        settings.size(size).maxOverflow(most - size);
        if (most > size) {
            settings.linger(idle);
        }
        sizeRemarks(maximum, most, size);
        minimumRemark(minimum, least, size);
        idleRemark(timeout, idle, most - size);
    }

    private void sizeRemarks(@Nullable Given maximum, int most, int size) {
        if (maximum != null) {
            String text = most == size ? "size " + size : "size %d and maxOverflow %d".formatted(size, most - size);
            remark(HikariKey.MAXIMUM_POOL_SIZE, Kind.TRANSLATED, text);
        }
    }

    private void minimumRemark(@Nullable Given minimum, int least, int size) {
        if (minimum == null) {
            return;
        }
        int ready = Math.min(least, size);
        settings.minIdle(ready);
        if (least == 0 && size == 1) {
            remark(HikariKey.MINIMUM_IDLE, Kind.DIFFERENT, "minIdle 0, but one is kept once it was needed");
        } else {
            remark(HikariKey.MINIMUM_IDLE, Kind.TRANSLATED, "minIdle " + ready);
        }
    }

    private void idleRemark(@Nullable Given timeout, Duration idle, int overflow) {
        if (timeout == null) {
            return;
        }
        if (overflow > 0) {
            String text = "linger %s, for the %d of maxOverflow".formatted(HikariValue.shown(idle), overflow);
            remark(HikariKey.IDLE_TIMEOUT, Kind.TRANSLATED, text);
        } else {
            remark(HikariKey.IDLE_TIMEOUT, Kind.TRANSLATED, "all connections are kept, as in HikariCP");
        }
    }

    private void source() {
        Given name = values.get(HikariKey.DATA_SOURCE_CLASS_NAME);
        if (name == null) {
            address();
        } else {
            if (values.containsKey(HikariKey.DRIVER_CLASS_NAME)) {
                throw new IllegalArgumentException(
                        "%s does not go with driverClassName: leave one out".formatted(Text.shown(name.key())));
            }
            dataSource(name);
        }
    }

    private void address() {
        given(HikariKey.JDBC_URL, settings::url, "url (not shown)");
        given(HikariKey.USERNAME, settings::user, "user (not shown)");
        given(HikariKey.PASSWORD, settings::password, "password (not shown)");
        Map<String, String> more = new TreeMap<>();
        properties.forEach((property, given) -> {
            more.put(property, given.value());
            remark("dataSource." + property, Kind.TRANSLATED, "given to the driver (not shown)");
        });
        more.forEach(settings.origin()::textProperty);
    }

    private void given(HikariKey key, Consumer<String> setter, String text) {
        Given given = values.get(key);
        if (given != null) {
            set(given, setter);
            remark(key, Kind.TRANSLATED, text);
        }
    }

    private void dataSource(Given name) {
        DataSource made = NamedDataSource.of(name, properties);
        remark(
                HikariKey.DATA_SOURCE_CLASS_NAME,
                Kind.TRANSLATED,
                "connections of a " + made.getClass().getName());
        properties
                .keySet()
                .forEach(property ->
                        remark("dataSource." + property, Kind.TRANSLATED, "set on the data source (not shown)"));
        given(HikariKey.USERNAME, settings::user, "given to the data source (not shown)");
        given(HikariKey.PASSWORD, settings::password, "given to the data source (not shown)");
        Given user = values.get(HikariKey.USERNAME);
        Given password = values.get(HikariKey.PASSWORD);
        settings.connections(
                user == null
                        ? made::getConnection
                        : () -> made.getConnection(user.value(), password == null ? null : password.value()));
    }

    private NewConnection prepared() {
        Given readOnly = values.get(HikariKey.READ_ONLY);
        Given isolation = values.get(HikariKey.TRANSACTION_ISOLATION);
        boolean isReadOnly = readOnly != null && HikariValue.truth(readOnly);
        if (readOnly != null) {
            remark(HikariKey.READ_ONLY, Kind.TRANSLATED, isReadOnly ? "set on each new connection" : OFF);
        }
        Integer level = isolation == null ? null : (Integer) HikariValue.isolation(isolation);
        if (isolation != null) {
            remark(HikariKey.TRANSACTION_ISOLATION, Kind.TRANSLATED, "set on each new connection");
        }
        return new NewConnection(
                isReadOnly,
                level,
                onEachConnection(HikariKey.CATALOG, "set on each new connection"),
                onEachConnection(HikariKey.SCHEMA, "set on each new connection"),
                onEachConnection(HikariKey.CONNECTION_INIT_SQL, "sent on each new connection (not shown)"));
    }

    private @Nullable String onEachConnection(HikariKey key, String text) {
        Given given = values.get(key);
        if (given == null) {
            return null;
        }
        remark(key, Kind.TRANSLATED, text);
        return given.value();
    }

    /// Names the key as it was given, beside Aludel's name of it.
    private static void set(Given given, Consumer<String> setter) {
        try {
            setter.accept(given.value());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Text.shown(given.key()) + ": " + e.getMessage());
        }
    }
}
