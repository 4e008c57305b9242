package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OpenStatementsTest {
    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void are_closed_at_check_in_once_each() throws SQLException {
        Connection connection = pool.getConnection();
        connection.createStatement();
        connection.prepareStatement("select 1").executeQuery();
        connection.prepareCall("call one()");
        connection.createStatement().close();

        connection.close();

        assertThat(driver.count("Statement.close")).isEqualTo(2);
        assertThat(driver.count("PreparedStatement.close")).isEqualTo(1);
        assertThat(driver.count("CallableStatement.close")).isEqualTo(1);
    }

    @Test
    void are_closed_before_the_transaction_is_ended() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert into trips default values");

        connection.close();

        assertThat(driver.methods()).containsSubsequence("Statement.execute", "Statement.close", "Connection.rollback");
    }

    @Test
    void are_closed_once_when_the_borrower_closes_them_twice() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            statement.close();
            statement.close();
        }

        assertThat(driver.count("Statement.close")).isEqualTo(1);
    }

    @Test
    void say_so_when_they_are_used_after_their_own_close() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("select 1");
            statement.close();
            driver.forget();

            for (Object call : List.of(statement, rows)) {
                assertThatThrownBy(
                                () -> call.getClass().getMethod("getFetchSize").invoke(call))
                        .rootCause()
                        .hasFieldOrPropertyWithValue("SQLState", "HY010")
                        .hasMessage("Statement of trips#1 is closed: it and its result sets cannot be used any more;"
                                + " make a new one on the connection");
            }
            assertThat(driver.calls()).isEmpty();
            assertThat(rows.isClosed()).isTrue();
        }
    }

    @Test
    void that_close_on_completion_are_forgotten_when_their_rows_are_closed() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            statement.closeOnCompletion();
            ResultSet rows = statement.executeQuery("select 1");
            driver.give("Statement.isClosed", true);

            rows.close();

            assertThat(statement.isClosed()).isTrue();
        }
        assertThat(driver.count("Statement.close")).isZero();
    }

    @Test
    void may_be_closed_by_many_threads_at_once() throws Exception {
        // given 500 statements, as in HikariCP's ConcurrentCloseConnectionTest
        Connection connection = pool.getConnection();
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            statements.add(connection.prepareStatement("select " + i));
        }

        // when ten threads close them, each of them all, while the borrower makes more and checks in
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            List<Future<?>> closing = new ArrayList<>();
            for (int thread = 0; thread < 10; thread++) {
                closing.add(threads.submit(() -> {
                    start.await();
                    for (Statement statement : statements) {
                        statement.close();
                    }
                    return null;
                }));
            }
            start.countDown();
            for (int i = 0; i < 500; i++) {
                connection.createStatement();
            }
            connection.close();
            for (Future<?> closed : closing) {
                closed.get(10, TimeUnit.SECONDS);
            }
        }

        // then each was closed once
        assertThat(driver.count("PreparedStatement.close")).isEqualTo(500);
        assertThat(driver.count("Statement.close")).isEqualTo(500);
    }

    @Test
    void may_be_made_by_many_threads_at_once_and_none_is_lost() throws Exception {
        Connection connection = pool.getConnection();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> making = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                making.add(threads.submit(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        Statement statement = connection.createStatement();
                        if (i % 3 == 0) {
                            statement.close();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> made : making) {
                made.get(10, TimeUnit.SECONDS);
            }
        }
        connection.close();

        assertThat(driver.count("Statement.close")).isEqualTo(4_000);
    }

    @Test
    void that_come_into_being_while_the_loan_ends_are_closed_at_once() throws Exception {
        Connection connection = pool.getConnection();
        driver.during("Connection.createStatement", connection::close);

        assertThatThrownBy(connection::createStatement).hasFieldOrPropertyWithValue("SQLState", "08003");

        assertThat(driver.count("Statement.close")).isEqualTo(1);
    }

    @Test
    void do_not_pile_up_on_a_long_loan_in_whatever_order_they_are_closed() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            List<Statement> window = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                window.add(connection.createStatement());
                if (window.size() > 10) {
                    window.removeFirst().close();
                }
            }

            assertThat(length((StatementBase) window.getLast())).isLessThan(100);
        }
    }

    private static int length(Opened newest) {
        int length = 0;
        for (Opened one = newest; one != null; one = one.older) {
            length++;
        }
        return length;
    }

    @Test
    void that_cannot_be_closed_cost_the_connection_but_not_the_others() throws SQLException {
        for (Throwable failure :
                List.of(new SQLException("no"), new IllegalStateException("no"), new NoSuchMethodError("no"))) {
            Connection connection = pool.getConnection();
            connection.prepareStatement("select 1");
            connection.createStatement();
            connection.prepareStatement("select 2");
            driver.forget();
            driver.fail("PreparedStatement.close", failure);

            connection.close();

            assertThat(driver.count("PreparedStatement.close")).isEqualTo(1);
            driver.failNoMore();
            pool.getConnection().close();
            assertThat(driver.count("Connection.close")).as(failure.toString()).isEqualTo(1);
        }
    }

    @Test
    void of_the_metadata_are_only_rows_and_these_are_closed_at_check_in() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.getMetaData().getTables(null, null, "%", null);
            connection.getMetaData().getCatalogs().close();
        }

        assertThat(driver.count("ResultSet.close")).isEqualTo(2);
        assertThat(driver.count("Statement.close")).isZero();
    }

    @Test
    void give_cursors_among_their_values_as_result_sets_that_end_with_the_loan() throws SQLException {
        Connection connection = pool.getConnection();
        ResultSet rows = connection.createStatement().executeQuery("select cursor");
        driver.give("ResultSet.getObject", driver.make(ResultSet.class));
        ResultSet cursor = (ResultSet) rows.getObject(1);
        ResultSet typed = rows.getObject(1, ResultSet.class);
        assertThat(cursor).isInstanceOf(ResultSetProxy.class);
        assertThat(typed).isInstanceOf(ResultSetProxy.class);

        connection.close();

        assertThatThrownBy(cursor::next).hasFieldOrPropertyWithValue("SQLState", "08003");
        assertThatThrownBy(typed::next).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void give_the_same_result_set_when_asked_twice() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            driver.give("Statement.getResultSet", driver.make(ResultSet.class));

            assertThat(statement.getResultSet()).isSameAs(statement.getResultSet());
        }
    }

    /// Found by a drawn schedule (invariant 3), which closed a loan from two threads at once.
    @Test
    void are_of_no_use_once_the_loan_is_over_though_its_check_in_is_still_under_way() throws Exception {
        CountDownLatch resetting = new CountDownLatch(1);
        CountDownLatch tried = new CountDownLatch(1);
        Pool slow = Pool.of(settings -> settings.connections(driver).listener(new PoolListener() {
            @Override
            public void reset(String connection, boolean open) {
                resetting.countDown();
                Await.until(() -> tried.getCount() == 0, () -> "nobody tried to use the statement");
            }
        }));
        Checkout lent = slow.checkOut(null);
        Statement statement = lent.connection().createStatement();
        Caller<Boolean> other = Caller.start("other", () -> {
            lent.close();
            return true;
        });
        resetting.await();
        lent.close();

        assertThatThrownBy(() -> statement.execute("delete from trips"))
                .isInstanceOf(SQLException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08003");
        assertThat(driver.methods()).doesNotContain("Statement.execute");

        tried.countDown();
        assertThat(other.result()).isTrue();
        slow.close();
    }
}
