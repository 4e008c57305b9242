package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ADriverWithoutTimeoutsTest {
    @RegisterExtension
    final Logged log = new Logged();

    private final RecordingDriver driver = new RecordingDriver();
    private final List<Pool> pools = new ArrayList<>();

    private Pool pool(Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> {
            settings.connections(driver).name("trips").size(2).prePing(false);
            configure.accept(settings);
        });
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void close() {
        driver.failNoMore();
        pools.forEach(Pool::close);
    }

    static Stream<Throwable> refusals() {
        return Stream.of(
                new SQLFeatureNotSupportedException("no canary"),
                new SQLException("no canary"),
                new UnsupportedOperationException("no canary"),
                new AbstractMethodError("no canary"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void for_statements_makes_them_all_the_same_and_the_log_is_told_once(Throwable refusal) throws SQLException {
        driver.fail(".setQueryTimeout", refusal);
        Pool pool = pool(settings -> {});
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("select 1");
            connection.prepareStatement("select 2").execute();
            connection.prepareCall("{call three}").execute();
        }
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("select 4");
        }

        assertThat(driver.count("Connection.close")).isZero();
        assertThat(log.lines(Level.WARN))
                .singleElement()
                .asString()
                .contains("refuses the query timeout of 30 s", "set statementTimeout to zero")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void for_its_network_connects_all_the_same_and_the_log_is_told_once(Throwable refusal) throws SQLException {
        driver.fail(".setNetworkTimeout", refusal);
        Pool pool = pool(settings -> {});
        try (Connection one = pool.getConnection();
                Connection two = pool.getConnection()) {
            one.createStatement().execute("select 1");
            try (Statement statement = two.createStatement()) {
                statement.setQueryTimeout(300); // there is no network timeout to be raised
            }
        }

        assertThat(driver.count("Connection.setNetworkTimeout")).isEqualTo(2);
        assertThat(log.lines(Level.WARN))
                .singleElement()
                .asString()
                .contains("refuses the network timeout of 60000 ms", "set socketTimeout to zero")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void for_statements_is_not_good_enough_for_who_asked_for_one(Throwable refusal) throws SQLException {
        driver.fail(".setQueryTimeout", refusal);
        Pool pool = pool(settings -> settings.statementTimeout(Duration.ofMillis(6_500)));
        try (Connection connection = pool.getConnection()) {
            assertThatThrownBy(connection::createStatement)
                    .isInstanceOf(SQLException.class)
                    .hasMessage(
                            "the driver refuses the query timeout of 7 s (statementTimeout): set statementTimeout to"
                                    + " zero, and limit statements at the server; see the cause")
                    .hasCause(refusal);
        }
        driver.failNoMore();
        try (Connection next = pool.getConnection()) {
            next.createStatement().execute("select 1");
        }

        assertThat(driver.count("Statement.close")).isEqualTo(2);
        assertThat(driver.count("Connection.close")).isZero();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void for_its_network_is_not_good_enough_for_who_asked_for_one(Throwable refusal) {
        driver.fail(".setNetworkTimeout", refusal);
        Pool pool = pool(settings -> settings.socketTimeout(Duration.ofSeconds(45)));

        assertThatThrownBy(pool::getConnection)
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("the driver refuses the network timeout of 45000 ms (socketTimeout): set"
                        + " socketTimeout to zero, and give the driver its own limit, if it has one; see the cause")
                .hasMessageNotContaining("canary")
                .hasRootCause(refusal);
        assertThat(driver.count("Connection.close")).isEqualTo(1);
    }

    @Test
    void is_not_what_a_lost_connection_means() throws SQLException {
        Pool pool = pool(settings -> {});
        try (Connection connection = pool.getConnection()) {
            driver.fail(".setQueryTimeout", RecordingDriver.disconnected());
            assertThatThrownBy(connection::createStatement).hasMessage("the server is gone");
        }
        Await.until(() -> driver.count("Connection.close") == 1, () -> "closed: " + driver.methods());

        driver.fail(".setNetworkTimeout", RecordingDriver.disconnected());
        assertThatThrownBy(pool::getConnection).isInstanceOf(ConnectFailedException.class);
        assertThat(log.lines(Level.WARN)).noneMatch(line -> line.contains("refuses"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void that_does_not_tell_it_lets_a_borrower_have_longer_statements(Throwable refusal) throws SQLException {
        Pool pool = pool(settings -> {});
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            driver.fail(".getNetworkTimeout", refusal);

            statement.setQueryTimeout(120);

            driver.failNoMore();
            assertThat(statement.getQueryTimeout()).isEqualTo(120);
        }
        assertThat(driver.count("Connection.close")).isZero();
    }

    @Test
    void that_is_lost_when_asked_for_it_is_lost() throws SQLException {
        Pool pool = pool(settings -> {});
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            driver.fail(".getNetworkTimeout", RecordingDriver.disconnected());

            assertThatThrownBy(() -> statement.setQueryTimeout(120)).hasMessage("the server is gone");

            driver.failNoMore();
            assertThat(((Loan) connection).isBroken()).isTrue();
        }
    }

    static Stream<Throwable> plainRefusals() {
        return Stream.of(new SQLFeatureNotSupportedException("no canary"), new SQLException("no canary", "0A000"));
    }

    @ParameterizedTest
    @MethodSource("plainRefusals")
    void is_not_taken_for_an_interrupted_one(Throwable refusal) throws SQLException {
        driver.fail(".setQueryTimeout", refusal);
        Pool pool = pool(settings -> {});
        try (Connection connection = pool.getConnection()) {
            Thread.currentThread().interrupt();
            connection.createStatement().execute("select 1");
            assertThat(((Loan) connection).isBroken()).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void says_what_to_set_even_if_the_statement_cannot_be_closed() throws SQLException {
        SQLException close = new SQLException("not closed");
        driver.fail(".setQueryTimeout", new SQLFeatureNotSupportedException("no canary"));
        driver.during("Statement.close", () -> {
            throw close;
        });
        Pool pool = pool(settings -> settings.statementTimeout(Duration.ofSeconds(7)));
        try (Connection connection = pool.getConnection()) {
            assertThatThrownBy(connection::createStatement)
                    .isInstanceOf(LimitRefusedException.class)
                    .hasSuppressedException(close);
        }
    }
}
