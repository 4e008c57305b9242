package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BadSettingsTest {
    private static final Map<String, BiConsumer<Settings, Duration>> TIMES = Map.of(
            "timeout", Settings::timeout,
            "connectTimeout", Settings::connectTimeout,
            "recycle", Settings::recycle,
            "linger", Settings::linger,
            "maxLifetime", Settings::maxLifetime,
            "idleTimeout", Settings::idleTimeout,
            "keepAlive", Settings::keepAlive,
            "leakAfter", Settings::leakAfter,
            "statementTimeout", Settings::statementTimeout,
            "socketTimeout", Settings::socketTimeout);

    private static final Map<String, BiConsumer<Settings, String>> WORDS = Map.of(
            "url", Settings::url,
            "user", Settings::user,
            "password", Settings::password,
            "name", Settings::name,
            "readScope", Settings::readScope);

    private static <T> void set(Map<String, BiConsumer<Settings, T>> setters, String key, Settings settings, T value) {
        Objects.requireNonNull(setters.get(key)).accept(settings, value);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "-2147483648"})
    void name_a_size_below_1(int size) {
        // connection-model row 39: the model takes 0 for "no limit"
        assertThatThrownBy(() -> new Settings().size(size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "size must be 1 or more, but was " + size + ": give the number of connections to keep open");
    }

    @Test
    void name_an_overflow_below_0() {
        assertThatThrownBy(() -> new Settings().maxOverflow(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxOverflow must be 0 or more, but was -1: there is no unlimited pool: give the server's"
                        + " share");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void name_a_queue_of_nobody(int most) {
        assertThatThrownBy(() -> new Settings().maxWaiting(most))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxWaiting must be 1 or more, but was " + most
                        + ": give how many callers may wait at once, or leave it out for no bound");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void name_a_tenant_that_would_never_have_a_connection(int most) {
        assertThatThrownBy(() -> new Settings().maxPerTenant(most))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPerTenant must be 1 or more, but was " + most
                        + ": give how many connections one tenant may have at once, or leave it out for no bound");
    }

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "ASSERTION"})
    void name_the_tenants_of_a_pool_of_one_connection(PoolKind kind) {
        assertThatThrownBy(() -> Pool.of(new Settings().kind(kind).maxPerTenant(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPerTenant cannot go with kind " + kind
                        + ", which has one connection: leave one of the two out");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void name_a_pool_that_would_never_connect(int most) {
        assertThatThrownBy(() -> new Settings().maxConnecting(most))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConnecting must be 1 or more, but was " + most
                        + ": give how many connections may be opened at once, or leave it out for 4");
    }

    @ParameterizedTest
    @CsvSource({"10001, 0", "1, 10000", "2147483647, 2147483647", "5001, 5000"})
    void name_more_connections_than_a_server_has(int size, int overflow) {
        Settings settings = new Settings()
                .connections(() -> {
                    throw new AssertionError();
                })
                .size(size)
                .maxOverflow(overflow);

        assertThatThrownBy(() -> Pool.of(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size + maxOverflow must be 10000 or less, but was " + size + " + " + overflow
                        + ": no server has room for that many connections of one process: give its share");
    }

    // reliability row F63, as all here
    @ParameterizedTest
    @ValueSource(
            strings = {
                "timeout",
                "connectTimeout",
                "recycle",
                "linger",
                "maxLifetime",
                "idleTimeout",
                "keepAlive",
                "leakAfter",
                "statementTimeout",
                "socketTimeout"
            })
    void name_a_time_out_of_bounds(String key) {
        for (Duration bad :
                List.of(Duration.ofMillis(-1), Duration.ofDays(365).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatThrownBy(() -> set(TIMES, key, new Settings(), bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(key + " must be between 0 and 365 days, but was " + bad + ": give a time such as 10 s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "connectTimeout"})
    void name_a_time_of_zero_where_zero_is_no_use(String key) {
        assertThatThrownBy(() -> set(TIMES, key, new Settings(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(key + " must be more than 0, but was PT0S: give how long a caller may wait, such as 10 s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recycle",
                "linger",
                "maxLifetime",
                "idleTimeout",
                "keepAlive",
                "leakAfter",
                "statementTimeout",
                "socketTimeout"
            })
    void do_not_include_a_time_of_zero_where_it_means_off(String key) {
        set(TIMES, key, new Settings(), Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "user", "password", "name", "readScope"})
    void name_a_text_with_a_control_character_and_do_not_show_it(String key) {
        for (String control : List.of("\0", "\n", "\r", "\t", "\u001b", "\u007f", "\u0085")) {
            assertThatThrownBy(() -> set(WORDS, key, new Settings(), "jdbc:canary" + control + "canary"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(key + " must not contain NUL or control characters (its value is not shown): remove"
                            + " them");
        }
    }

    @Test
    void include_two_sources_of_a_password_and_credentials_do_not_show_theirs() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:h2:mem:twice")
                        .user("sa")
                        .credentials(() -> new Credentials("canary", "canary"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("credentials: user or password is given as well, and it is open which of them counts (no"
                        + " value is shown): leave one of them out");
        assertThat(new Credentials("canary", "canary")).hasToString("Credentials (not shown)");
    }

    @Test
    void name_a_blank_name() {
        assertThatThrownBy(() -> new Settings().name("  "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must have a visible character, but was '': leave it out, or give a short word");
    }

    @Test
    void name_what_is_missing() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.size(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("url is not set: give url(\"jdbc:…\"), or connections(…) for a source of your own");
    }

    private static void refuses(UnaryOperator<Settings> configure, String message) {
        assertThatThrownBy(() -> Pool.of(configure.apply(new Settings())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message)
                .hasMessageNotContaining("canary");
    }

    @Test
    void name_a_list_of_servers_that_is_empty() {
        refuses(
                settings -> settings.urls(List.of()),
                "urls must name one server or more, but is empty: give their addresses, or url(…)");
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.urls", "  ")))
                .hasMessageStartingWith("urls must name one server or more, but is empty");
    }

    @Test
    void name_two_addresses_of_which_it_is_open_which_counts() {
        refuses(
                settings -> settings.url("jdbc:h2:mem:canary").urls(List.of("jdbc:h2:mem:a", "jdbc:h2:mem:b")),
                "urls: url is given as well, and it is open which of them counts (no value is shown): leave one of"
                        + " them out");
    }

    @Test
    void include_servers_that_are_listed_twice() {
        refuses(
                settings -> settings.urls(List.of("jdbc:h2:mem:canary", "jdbc:h2:mem:canary")),
                "urls name a server twice (no value is shown): leave one of them out");
    }

    @Test
    void include_servers_of_different_kinds() {
        refuses(
                settings -> settings.urls(List.of("jdbc:h2:mem:canary", "jdbc:postgresql://canary/canary")),
                "urls must all begin alike, but there are jdbc:h2: and jdbc:postgresql:: give each kind of server a"
                        + " pool of its own");
    }

    @Test
    void name_the_bad_address_in_a_list_by_its_number() {
        refuses(
                settings -> settings.urls(List.of("jdbc:postgresql://good/db", "jdbc:postgresql://app:canary@host/db")),
                "urls, number 2: url: PostgreSQL's driver knows no user or password before the host (the address is"
                        + " not shown): set user(…) and password(…)");
        assertThatThrownBy(() -> new Settings().urls(List.of("jdbc:h2:mem:a", "jdbc:\ncanary")))
                .hasMessage("urls must not contain NUL or control characters (its value is not shown): remove them");
    }

    @Test
    void name_a_role_for_a_server_that_cannot_be_asked_for_it() {
        refuses(
                settings -> settings.url("jdbc:h2:mem:canary").role(Role.PRIMARY),
                "role cannot be PRIMARY, since the pool does not know how to ask jdbc:h2: for it: leave it out, or give"
                        + " server(…) one that knows");
    }

    @ParameterizedTest
    @CsvSource({"PT7S, PT7S, PT7S", "PT1.5S, PT1.8S, PT2S", "PT1.5S, PT2S, PT2S", "PT9S, PT1S, PT9S"})
    void name_a_socket_timeout_that_comes_before_the_statements_own(Duration statement, Duration socket, String whole) {
        assertThatThrownBy(() -> Pool.of(settings ->
                        settings.url("jdbc:h2:mem:canary").socketTimeout(socket).statementTimeout(statement)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("socketTimeout must be longer than statementTimeout (" + whole
                        + " in whole seconds), but was " + socket + ": raise it, or lower statementTimeout");
    }

    @Test
    void name_an_address_that_is_not_jdbcs_and_do_not_show_it() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("postgresql://app:canary@host/db")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("url must start with 'jdbc:' (it is not shown, since it may hold a password)");
    }

    @Test
    void name_an_address_without_a_driver_by_its_scheme_only() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:nosuch://app:canary@host/db?password=canary")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("url: no JDBC driver on the class path accepts an address that starts with"
                        + " 'jdbc:nosuch:': add the driver, or mend the address (not shown, since it may hold a"
                        + " password)")
                .hasNoCause();
    }

    @Test
    void in_an_address_without_a_scheme_show_nothing_of_it() {
        assertThatThrownBy(() -> Pool.of(settings -> settings.url("jdbc:can ary:canary")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("starts with 'jdbc:'")
                .hasMessageNotContaining("ary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    size         | many    | a whole number such as 16
                    size         | 1.5     | a whole number such as 16
                    size         | ''      | a whole number such as 16
                    maxOverflow  | 99999999999 | a whole number such as 16
                    prePing      | yes     | true or false
                    resetOnReturn| undo    | rollback, commit or none
                    stateReset   | clever  | tracked, smart or always
                    role         | master  | any, primary, replica or preferReplica
                    timeout      | soon    | a time such as 250ms, 10s, 5m or PT10S
                    timeout      | 10      | a time such as 250ms, 10s, 5m or PT10S
                    timeout      | 10 s    | a time such as 250ms, 10s, 5m or PT10S
                    timeout      | -5s     | a time such as 250ms, 10s, 5m or PT10S
                    timeout      | 1e3ms   | a time such as 250ms, 10s, 5m or PT10S
                    recycle      | 9999999999999s | a time such as 250ms, 10s, 5m or PT10S
                    linger       | P1Y     | a time such as 250ms, 10s, 5m or PT10S
                    socketTimeout| PT99999999999999999999S | a time such as 250ms, 10s, 5m or PT10S
                    """)
    void as_text_name_key_value_and_rule(String key, String value, String rule) {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool." + key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("aludel.pool.%s must be %s, but was '%s': mend the value", key, rule, value);
    }

    @ParameterizedTest
    @CsvSource({"timeout, 0s", "timeout, PT-5S", "timeout, 999999999999h", "connectTimeout, 0ms", "recycle, 366d"})
    void as_text_meet_the_same_bounds(String key, String value) {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool." + key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key + " must be");
    }

    @Test
    void as_text_show_no_control_characters() {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.size", "1\u001b[2J\n")))
                .hasMessageContaining("but was '1?[2J?'");
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.si\nze", "1"))).hasMessageContaining("si?ze");
    }

    @ParameterizedTest
    @CsvSource({
        "pasword, password",
        "sise, size",
        "max_overflow, maxOverflow",
        "maxoverflow, maxOverflow",
        "SIZE, size",
        "poolTimeout, timeout",
        "pool_size, size",
        "connectionTimeout, connectTimeout",
        "preping, prePing",
        "usr, user",
        "uls, urls",
        "roles, role",
        "'', jmx"
    })
    void as_text_with_an_unknown_key_name_the_nearest(String key, String nearest) {
        // connection-model row 152
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool." + key, "canary")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'aludel.pool.%s' is not a setting: did you mean 'aludel.pool.%s", key, nearest)
                .hasMessageNotContaining("canary");
    }

    @Test
    void leave_nothing_behind_when_a_pool_is_refused() {
        Map<String, String> properties = new HashMap<>();
        properties.put("aludel.pool.url", "jdbc:h2:mem:refused");
        properties.put("aludel.pool.size", "0");

        assertThatThrownBy(() -> Pool.of(properties)).isInstanceOf(IllegalArgumentException.class);

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("aludel-pool"));
    }

    @ParameterizedTest
    @CsvSource({"NULL, keeps no connection", "STATIC, has one connection", "ASSERTION, has one connection"})
    void name_a_number_of_connections_for_a_kind_that_has_its_own(PoolKind kind, String reason) {
        // connection-model row 152
        Map<String, UnaryOperator<Settings>> many = Map.of(
                "size", settings -> settings.size(10),
                "maxOverflow", settings -> settings.maxOverflow(0),
                "maxWaiting", settings -> settings.maxWaiting(1),
                "maxConnecting", settings -> settings.maxConnecting(1),
                "linger", settings -> settings.linger(Duration.ZERO));
        many.forEach((name, setting) -> assertThatThrownBy(() -> Pool.of(setting.apply(new Settings().kind(kind))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        name + " cannot go with kind " + kind + ", which " + reason + ": leave one of the two out"));
    }

    @Test
    void name_the_care_for_idle_connections_of_a_pool_that_keeps_none() {
        Map<String, UnaryOperator<Settings>> care = Map.of(
                "minIdle", settings -> settings.minIdle(1),
                "idleTimeout", settings -> settings.idleTimeout(Duration.ofMinutes(1)),
                "keepAlive", settings -> settings.keepAlive(Duration.ofMinutes(1)),
                "maxLifetime", settings -> settings.maxLifetime(Duration.ofMinutes(1)));
        care.forEach((name, setting) -> assertThatThrownBy(
                        () -> Pool.of(setting.apply(new Settings().kind(PoolKind.NULL))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        name + " cannot go with kind NULL, which keeps no connection: leave one of the two" + " out"));
    }

    @Test
    void name_more_connections_to_be_ready_than_the_one_there_is() {
        assertThatThrownBy(() -> Pool.of(
                        settings -> settings.kind(PoolKind.STATIC).minIdle(2).url("jdbc:none")))
                .hasMessageStartingWith("minIdle must not be more than size (1), but was 2");
    }

    @Test
    void name_a_console_of_a_pooler_that_is_said_not_to_be_there() {
        refuses(
                settings -> settings.url("jdbc:h2:mem:canary")
                        .pooler(Pooler.NONE)
                        .poolerConsole(() -> DriverManager.getConnection("jdbc:canary")),
                "poolerConsole cannot go with pooler NONE, which says that there is no pooler: leave one of the two out");
    }

    @Test
    void name_a_console_that_would_not_be_asked() {
        refuses(
                settings -> settings.url("jdbc:h2:mem:canary")
                        .diagnosticConnection(false)
                        .poolerConsole(() -> DriverManager.getConnection("jdbc:canary")),
                "poolerConsole cannot go with diagnosticConnection false, with which nothing is asked: leave one of the two"
                        + " out");
    }

    @Test
    void name_a_kind_of_pooler_that_there_is_not() {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.pooler", "pgbouncer")))
                .hasMessage("aludel.pool.pooler must be detect, none, session or transaction, but was 'pgbouncer': mend"
                        + " the value");
    }

    @Test
    void name_a_kind_of_pool_that_there_is_not() {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.kind", "queuepool")))
                .hasMessage("aludel.pool.kind must be queue, null, static or assertion, but was 'queuepool': mend the"
                        + " value");
    }
}
