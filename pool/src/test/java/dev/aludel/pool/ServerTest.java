package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Rows;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private static final Map<Class<?>, Object> ANY = Map.of(
            boolean.class,
            true,
            String.class,
            "any",
            SQLException.class,
            withState("08006"),
            Duration.class,
            Duration.ofSeconds(3),
            OptionalLong.class,
            OptionalLong.of(7),
            TransactionState.class,
            TransactionState.FAILED);

    private void productIs(String name) {
        pools.database.every("DatabaseMetaData.getDatabaseProductName").gives(name);
    }

    private static SQLException withState(String state) {
        return new SQLException("no", state);
    }

    @ParameterizedTest
    @CsvSource({"PostgreSQL, PostgreSQL", "MySQL, MariaDB", "MariaDB, MariaDB", "H2, H2", "SQLite, SQLite"})
    void is_known_by_the_name_of_the_product(String product, String name) throws SQLException {
        productIs(product);
        try (Connection connection = pools.database.connect()) {
            assertThat(Server.of(connection).name()).isEqualTo(name);
        }
    }

    @Test
    void is_any_if_the_driver_does_not_say() throws SQLException {
        pools.database.every("getMetaData").fails("0A000");
        try (Connection connection = pools.database.connect()) {
            assertThat(Server.of(connection).name()).isEqualTo(Server.other().name());
        }
    }

    @Test
    void is_named_by_the_real_drivers() throws SQLException {
        assertThat(name(Postgres.shared().jdbcUrl("postgres"))).isEqualTo("PostgreSQL");
        assertThat(name("jdbc:h2:mem:")).isEqualTo("H2");
        assertThat(name("jdbc:sqlite::memory:")).isEqualTo("SQLite");
    }

    private static String name(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(Server.of(connection).isReplica(connection)).isFalse();
            return Server.of(connection).name();
        }
    }

    // F26
    @Test
    void says_which_errors_mean_that_the_connection_is_lost() {
        for (Server server : new Server[] {Server.postgres(), Server.mariaDb(), Server.h2(), Server.sqlite()}) {
            assertThat(server.isDisconnect(withState("08006"))).isTrue();
            assertThat(server.isDisconnect(new SQLRecoverableException("no"))).isTrue();
            assertThat(server.isDisconnect(new SQLNonTransientConnectionException("no")))
                    .isTrue();
            assertThat(server.isDisconnect(withState("23505"))).isFalse();
            assertThat(server.isDisconnect(new SQLException("no"))).isFalse();
        }
        assertThat(Server.postgres().isDisconnect(withState("57P01"))).isTrue();
        assertThat(Server.h2().isDisconnect(withState("90098"))).isTrue();
        assertThat(Server.mariaDb().isDisconnect(new SQLException("killed", "70100", 1927)))
                .isTrue();
        assertThat(Server.mariaDb().isDisconnect(new SQLException("interrupted", "70100", 1317)))
                .isFalse();
    }

    // reliability row F20
    @Test
    void that_takes_no_writes_says_so_in_its_own_way() {
        for (Server server : List.of(Server.postgres(), Server.mariaDb(), Server.other())) {
            assertThat(server.refusesWrites(withState("25006"))).isTrue();
            assertThat(server.refusesWrites(withState("42501"))).isFalse();
        }
        assertThat(Server.mariaDb().refusesWrites(new SQLException("--read-only", "HY000", 1290)))
                .isTrue();
    }

    // reliability row F20
    @ParameterizedTest
    @CsvSource({"0, false", "OFF, false", "1, true", "ON, true", "NO_LOCK, true", "NO_LOCK_NO_ADMIN, true"})
    void is_a_replica_on_mariadb_unless_read_only_is_off_as_a_number_or_a_word(String value, boolean replica)
            throws SQLException {
        pools.database.answer(
                "SELECT @@global.read_only", Rows.columns("@@global.read_only").row(value));
        try (Connection connection = pools.database.connect()) {
            assertThat(Server.mariaDb().isReplica(connection)).isEqualTo(replica);
        }
    }

    @Test
    void is_taken_for_any_that_the_states_of_several_fit_if_it_is_not_known() {
        assertThat(Server.other().isDisconnect(withState("57P01"))).isTrue();
        assertThat(Server.other().isDisconnect(withState("90098"))).isTrue();
        assertThat(Server.other().isDisconnect(withState("23505"))).isFalse();
    }

    @Test
    void is_asked_of_the_first_connection_alone() throws SQLException {
        // connection-model row 12: the model has a listener for the first connection
        Pool pool = pools.pool(settings -> settings.size(2));
        Pools.checkOut(pool, 2).forEach(Checkout::close);

        assertThat(pools.database.calls("DatabaseMetaData.getDatabaseProductName"))
                .isEqualTo(1);
    }

    @Test
    void of_ones_own_says_what_a_lost_connection_is() throws SQLException {
        Server own = new Server() {
            @Override
            public String name() {
                return "own";
            }

            @Override
            public boolean isDisconnect(SQLException e) {
                return "99XXX".equals(e.getSQLState());
            }
        };
        Pool pool = pools.pool(settings -> settings.size(1).server(own).stateReset(StateReset.TRACKED));
        for (String state : new String[] {"08006", "99XXX"}) {
            pools.database.next("execute").fails(state);
            try (Connection connection = pool.getConnection()) {
                Canary.select(connection);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo(state);
            }
        }

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2); // lost at the second error only
    }

    @Test
    void of_ones_own_that_extends_another_hands_on_all_that_it_does_not_override() throws Exception {
        for (Method question : Server.class.getDeclaredMethods()) {
            if (!Modifier.isStatic(question.getModifiers())) {
                List<Object> asked = new ArrayList<>();
                Server known = (Server) Proxy.newProxyInstance(
                        Server.class.getClassLoader(), new Class<?>[] {Server.class}, (proxy, method, given) -> {
                            asked.add(method.getName());
                            asked.addAll(Arrays.asList(given == null ? new Object[0] : given));
                            return any(method.getReturnType());
                        });
                Object[] given = Arrays.stream(question.getParameterTypes())
                        .map(ServerTest::any)
                        .toArray();

                Object answer = question.invoke(new ForwardingServer(known) {}, given);

                assertThat(answer).as(question.getName()).isEqualTo(any(question.getReturnType()));
                List<@Nullable Object> expected = new ArrayList<>(List.of(question.getName()));
                expected.addAll(Arrays.asList(given));
                assertThat(asked).isEqualTo(expected);
            }
        }
    }

    private static @Nullable Object any(Class<?> type) {
        return ANY.get(type);
    }
}
