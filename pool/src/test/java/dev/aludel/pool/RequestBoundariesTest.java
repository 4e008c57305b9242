package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestBoundariesTest {
    private static final String BEGIN = "Connection.beginRequest";
    private static final String END = "Connection.endRequest";

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    static Stream<Throwable> failures() {
        return Stream.of(new SQLException("no"), new IllegalStateException("no"), new OutOfMemoryError("no"));
    }

    @BeforeEach
    void listen() throws SQLException {
        pool.getConnection().close(); // opens it
        driver.hearRequests();
        driver.forget();
    }

    @AfterEach
    void close() {
        driver.failNoMore();
        pool.close();
    }

    @Test
    void are_told_to_the_driver_once_a_loan_the_end_after_everything_was_put_back() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThat(driver.methods()).containsExactly(BEGIN);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.createStatement().execute("insert into trips default values");
        }
        pool.getConnection().close();

        assertThat(driver.methods())
                .containsSubsequence(
                        BEGIN,
                        "Statement.execute",
                        "Statement.close",
                        "Connection.rollback",
                        "Connection.setReadOnly",
                        END,
                        BEGIN,
                        END);
        assertThat(driver.count(BEGIN)).isEqualTo(2);
        assertThat(driver.count(END)).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void that_cannot_begin_cost_the_connection_and_not_the_caller(Throwable failure) throws SQLException {
        driver.during(BEGIN, () -> {
            driver.failNoMore();
            throwIt(failure);
        });

        try (Connection connection = pool.getConnection()) {
            assertThat(connection.toString()).isEqualTo("trips#2");
        }

        assertThat(driver.methods()).containsSubsequence(BEGIN, "Connection.close", BEGIN, END);
    }

    private static void throwIt(Throwable failure) throws SQLException {
        switch (failure) {
            case SQLException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw (Error) failure;
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void that_cannot_begin_on_a_new_connection_either_are_why_there_is_none(Throwable failure) throws SQLException {
        driver.fail("beginRequest", failure);

        assertThatThrownBy(pool::getConnection)
                .isInstanceOf(ConnectFailedException.class)
                .hasCause(failure);

        driver.failNoMore();
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void that_cannot_end_cost_the_connection(Throwable failure) throws SQLException {
        Connection first = pool.getConnection();
        driver.fail("endRequest", failure);
        Throwable told = catchThrowable(first::close);
        driver.failNoMore();

        assertThat(told).isSameAs(failure instanceof Error ? failure : null);
        try (Connection next = pool.getConnection()) {
            assertThat(next.toString()).isEqualTo("trips#2");
        }
        assertThat(driver.count("Connection.close")).isEqualTo(1);
    }

    @Test
    void are_the_borrowers_too_who_may_divide_a_loan() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.endRequest();
            connection.beginRequest();
        }

        assertThat(driver.methods()).containsExactly(BEGIN, END, BEGIN, END);
    }

    @Test
    void end_with_a_connection_that_is_closed_anyway() throws SQLException {
        Connection connection = pool.getConnection();
        connection.unwrap(driver.make(Connection.class).getClass());
        connection.close();

        assertThat(driver.methods()).contains(BEGIN).doesNotContain(END);
    }

    /// Its methods are those of the interface, as with pgjdbc and H2.
    @Test
    void are_not_told_to_a_driver_that_does_not_listen() throws SQLException {
        try (Pool h2 = Pool.of(settings -> settings.url("jdbc:h2:mem:").size(1))) {
            try (Connection connection = h2.getConnection()) {
                Requests requests = new Requests();
                requests.learn(((Loan) connection).driver());
                Connection broken = driver.make(Connection.class);
                driver.fail("Request", new SQLException("no"));

                assertThat(requests.begin(broken)).isNull();
                requests.end(broken);
            }
        }
        assertThat(driver.methods()).doesNotContain(BEGIN, END);
    }
}
