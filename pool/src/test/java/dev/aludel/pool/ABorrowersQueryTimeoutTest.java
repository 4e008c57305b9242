package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ABorrowersQueryTimeoutTest {
    private final RecordingDriver driver = new RecordingDriver();
    private final List<Pool> pools = new ArrayList<>();

    private Pool pool(Settings settings, ConnectionSource source) {
        Pool pool = Pool.of(settings.connections(source).name("trips").size(1).prePing(false));
        pools.add(pool);
        return pool;
    }

    private Pool pool(UnaryOperator<Settings> configure) {
        return pool(configure.apply(new Settings()), driver);
    }

    @AfterEach
    void close() {
        pools.forEach(Pool::close);
    }

    private static void limit(Connection connection, int seconds) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(seconds);
        }
    }

    private static int networkTimeout(Connection connection) throws SQLException {
        return connection.getNetworkTimeout();
    }

    // the network timeout that each connection starts with

    @ParameterizedTest
    @CsvSource({"300, 330000", "31, 61000", "0, 0"})
    void raises_the_network_timeout_for_the_loan_if_it_is_longer(int seconds, int expected) throws SQLException {
        Pool pool = pool(settings -> settings);
        try (Connection connection = pool.getConnection()) {
            limit(connection, seconds);
            assertThat(networkTimeout(connection)).isEqualTo(expected);
            limit(connection, 5);
            assertThat(networkTimeout(connection)).isEqualTo(expected);
        }
        try (Connection next = pool.getConnection()) {
            assertThat(networkTimeout(next)).isEqualTo(60_000);
        }
    }

    @Test
    void is_over_for_the_network_before_check_in_talks_to_the_server() throws SQLException {
        Pool pool = pool(settings -> settings);
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Statement left = connection.createStatement();
            left.setQueryTimeout(0);
            left.execute("update trips set seats = 1");
            driver.forget();
        }

        assertThat(driver.methods())
                .containsSubsequence("Connection.setNetworkTimeout", "Statement.close", "Connection.rollback");
    }

    @Test
    void raises_it_again_if_the_next_is_longer_still() throws SQLException {
        Pool pool = pool(settings -> settings);
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1")) {
            statement.setQueryTimeout(60);
            statement.setQueryTimeout(120);
            assertThat(networkTimeout(connection)).isEqualTo(150_000);
            statement.setQueryTimeout(0);
            statement.setQueryTimeout(240);
            assertThat(networkTimeout(connection)).isZero();
        }
        try (Connection next = pool.getConnection()) {
            assertThat(networkTimeout(next)).isEqualTo(60_000);
        }
    }

    @Test
    void keeps_the_room_between_the_two_that_the_settings_leave() throws SQLException {
        Pool pool = pool(
                settings -> settings.statementTimeout(Duration.ofSeconds(7)).socketTimeout(Duration.ofSeconds(9)));
        try (Connection connection = pool.getConnection()) {
            limit(connection, 20);
            assertThat(networkTimeout(connection)).isEqualTo(22_000);
        }
    }

    @Test
    void asks_the_driver_nothing_if_there_is_room() throws SQLException {
        Pool pool = pool(settings -> settings);
        try (Connection connection = pool.getConnection()) {
            driver.forget();
            limit(connection, 30);
            limit(connection, 1);
        }

        assertThat(driver.methods()).noneMatch(method -> method.endsWith("NetworkTimeout"));
    }

    @Test
    void leaves_a_network_timeout_alone_that_the_borrower_has_set() throws SQLException {
        Pool pool = pool(settings -> settings);
        try (Connection connection = pool.getConnection()) {
            limit(connection, 60);
            connection.setNetworkTimeout(Runnable::run, 5_000);
            limit(connection, 300);
            assertThat(networkTimeout(connection)).isEqualTo(5_000);
        }
        try (Connection next = pool.getConnection()) {
            assertThat(networkTimeout(next)).isEqualTo(60_000);
        }
    }

    @Test
    void is_the_drivers_alone_if_there_is_no_socket_timeout() throws SQLException {
        Pool pool = pool(Settings.sqlalchemy(), driver);
        try (Connection connection = pool.getConnection()) {
            driver.forget();
            limit(connection, 300);
        }

        assertThat(driver.methods()).noneMatch(method -> method.endsWith("NetworkTimeout"));
    }

    // H2, where it is the connection's: reliability row F40

    private Pool h2(Settings settings) {
        return pool(settings, () -> DriverManager.getConnection("jdbc:h2:mem:"));
    }

    @ParameterizedTest
    @CsvSource({"TRACKED, 0", "SMART, 0", "SMART, 30", "ALWAYS, 0"})
    void with_h2_ends_with_the_loan(StateReset reset, int seconds) throws SQLException {
        Pool pool = h2(new Settings().stateReset(reset).statementTimeout(Duration.ofSeconds(seconds)));
        String name;
        try (Connection connection = pool.getConnection()) {
            name = connection.toString();
            limit(connection, 2);
            limit(connection, 1);
        }

        try (Connection next = pool.getConnection();
                Statement statement = next.createStatement()) {
            assertThat(statement.getQueryTimeout()).isEqualTo(seconds);
            assertThat(Sql.text(
                            next,
                            "SELECT setting_value FROM information_schema.settings"
                                    + " WHERE setting_name = 'QUERY_TIMEOUT'"))
                    .isEqualTo(seconds + (seconds == 0 ? "" : "000"));
            assertThat(next).as("no new connection").hasToString(name);
        }
    }

    @Test
    void with_h2_is_not_undone_by_the_next_statement() throws SQLException {
        Pool pool = h2(new Settings());
        try (Connection connection = pool.getConnection();
                Statement mine = connection.createStatement()) {
            mine.setQueryTimeout(300);
            connection.prepareStatement("SELECT 1").close();
            assertThat(mine.getQueryTimeout()).isEqualTo(300);
        }
        try (Connection next = pool.getConnection();
                Statement statement = next.createStatement()) {
            assertThat(statement.getQueryTimeout()).isEqualTo(30);
        }
    }
}
