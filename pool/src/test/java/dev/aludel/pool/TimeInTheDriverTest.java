package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.VirtualClock;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TimeInTheDriverTest {
    final VirtualClock clock = new VirtualClock();
    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(settings -> settings.connections(driver)
            .name("trips")
            .size(1)
            .prePing(false)
            .scheduling(new Scheduling(
                    clock,
                    LockSupport::parkNanos,
                    LockSupport::unpark,
                    Thread::startVirtualThread,
                    new Random(1),
                    Deadlines.NEAR)));
    Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        connection = pool.checkOut("report").connection();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        pool.close();
    }

    @Test
    void is_charged_as_in_sql_for_what_may_talk_to_the_server() throws SQLException {
        PreparedStatement statement =
                during("Connection.prepareStatement", () -> connection.prepareStatement("select 1"));
        during("PreparedStatement.executeQuery", statement::executeQuery);
        during("PreparedStatement.executeBatch", statement::executeBatch);
        during("PreparedStatement.getMoreResults", statement::getMoreResults);
        during("Connection.setSavepoint", connection::setSavepoint);
        during("Connection.isValid", () -> connection.isValid(1));
        during("DatabaseMetaData.getTables", () -> connection.getMetaData().getTables(null, null, "%", null));
        during("Connection.commit", () -> {
            connection.commit();
            return true;
        });

        assertThat(inSql()).isEqualTo(ofSeconds(8));
    }

    @Test
    void is_charged_however_the_call_ends() throws SQLException {
        Statement statement = connection.createStatement();
        driver.fail("Statement.execute", new IllegalStateException("a bug in the driver"));
        try {
            during("Statement.execute", () -> statement.execute("select 1"));
        } catch (IllegalStateException e) {
            driver.failNoMore();
        }

        assertThat(inSql()).isEqualTo(ofSeconds(1));
    }

    @Test
    void is_not_charged_as_in_sql_for_what_the_driver_does_alone() throws SQLException {
        Statement statement = during("Connection.createStatement", connection::createStatement);
        ResultSet rows = statement.executeQuery("select 1");
        rows.setFetchSize(0);
        during("ResultSet.next", rows::next);
        during("ResultSet.getLong", () -> rows.getLong(1));
        during("Connection.getAutoCommit", connection::getAutoCommit);

        assertThat(inSql()).isZero();
    }

    @Test
    void counts_moving_in_a_result_set_if_a_fetch_size_was_asked_for() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setFetchSize(100);
        ResultSet rows = statement.executeQuery("select 1");
        during("ResultSet.next", rows::next);
        during("ResultSet.last", rows::last);
        rows.setFetchSize(0);
        during("ResultSet.next", rows::next);

        assertThat(inSql()).isEqualTo(ofSeconds(2));
    }

    @Test
    void counts_it_too_if_the_driver_fetches_in_parts_by_itself() throws SQLException {
        Statement statement = connection.createStatement();
        assertThat(statement.getFetchSize()).isPositive();
        ResultSet rows = statement.executeQuery("select 1");
        during("ResultSet.next", rows::next);

        assertThat(inSql()).isEqualTo(ofSeconds(1));
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void counts_once_when_the_driver_reads_a_stream_of_the_same_loan() throws SQLException {
        driver.give("ResultSet.getBinaryStream", new InputStream() {
            @Override
            public int read() {
                clock.advance(ofSeconds(1));
                return -1;
            }
        });
        ResultSet rows = connection.createStatement().executeQuery("select 1");
        PreparedStatement statement = connection.prepareStatement("insert into trips values (?)");
        InputStream stream = rows.getBinaryStream(1);
        statement.setBinaryStream(1, stream);
        driver.during("PreparedStatement.execute", () -> {
            read(stream);
            assertThat(((Loan) connection).sqlSince()).isPositive();
            clock.advance(ofSeconds(2));
            read(stream);
        });
        statement.execute();

        assertThat(((Loan) connection).sqlSince()).isZero();
        assertThat(inSql()).isEqualTo(ofSeconds(4)); // all the time that it was held
    }

    @Test
    void does_not_count_a_cancel_which_is_for_another_thread() throws SQLException {
        Statement statement = connection.createStatement();
        during("Statement.cancel", () -> {
            statement.cancel();
            return true;
        });

        assertThat(inSql()).isZero();
        assertThat(((Loan) connection).sqlSince()).isZero();
    }

    @Test
    void goes_with_the_text_of_the_statement() throws SQLException {
        Statement statement = connection.createStatement();
        statement.execute("select 1");
        assertThat(lastSql()).isEqualTo("select 1");

        PreparedStatement prepared = connection.prepareStatement("select 2");
        statement.addBatch("insert 1");
        statement.addBatch("insert 2");
        statement.executeBatch();
        assertThat(lastSql()).isEqualTo("insert 2");

        prepared.execute();
        assertThat(lastSql()).isEqualTo("select 2");

        connection.getMetaData().getTables(null, null, "%", null);
        assertThat(lastSql()).isEqualTo("SELECT (metadata: getTables)");
    }

    @Test
    void knows_whether_a_transaction_is_open() throws SQLException {
        Loan loan = (Loan) connection;
        PreparedStatement statement = connection.prepareStatement("select 1");
        statement.execute();
        assertThat(loan.inTransaction()).as("in auto-commit").isFalse();

        connection.setAutoCommit(false);
        statement.execute();
        assertThat(loan.inTransaction()).isTrue();
        connection.commit();
        assertThat(loan.inTransaction()).as("after commit").isFalse();

        statement.execute();
        connection.rollback();
        assertThat(loan.inTransaction()).as("after rollback").isFalse();

        statement.execute();
        connection.setAutoCommit(true);
        assertThat(loan.inTransaction()).as("after turning auto-commit on").isFalse();
    }

    @SuppressWarnings("CheckReturnValue")
    private static void read(InputStream stream) throws SQLException {
        try {
            stream.read();
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    interface Work<T> {
        T run() throws SQLException;
    }

    /// Lets a second pass while the driver is at work.
    private <T> T during(String method, Work<T> work) throws SQLException {
        driver.during(method, () -> clock.advance(ofSeconds(1)));
        return work.run();
    }

    private Duration inSql() {
        return pool.usage().stream()
                .filter(usage -> "report".equals(usage.label()))
                .map(Usage::inSql)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private String lastSql() {
        return String.valueOf(((Loan) connection).lastSql());
    }
}
