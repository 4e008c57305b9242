package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is begun in the server's language instead of JDBC's, in auto-commit, would go on with the next borrower.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ATransactionBegunAsSqlTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private TransactionState state = TransactionState.UNKNOWN;
    private int asked;

    /// A server to which all statements are harmless, and whose driver knows of transactions.
    private final class Knowing implements Server {
        @Override
        public String name() {
            return "knowing";
        }

        @Override
        public boolean mayLeaveState(String sql) {
            return false;
        }

        @Override
        public TransactionState transactionState(Connection connection) {
            asked++;
            return state;
        }
    }

    private Pool pool(StateReset reset) {
        return pools.pool(settings ->
                settings.size(1).maxOverflow(0).server(new Knowing()).stateReset(reset));
    }

    private static void borrow(Pool pool, RandomBorrowers.Deed deed) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            deed.on(connection);
        }
    }

    private static RandomBorrowers.Deed running(String sql) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        };
    }

    private static RandomBorrowers.Deed batch(String... texts) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                for (String sql : texts) {
                    statement.addBatch(sql);
                }
                statement.executeBatch();
            }
        };
    }

    /// Returns which of the database's connections the next borrower gets.
    private static int next(Pool pool) throws SQLException {
        try (Checkout checkout = pool.checkOut(null)) {
            return Pools.backend(checkout).number();
        }
    }

    @ParameterizedTest
    @EnumSource
    void costs_the_connection_whichever_way_it_was_begun(StateReset reset) throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(0).stateReset(reset));
        RandomBorrowers.Deed[] ways = {
            running("BEGIN"),
            running("/* route */ start transaction"),
            running("SELECT 1; BEGIN"),
            running("DECLARE @x int; BEGIN TRAN; UPDATE trips SET seats = 3"),
            connection -> connection.prepareStatement("begin work").execute(),
            batch("BEGIN", "INSERT INTO trips VALUES (1)"),
            batch("INSERT INTO trips VALUES (1)", "BEGIN TRANSACTION", "INSERT INTO trips VALUES (2)"),
        };
        for (int i = 0; i < ways.length; i++) {
            borrow(pool, ways[i]);
            assertThat(next(pool)).as("way %d", i).isEqualTo(i + 2);
        }
    }

    @Test
    void costs_the_connection_if_the_batch_was_made_before_auto_commit_was_on() throws SQLException {
        Pool pool = pool(StateReset.TRACKED);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.addBatch("BEGIN");
            statement.addBatch("INSERT INTO trips VALUES (1)");
            connection.setAutoCommit(true);
            statement.executeBatch();
        }
        assertThat(next(pool)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"TRACKED", "SMART"})
    void is_told_from_a_block_which_costs_nothing(StateReset reset) throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(0).stateReset(reset));
        for (String sql : new String[] {
            "begin pkg.p(); end;",
            "BEGIN TRY SELECT 1; SELECT 2 END TRY BEGIN CATCH THROW END CATCH",
            "BEGIN NOT ATOMIC SELECT 1; END",
            "START REPLICA",
        }) {
            borrow(pool, connection -> {
                connection.prepareCall(sql).execute();
                assertThat(((Loan) connection).inTransaction()).as(sql).isFalse();
            });
            assertThat(next(pool)).as(sql).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TRACKED", "SMART"})
    void is_found_where_the_driver_knows_of_it_though_no_word_said_so(StateReset reset) throws SQLException {
        Pool pool = pool(reset);
        state = TransactionState.OPEN;
        borrow(pool, running("{call begins()}"));
        assertThat(next(pool)).isEqualTo(2);

        state = TransactionState.FAILED;
        borrow(pool, batch("call begins()", "SELECT 1"));
        assertThat(next(pool)).isEqualTo(3);

        for (TransactionState none : new TransactionState[] {TransactionState.NONE, TransactionState.UNKNOWN}) {
            state = none;
            borrow(pool, running("{call begins()}"));
            assertThat(next(pool)).as(none.toString()).isEqualTo(3);
        }
        assertThat(asked).isEqualTo(4);
        assertThat(pools.database.rollbacks()).isZero();
    }

    @Test
    void is_not_looked_for_after_a_loan_that_cannot_have_begun_one() throws SQLException {
        Pool pool = pool(StateReset.TRACKED);
        state = TransactionState.OPEN;
        borrow(pool, connection -> {});
        borrow(pool, running("SELECT 1"));
        borrow(pool, batch("INSERT INTO trips VALUES (1)", "UPDATE trips SET seats = 2;"));
        borrow(pool, connection -> {
            connection.setAutoCommit(false);
            connection.createStatement().execute("CALL p()");
        });

        assertThat(asked).isZero();
        assertThat(next(pool)).isEqualTo(1);
    }

    @Test
    void is_looked_for_when_the_last_of_those_who_share_the_connection_returns_it() throws SQLException {
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.kind(PoolKind.STATIC).server(new Knowing()));
        try (Connection other = pool.getConnection()) {
            borrow(pool, running("CALL begins()"));
            assertThat(other.isClosed()).isFalse();
            assertThat(asked).isZero();
        }
        assertThat(asked).isEqualTo(1);
    }
}
