package dev.aludel.pool;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SettingsTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private static Config config(Settings settings) {
        return settings.connections(() -> {
                    throw new SQLException("not asked for here");
                })
                .config();
    }

    @Test
    void by_default_are_meant_for_production() {
        Config config = config(new Settings());

        assertThat(config.size()).isEqualTo(10);
        assertThat(config.maxOverflow()).isZero();
        assertThat(config.timeout()).isEqualTo(ofSeconds(30).toNanos());
        assertThat(config.maxWaiting()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.maxPerTenant()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.maxConnecting()).isEqualTo(4);
        assertThat(config.connectTimeout()).isEqualTo(ofSeconds(10).toNanos());
        assertThat(config.pingAfterIdle()).isEqualTo(ofMillis(500).toNanos());
        assertThat(config.recycle()).isEqualTo(ofMinutes(30).toNanos());
        assertThat(config.jitter()).isEqualTo(0.25);
        assertThat(config.linger()).isEqualTo(ofSeconds(30).toNanos());
        assertThat(config.statementTimeout()).isEqualTo(ofSeconds(30).toNanos());
        assertThat(config.socketTimeout()).isEqualTo(ofSeconds(60).toNanos());
        assertThat(config.resetOnReturn()).isEqualTo(ResetOnReturn.ROLLBACK);
        assertThat(config.stateReset()).isEqualTo(StateReset.SMART);
        assertThat(config.server()).isNull();
    }

    @Test
    void of_the_model_are_its_defaults() {
        Config config = config(Settings.sqlalchemy());

        assertThat(config.size()).isEqualTo(5);
        assertThat(config.maxOverflow()).isEqualTo(10);
        assertThat(config.timeout()).isEqualTo(ofSeconds(30).toNanos());
        assertThat(config.pingAfterIdle()).isNegative();
        assertThat(config.recycle()).isZero();
        assertThat(config.jitter()).isZero();
        assertThat(config.linger()).isZero();
        assertThat(config.statementTimeout()).isZero();
        assertThat(config.socketTimeout()).isZero();
    }

    @Test
    void may_all_be_given_as_text() {
        // connection-model row 153
        Map<String, String> text = new TreeMap<>();
        text.put("aludel.pool.url", "jdbc:h2:mem:settings;USER=sa");
        text.put("aludel.pool.user", "sa");
        text.put("aludel.pool.password", "");
        text.put("aludel.pool.name", "trips");
        text.put("aludel.pool.size", " 16 ");
        text.put("aludel.pool.maxOverflow", "4");
        text.put("aludel.pool.timeout", "10s");
        text.put("aludel.pool.maxWaiting", "1000");
        text.put("aludel.pool.maxPerTenant", "7");
        text.put("aludel.pool.maxConnecting", "2");
        text.put("aludel.pool.connectTimeout", "2500ms");
        text.put("aludel.pool.prePing", "TRUE");
        text.put("aludel.pool.recycle", "5m");
        text.put("aludel.pool.linger", "1h");
        text.put("aludel.pool.maxLifetime", "25m");
        text.put("aludel.pool.idleTimeout", "3m");
        text.put("aludel.pool.keepAlive", "2m");
        text.put("aludel.pool.minIdle", "5");
        text.put("aludel.pool.statementTimeout", "PT7S");
        text.put("aludel.pool.socketTimeout", "pt8s");
        text.put("aludel.pool.resetOnReturn", "Commit");
        text.put("aludel.pool.stateReset", "Always");
        text.put("aludel.pool.role", "any");
        text.put("aludel.pool.kind", "Queue");
        text.put("aludel.pool.lazy", "true");
        text.put("aludel.pool.strict", "true");
        text.put("aludel.pool.jmx", "True");
        text.put("aludel.pool.leakAfter", "20s");
        text.put("aludel.pool.diagnosticConnection", "false");
        text.put("aludel.pool.pooler", "Transaction");
        text.put("aludel.pool.clockResolution", "1ms");
        Set<String> given = new TreeSet<>(Set.of("aludel.pool.urls")); // in place of url: see below
        given.addAll(text.keySet());
        assertThat(given)
                .isEqualTo(TextSettings.KEYS.keySet().stream()
                        .map(key -> TextSettings.PREFIX + key)
                        .collect(Collectors.toCollection(TreeSet::new)));

        Config config = TextSettings.read(text).config();

        assertThat(config.address()).isEqualTo("jdbc:h2:mem:settings");
        assertThat(config.name()).isEqualTo("trips");
        assertThat(config.size()).isEqualTo(16);
        assertThat(config.maxOverflow()).isEqualTo(4);
        assertThat(config.timeout()).isEqualTo(ofSeconds(10).toNanos());
        assertThat(config.maxWaiting()).isEqualTo(1000);
        assertThat(config.maxPerTenant()).isEqualTo(7);
        assertThat(config.maxConnecting()).isEqualTo(2);
        assertThat(config.connectTimeout()).isEqualTo(ofMillis(2_500).toNanos());
        assertThat(config.pingAfterIdle()).isZero();
        assertThat(config.recycle()).isEqualTo(ofMinutes(5).toNanos());
        assertThat(config.linger()).isEqualTo(ofHours(1).toNanos());
        assertThat(config.maxLifetime()).isEqualTo(ofMinutes(25).toNanos());
        assertThat(config.idleTimeout()).isEqualTo(ofMinutes(3).toNanos());
        assertThat(config.keepAlive()).isEqualTo(ofMinutes(2).toNanos());
        assertThat(config.minIdle()).isEqualTo(5);
        assertThat(config.statementTimeout()).isEqualTo(ofSeconds(7).toNanos());
        assertThat(config.socketTimeout()).isEqualTo(ofSeconds(8).toNanos());
        assertThat(config.resetOnReturn()).isEqualTo(ResetOnReturn.COMMIT);
        assertThat(config.stateReset()).isEqualTo(StateReset.ALWAYS);
        assertThat(config.role()).isEqualTo(Role.ANY);
        assertThat(config.kind()).isEqualTo(PoolKind.QUEUE);
        assertThat(config.lazy()).isTrue();
        assertThat(config.strict()).isTrue();
        assertThat(config.jmx()).isTrue();
        assertThat(config.leakAfter()).isEqualTo(ofSeconds(20).toNanos());
        assertThat(config.diagnosticConnection()).isFalse();
        assertThat(config.pooler()).isEqualTo(Pooler.TRANSACTION);
        assertThat(config.clockResolution()).isEqualTo(ofMillis(1).toNanos());
    }

    @ParameterizedTest
    @EnumSource
    void give_each_pool_that_is_built_with_them_the_same(PoolKind kind) {
        // connection-model row 7: the model makes a pool anew from an old one
        Settings settings = Settings.sqlalchemy()
                .kind(kind)
                .name("trips")
                .timeout(ofSeconds(7))
                .recycle(ofMinutes(9))
                .listener(new PoolListener() {});

        assertThat(config(settings))
                .usingRecursiveComparison()
                .ignoringFields("scheduling") // its random source and its clock are its own
                .isEqualTo(settings.config());
        assertThat(settings.config().listener()).isNotSameAs(Events.SILENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "jdbc:postgresql://a/trips jdbc:postgresql://b/trips; jdbc:postgresql://a/trips, jdbc:postgresql://b/trips",
                "' jdbc:mysql://a/trips?user=canary , jdbc:mysql://b,c/trips  '; jdbc:mysql://a/trips, jdbc:mysql://b,c/trips",
                "jdbc:mariadb://a/trips; jdbc:mariadb://a/trips"
            })
    void may_name_several_servers_as_text(String urls, String shown) {
        assertThat(TextSettings.read(Map.of("aludel.pool.urls", urls)).origin().address())
                .isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"any, ANY", "Primary, PRIMARY", "REPLICA, REPLICA", "preferReplica, PREFER_REPLICA"})
    void may_name_a_role_as_text(String text, Role role) {
        Map<String, String> settings =
                Map.of("aludel.pool.role", text, "aludel.pool.url", "jdbc:postgresql://localhost/trips");

        assertThat(TextSettings.read(settings).config().role()).isEqualTo(role);
    }

    @Test
    void of_others_in_the_same_map_are_left_alone() {
        TextSettings.read(Map.of("aludel.engine.echo", "true", "server.port", "8080", "size", "x"));
    }

    @Test
    void as_text_build_a_pool_that_works() throws Exception {
        try (Pool pool = Pool.of(Map.of("aludel.pool.url", "jdbc:h2:mem:text", "aludel.pool.user", "sa"));
                var connection = pool.getConnection();
                var rows = connection.createStatement().executeQuery("select 42")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db.example/trips, jdbc:postgresql://db.example/trips",
        "jdbc:postgresql://db.example/trips?user=app&password=canary, jdbc:postgresql://db.example/trips",
        "jdbc:postgresql://app:canary@db.example/trips, jdbc:postgresql://db.example/trips",
        "jdbc:postgresql://app:can@ary@db.example/trips, jdbc:postgresql://db.example/trips",
        "jdbc:postgresql://app:can?ary@db.example/trips, jdbc:postgresql:…",
        "jdbc:postgresql://app:can;ary@db.example/trips, jdbc:postgresql:…",
        "jdbc:postgresql://db.example/trips?password=can@ary, jdbc:postgresql:…",
        "jdbc:h2:mem:trips;USER=sa;PASSWORD=canary, jdbc:h2:mem:trips",
        "jdbc:oracle:thin:scott/canary@db.example:1521/trips, jdbc:oracle://db.example:1521/trips",
        "jdbc:mysql://(host=db.example;password=canary)/trips, jdbc:mysql:…",
        "jdbc:db2://db.example:50000/trips:user=app;password=canary;, jdbc:db2:…"
    })
    void show_no_password_of_an_address(String url, String shown) {
        assertThat(DriverSource.masked(url)).isEqualTo(shown);
    }

    @Test
    void show_their_name_and_sizes_but_no_secret() {
        Settings settings = new Settings()
                .url("jdbc:postgresql://app:canary@host/db")
                .user("canary")
                .password("canary")
                .name("trips")
                .timeout(Duration.ofSeconds(3));

        assertThat(settings).hasToString("Settings[name=trips, size=10, maxOverflow=0, timeout=PT3S]");
    }

    @Test
    void hand_user_and_password_to_the_driver_only() throws Exception {
        DriverManager.registerDriver(pools.database.driver());
        try {
            Pool pool = Pool.of(settings -> settings.url(pools.database.url())
                    .user("app")
                    .password("canary")
                    .name("trips"));
            pool.checkOut(null).close();
            pools.database.next("connect").fails("28P01");
            pool.invalidate();

            Throwable error = catchThrowable(() -> pool.checkOut(null));

            assertThat(pools.database.backend(1).properties())
                    .containsEntry("user", "app")
                    .containsEntry("password", "canary");
            assertThat(error)
                    .hasMessage("Pool 'trips' cannot connect to " + pools.database.url()
                            + ": the server refuses user or password; check user and password, and that the user may log in"
                            + " (values not shown)");
            assertThat(pool.toString() + pool.snapshot() + pool.explain() + pool.usage() + error)
                    .doesNotContain("canary");
            pool.close();
        } finally {
            DriverManager.deregisterDriver(pools.database.driver());
        }
    }

    @Test
    void take_a_longer_lifetime_for_the_age_of_recycle_unless_that_is_given() {
        assertThat(age(new Settings())).isEqualTo(ofMinutes(30));
        assertThat(age(new Settings().maxLifetime(ofHours(8)))).isEqualTo(ofHours(8));
        assertThat(age(new Settings().maxLifetime(ofMinutes(20)))).isEqualTo(ofMinutes(20));
        assertThat(age(new Settings().maxLifetime(ofHours(8)).recycle(ofMinutes(30))))
                .isEqualTo(ofMinutes(30));
        assertThat(age(new Settings().maxLifetime(ofHours(8)).recycle(ofHours(9))))
                .isEqualTo(ofHours(8));
        assertThat(age(new Settings().maxLifetime(ofHours(8)).recycle(Duration.ZERO)))
                .isEqualTo(ofHours(8));
        assertThat(age(Settings.sqlalchemy())).isZero();
    }

    private static Duration age(Settings settings) {
        return Duration.ofNanos(config(settings).age());
    }

    @ParameterizedTest
    @CsvSource({"PT2M, 30", "PT1M, 30", "PT45S, 22", "PT10S, 5", "PT3.9S, 1", "PT0.5S, 1", "PT0S, 30"})
    void give_statements_half_the_socket_timeout_if_only_that_is_set(Duration socket, int expected) {
        Config config =
                new Settings().url("jdbc:h2:mem:half").socketTimeout(socket).config();

        assertThat(config.statementSeconds()).isEqualTo(expected);
        assertThat(config.socketMillis()).isEqualTo((int) socket.toMillis());
    }

    @Test
    void round_a_socket_timeout_up_to_a_millisecond_since_none_would_be_for_ever() {
        Config config = new Settings()
                .url("jdbc:h2:mem:short")
                .socketTimeout(Duration.ofNanos(1))
                .config();

        assertThat(config.socketMillis()).isEqualTo(1);
    }
}
