package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StateAfterALoanTest {
    interface Change {
        void on(Connection connection) throws SQLException;
    }

    interface Look {
        Object at(Connection connection) throws SQLException;
    }

    record Setting(Change change, Look look) {}

    static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("AutoCommit", new Setting(c -> c.setAutoCommit(false), Connection::getAutoCommit));
        SETTINGS.put("ReadOnly", new Setting(c -> c.setReadOnly(true), Connection::isReadOnly));
        SETTINGS.put(
                "TransactionIsolation",
                new Setting(
                        c -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
                        Connection::getTransactionIsolation));
        SETTINGS.put("Catalog", new Setting(c -> c.setCatalog("other"), Connection::getCatalog));
        SETTINGS.put("Schema", new Setting(c -> c.setSchema("other"), Connection::getSchema));
        SETTINGS.put(
                "Holdability",
                new Setting(c -> c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT), Connection::getHoldability));
        SETTINGS.put(
                "NetworkTimeout",
                new Setting(c -> c.setNetworkTimeout(Runnable::run, 0), Connection::getNetworkTimeout));
        SETTINGS.put(
                "TypeMap",
                new Setting(c -> c.setTypeMap(Map.of("circle", String.class)), c -> new HashMap<>(c.getTypeMap())));
        SETTINGS.put("ClientInfo", new Setting(c -> c.setClientInfo(named("other")), Connection::getClientInfo));
    }

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    // F40, F42: a network timeout of 0 too
    @Test
    void is_what_it_was_before_whatever_setter_was_used() throws SQLException {
        // connection-model row 126
        for (Map.Entry<String, Setting> entry : SETTINGS.entrySet()) {
            Setting setting = entry.getValue();
            Object before;
            try (Connection connection = pool.getConnection()) {
                before = setting.look().at(connection);
                setting.change().on(connection);
                setting.change().on(connection);
                assertThat(setting.look().at(connection)).as(entry.getKey()).isNotEqualTo(before);
            }
            try (Connection next = pool.getConnection()) {
                assertThat(setting.look().at(next)).as(entry.getKey()).isEqualTo(before);
            }
        }
        assertThat(driver.count("Connection.close")).isZero();
    }

    @Test
    void is_asked_of_the_driver_once_and_only_before_the_first_change() throws SQLException {
        pool.getConnection().close();
        for (Map.Entry<String, Setting> entry : SETTINGS.entrySet()) {
            driver.forget();
            try (Connection connection = pool.getConnection()) {
                entry.getValue().change().on(connection);
                entry.getValue().change().on(connection);
            }

            String name = entry.getKey();
            String set = "Connection.set" + name;
            String asked = "Connection." + (name.equals("ReadOnly") ? "is" : "get") + name;
            if (name.equals("AutoCommit")) {
                // the second call came without auto-commit: it might have begun something
                assertThat(driver.methods()).containsExactly(set, set, "Connection.rollback", set);
            } else if (name.equals("ClientInfo")) { // MariaDB's driver forgets nothing by itself
                assertThat(driver.methods()).containsExactly(asked, set, set, set, asked);
            } else {
                assertThat(driver.methods()).containsExactly(asked, set, set, set);
            }
        }
    }

    @Test
    void costs_nothing_if_nothing_was_changed() throws SQLException {
        pool.getConnection().close();
        driver.forget();

        pool.getConnection().close();

        assertThat(driver.calls()).isEmpty();
    }

    @Test
    void is_put_back_in_auto_commit_because_drivers_refuse_changes_in_a_transaction() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert into trips default values");
            driver.forget();
        }

        assertThat(driver.methods())
                .containsSubsequence("Connection.rollback", "Connection.setAutoCommit", "Connection.setReadOnly");
    }

    @Test
    void has_auto_commit_on_even_if_turning_it_off_failed_half_way() throws SQLException {
        Connection connection = pool.getConnection();
        driver.fail("Connection.setAutoCommit", new IllegalStateException("after the fact"));
        try {
            connection.setAutoCommit(false);
        } catch (IllegalStateException e) {
            driver.failNoMore();
        }
        connection.close();

        try (Connection next = pool.getConnection()) {
            assertThat(next.getAutoCommit()).isTrue();
        }
    }

    @Test
    void has_no_warnings() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("select 1");
            driver.give("Connection.getWarnings", new SQLWarning("careful"));
        }

        assertThat(driver.count("Connection.clearWarnings")).isEqualTo(1);
    }

    @Test
    void that_cannot_be_put_back_costs_the_connection() throws SQLException {
        for (Throwable failure : new Throwable[] {new SQLException("no"), new IllegalStateException("no")}) {
            Connection connection = pool.getConnection();
            connection.setSchema("other");
            driver.forget();
            driver.fail("Connection.setSchema", failure);
            connection.close();
            driver.failNoMore();

            pool.getConnection().close();

            assertThat(driver.count("Connection.close")).as(failure.toString()).isEqualTo(1);
        }
    }

    // reliability row F40

    @Test
    void has_the_type_map_of_before_though_drivers_give_away_the_one_that_they_use() throws SQLException {
        Map<String, Class<?>> live = new HashMap<>(Map.of("point", Object.class));
        driver.give("Connection.getTypeMap", live);
        try (Connection connection = pool.getConnection()) {
            Map<String, Class<?>> map = connection.getTypeMap();
            map.put("circle", String.class);
            connection.setTypeMap(map);
        }

        assertThat(live).containsOnlyKeys("point");
        assertThat(driver.calls().stream()
                        .filter(call -> call.method().equals("Connection.setTypeMap"))
                        .map(call -> call.arguments().getFirst()))
                .containsExactly(Map.of("point", Object.class, "circle", String.class), Map.of("point", Object.class));
    }

    @Test
    void has_the_type_map_of_before_if_a_borrower_put_something_in_and_did_not_set_it() throws SQLException {
        Map<String, Class<?>> live = new HashMap<>(Map.of("point", Object.class));
        driver.give("Connection.getTypeMap", live);
        try (Connection connection = pool.getConnection()) {
            connection.getTypeMap().put("circle", String.class);
        }

        try (Connection next = pool.getConnection()) {
            assertThat(next.getTypeMap()).containsOnlyKeys("point");
        }
    }

    private static Properties named(String application) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", application);
        return properties;
    }
}
