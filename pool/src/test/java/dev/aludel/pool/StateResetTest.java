package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// When a full reset is made, and what becomes of the connection.
@DisplayNameGeneration(ReplaceUnderscores.class)
class StateResetTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final List<String> judged = new ArrayList<>();
    private final List<String> logAtReset = new ArrayList<>();
    private int resets;
    private boolean can = true;
    private @Nullable Throwable failure;

    /// A server that judges by the first letter, and notes what it is asked.
    private final class Noting implements Server {
        @Override
        public String name() {
            return "noting";
        }

        @Override
        public boolean mayLeaveState(String sql) {
            judged.add(sql);
            return sql.startsWith("set");
        }

        @Override
        public @Nullable BirthState remember(Connection opened) {
            return can ? this::restore : null;
        }

        private boolean restore(Connection connection) throws SQLException {
            resets++;
            logAtReset.addAll(pools.database.log());
            if (failure instanceof SQLException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            return true;
        }
    }

    private Pool pool(StateReset reset) {
        return pools.pool(settings -> settings.size(1).server(new Noting()).stateReset(reset));
    }

    private static void borrow(Pool pool, String... statements) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            for (String sql : statements) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(sql);
                }
            }
        }
    }

    @Test
    void never_happens_with_tracked() throws SQLException {
        Pool pool = pool(StateReset.TRACKED);
        borrow(pool, "set a", "select 1");

        assertThat(resets).isZero();
        assertThat(judged).isEmpty();
    }

    @Test
    void happens_with_smart_after_a_loan_with_a_statement_that_may_leave_something() throws SQLException {
        Pool pool = pool(StateReset.SMART);
        borrow(pool, "select 1", "select 2");
        borrow(pool);
        assertThat(resets).isZero();

        borrow(pool, "select 1", "set a", "select 2");
        assertThat(resets).isEqualTo(1);

        borrow(pool, "select 1");
        assertThat(resets).isEqualTo(1);
    }

    @Test
    void happens_with_always_after_a_loan_in_which_anything_was_done() throws SQLException {
        Pool pool = pool(StateReset.ALWAYS);
        borrow(pool);
        assertThat(resets).isZero();

        borrow(pool, "select 1");
        assertThat(resets).isEqualTo(1);
        assertThat(judged).isEmpty();
    }

    @Test
    void judges_a_text_once_when_it_is_given_not_when_it_is_run() throws SQLException {
        Pool pool = pool(StateReset.SMART);
        try (Connection connection = pool.getConnection();
                var prepared = connection.prepareStatement("select 7");
                var statement = connection.createStatement()) {
            prepared.executeQuery();
            prepared.executeQuery();
            statement.addBatch("insert 1");
            statement.addBatch("insert 2");
            statement.executeBatch();
            connection.getMetaData().getDatabaseProductName();
        }

        assertThat(judged).containsExactly("select 7", "insert 1", "insert 2");
    }

    @Test
    void sees_every_way_in_which_a_text_is_given() throws SQLException {
        Pool pool = pool(StateReset.SMART);
        List<RandomBorrowers.Deed> ways = List.of(
                connection -> connection.createStatement().execute("set a"),
                connection -> connection.createStatement().execute("set a", Statement.NO_GENERATED_KEYS),
                connection -> connection.createStatement().executeUpdate("set a"),
                connection -> connection.createStatement().executeLargeUpdate("set a"),
                connection -> connection.createStatement().executeQuery("set a"),
                connection -> connection.createStatement().addBatch("set a"),
                connection -> connection.prepareStatement("set a"),
                connection -> connection.prepareStatement("set a", Statement.RETURN_GENERATED_KEYS),
                connection -> connection.prepareCall("set a"));
        for (int i = 0; i < ways.size(); i++) {
            try (Connection connection = pool.getConnection()) {
                ways.get(i).on(connection);
            } catch (SQLException e) {
                assertThat(e.getMessage()).as("way %d", i).contains("no rows");
            }
            assertThat(resets).as("way %d", i).isEqualTo(i + 1);
        }
    }

    @Test
    void comes_last_when_nothing_is_open_and_what_jdbc_changed_is_put_back() throws SQLException {
        Pool pool = pool(StateReset.SMART);
        try (Connection connection = pool.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.createStatement().execute("set a");
        }

        assertThat(logAtReset).endsWith("execute set a", "rollback", "setAutoCommit true", "setReadOnly false");
    }

    @Test
    void costs_the_connection_if_it_is_not_possible() throws SQLException {
        can = false;
        Pool pool = pool(StateReset.SMART);
        borrow(pool, "select 1");
        borrow(pool, "set a");

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2);
    }

    @Test
    void costs_the_connection_if_it_fails() throws SQLException {
        Pool pool = pool(StateReset.SMART);
        for (Throwable each : new Throwable[] {new SQLException("no"), new IllegalStateException("no")}) {
            failure = each;
            borrow(pool, "set a"); // does not throw
        }

        assertThat(resets).isEqualTo(2);
        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(3);
    }

    @Test
    void is_not_tried_on_a_connection_that_is_closed_anyway() throws SQLException {
        Pool pool = pool(StateReset.ALWAYS);
        try (Checkout lent = pool.checkOut(null)) {
            lent.connection().createStatement().execute("set a");
            lent.invalidate(null);
        }

        assertThat(resets).isZero();
    }

    @Test
    void does_not_happen_by_default_with_the_models_settings() throws SQLException {
        // connection-model 2.7: a full reset is a listener of one's own there
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> settings.server(new Noting()));
        borrow(pool, "set a");

        assertThat(resets).isZero();
    }
}
