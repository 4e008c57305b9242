package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LazyPoolTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final Pool pool =
            pools.pool(settings -> settings.lazy(true).size(1).name("trips").statementTimeout(ofSeconds(0)));

    private int lent() {
        return pool.snapshot().checkedOut();
    }

    private static Connection begin(Pool pool) throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void select(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    @Test
    void opens_nothing_for_a_transaction_without_sql() throws Exception {
        Connection connection = begin(pool);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setSchema("reports");
        connection.setNetworkTimeout(Runnable::run, 5_000);
        connection.setClientInfo("ApplicationName", "trips");
        connection.clearWarnings();
        assertThat(connection.getAutoCommit()).isFalse();
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(connection.getSchema()).isEqualTo("reports");
        assertThat(connection.getNetworkTimeout()).isEqualTo(5_000);
        assertThat((Throwable) connection.getWarnings()).isNull();
        assertThat(connection.isClosed()).isFalse();
        connection.commit();
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();

        assertThat(pools.database.opened()).isZero();
        assertThat(pool.snapshot().checkouts()).isZero();
    }

    @Test
    void has_a_connection_from_the_first_statement_to_the_commit() throws Exception {
        Connection connection = begin(pool);
        assertThat(lent()).isZero();
        select(connection);
        assertThat(lent()).isEqualTo(1);

        connection.commit();

        assertThat(lent()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        select(connection);
        connection.rollback();
        assertThat(lent()).isZero();
        connection.close();
        assertThat(pool.snapshot().checkouts()).isEqualTo(2);
    }

    @Test
    void keeps_the_connection_over_a_savepoint_and_after_a_commit_that_failed() throws Exception {
        Connection connection = begin(pool);
        select(connection);
        connection.rollback(connection.setSavepoint());
        assertThat(lent()).isEqualTo(1);
        pools.database.next("commit").fails("40001");
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThat(lent()).isEqualTo(1);

        connection.rollback();

        assertThat(lent()).isZero();
        connection.close();
    }

    @Test
    void in_auto_commit_gives_it_back_when_the_last_statement_is_closed() throws Exception {
        Connection connection = pool.getConnection();
        PreparedStatement one = connection.prepareStatement("select 1");
        Statement other = connection.createStatement();
        ResultSet rows = one.executeQuery();
        other.close();
        assertThat(lent()).isEqualTo(1);
        rows.close();
        assertThat(lent()).isEqualTo(1);

        one.close();

        assertThat(lent()).isZero();
        select(connection);
        assertThat(lent()).isZero();
        connection.close();
    }

    @Test
    void in_auto_commit_gives_it_back_when_a_statement_closes_itself_or_could_not_be_made() throws Exception {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();
        statement.executeQuery("select 1").close();
        assertThat(lent()).isZero();

        pools.database.next("prepareStatement").fails("42601");
        assertThatThrownBy(() -> connection.prepareStatement("selec")).isInstanceOf(SQLException.class);

        assertThat(lent()).isZero();
        assertThat(connection.isValid(1)).isTrue();
        assertThat(lent()).isZero();
        connection.close();
    }

    @Test
    void turning_auto_commit_on_ends_the_transaction() throws Exception {
        Connection connection = begin(pool);
        select(connection);

        connection.setAutoCommit(true);

        assertThat(lent()).isZero();
        connection.close();
    }

    @Test
    void sets_on_each_connection_it_gets_what_was_set_on_the_handle_and_leaves_it_clean() throws Exception {
        Connection connection = begin(pool);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        for (int i = 0; i < 2; i++) {
            select(connection);
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(connection.isReadOnly()).isTrue();
            connection.commit();
            try (Connection other = pool.getConnection()) {
                select(other);
                assertThat(other.isReadOnly()).isFalse();
                assertThat(other.getAutoCommit()).isTrue();
            }
        }
        connection.close();

        assertThat(pools.database.calls("setReadOnly")).isEqualTo(4);
        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void asks_a_connection_once_for_what_nobody_has_set() throws Exception {
        try (Connection connection = begin(pool)) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(lent()).isZero();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        }
        try (Connection connection = begin(pool)) {
            connection.getTransactionIsolation();
        }

        assertThat(pool.snapshot().checkouts()).isEqualTo(1);
        assertThat(pools.database.calls("getTransactionIsolation")).isEqualTo(1);
    }

    @Test
    void ends_statements_and_result_sets_with_their_transaction() throws Exception {
        Connection connection = begin(pool);
        PreparedStatement statement = connection.prepareStatement("select 1");
        ResultSet rows = statement.executeQuery();
        connection.commit();

        SQLException over = catchThrowableOfType(SQLException.class, statement::executeQuery);
        assertThat((Throwable) over)
                .message()
                .matches(
                        "Connection trips, checked out by LazyPoolTest\\.ends_\\w+\\(LazyPoolTest\\.java:\\d+\\), was checked in, as"
                                + " a lazy pool does at commit, rollback and close: whatever came from it \\(statements, result sets,"
                                + " LOBs, arrays\\) cannot be used any more; make it anew");
        assertThat(over.getSQLState()).isEqualTo("08003");
        assertThatThrownBy(rows::next).isInstanceOf(SQLException.class);
        assertThat(statement.isClosed()).isTrue();
        statement.close();
        connection.close();
    }

    @Test
    void is_the_connection_that_statements_and_metadata_know() throws Exception {
        Connection connection = begin(pool);
        assertThat(connection.createStatement().getConnection()).isSameAs(connection);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(connection.unwrap(Checkout.class)).isSameAs(connection);
        assertThat(connection.unwrap(Checkout.class).connection()).isSameAs(connection);
        connection.commit();
        assertThat(lent()).isZero();
        connection.close();
    }

    @Test
    void keeps_the_connection_for_metadata() throws Exception {
        Connection connection = pool.getConnection();
        DatabaseMetaData metadata = connection.getMetaData();
        select(connection);
        assertThat(metadata.getDatabaseProductName()).isNotNull();
        assertThat(lent()).isEqualTo(1);
        connection.close();
        assertThat(lent()).isZero();
    }

    @Test
    void keeps_the_connection_once_the_drivers_own_was_asked_for() throws Exception {
        Connection connection = begin(pool);
        connection.unwrap(dev.aludel.testkit.Backend.class);
        select(connection);
        connection.commit();
        assertThat(lent()).isEqualTo(1);

        connection.close();

        assertThat(lent()).isZero();
        Pools.settle(pool);
        assertThat(pool.snapshot().idle()).isZero(); // and it is not lent again
    }

    @Test
    void that_is_closed_gives_the_connection_back_rolled_back_and_once() throws Exception {
        Connection connection = begin(pool);
        select(connection);
        connection.close();
        connection.close();
        connection.abort(Runnable::run);

        assertThat(lent()).isZero();
        assertThat(pools.database.rollbacks()).isEqualTo(1);
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(connection).hasToString("trips (closed)");
        SQLException closed = catchThrowableOfType(SQLException.class, connection::createStatement);
        assertThat((Throwable) closed)
                .hasMessage(
                        "Connection trips is closed: it, its statements and its result sets cannot be used any more;"
                                + " check out again");
    }

    @Test
    void replaces_a_connection_that_was_lost_between_two_transactions_and_within_one_does_not() throws Exception {
        Connection connection = begin(pool);
        select(connection);
        pools.database.killConnections();
        assertThatThrownBy(() -> select(connection)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> select(connection)).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        connection.close();

        try (Connection next = begin(pool)) {
            select(next);
            next.commit();
        }
    }

    @Test
    void is_lent_to_many_at_a_time_though_there_is_one_connection() throws Exception {
        List<Caller<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(Caller.start(Thread.ofVirtual(), () -> {
                try (Connection connection = begin(pool)) {
                    for (int j = 0; j < 3; j++) {
                        select(connection);
                        connection.commit();
                    }
                }
                return 3;
            }));
        }

        assertThat(callers.stream().mapToInt(Caller::result).sum()).isEqualTo(300);
        assertThat(pool.snapshot().checkouts()).isEqualTo(300);
        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void waits_for_the_first_statement_and_is_told_why_it_waited() throws Exception {
        Checkout holder = pool.checkOut("GET /holds");
        select(holder.connection());
        holder.connection().setAutoCommit(false);
        select(holder.connection());
        Connection connection = begin(pool);
        Caller<Boolean> waiting = Caller.start("waiting", () -> {
            select(connection);
            return true;
        });
        pools.clock.awaitParked(waiting.thread());

        pools.clock.advance(ofSeconds(30));

        assertThat(waiting.failure()).isInstanceOf(PoolTimeoutException.class);
        assertThat(Explanation.find(waiting.failure()))
                .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                        .singleElement()
                        .satisfies(held -> {
                            assertThat(held.label()).isEqualTo("GET /holds");
                            assertThat(held.site()).startsWith("LazyPoolTest.");
                        }));
        assertThat(pool.usage()).anyMatch(usage -> "GET /holds".equals(usage.label()));
        holder.close();
        connection.close();
    }

    @Test
    void is_refused_by_a_closed_pool() {
        pool.close();

        assertThatThrownBy(pool::getConnection).hasMessage("Pool 'trips' is closed: build a new one");
    }

    @Test
    void may_be_detached_and_has_notes_on_the_connection_at_hand() throws Exception {
        Checkout lent = pool.checkOut("job");
        lent.connection().setAutoCommit(false);
        select(lent.connection());
        lent.info().put("seen", true);

        try (Connection detached = lent.detach()) {
            assertThat(detached.getAutoCommit()).isFalse();
            assertThat(lent.connection().isClosed()).isTrue();
            assertThat(lent()).isZero();
        }
    }

    @Test
    void gives_each_handle_a_type_map_of_its_own() throws Exception {
        Map<String, Class<?>> live = new HashMap<>(Map.of("point", Object.class));
        pools.database.every("getTypeMap").gives(live);
        try (Connection first = pool.getConnection();
                Connection second = pool.getConnection()) {
            first.getTypeMap().put("circle", String.class);
            assertThat(second.getTypeMap()).containsOnlyKeys("point");

            Map<String, Class<?>> map = first.getTypeMap();
            map.put("box", String.class);
            first.setTypeMap(map);
            map.clear();
            first.getTypeMap().clear();
            assertThat(first.getTypeMap()).containsOnlyKeys("point", "box");
            assertThat(second.getTypeMap()).containsOnlyKeys("point");
        }
        assertThat(live).containsOnlyKeys("point");
    }
}
