package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResetAtCheckInTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private Pool pool(ResetOnReturn reset) {
        return pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).resetOnReturn(reset));
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Canary.select(connection);
    }

    // F39
    @Test
    void rolls_an_open_transaction_back() throws Exception {
        // connection-model rows 56 and 130
        Checkout lent = pool(ResetOnReturn.ROLLBACK).checkOut(null);
        begin(lent.connection());

        lent.close();

        assertThat(pools.database.log())
                .containsExactly(
                        "connect 1",
                        "setAutoCommit false",
                        "execute " + Canary.SELECTED,
                        "rollback",
                        "setAutoCommit true");
    }

    @Test
    void rolls_back_what_a_savepoint_began() throws Exception {
        Checkout lent = pool(ResetOnReturn.ROLLBACK).checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().setSavepoint();

        lent.close();

        assertThat(pools.database.rollbacks()).isEqualTo(1);
    }

    @Test
    void commits_it_if_told_so() throws Exception {
        // connection-model row 56
        Checkout lent = pool(ResetOnReturn.COMMIT).checkOut(null);
        begin(lent.connection());

        lent.close();

        assertThat(pools.database.commits()).isEqualTo(1);
        assertThat(pools.database.rollbacks()).isZero();
    }

    // F39
    @Test
    void closes_the_connection_if_told_to_send_nothing() throws Exception {
        // connection-model row 56: the model lends it again as it is
        Pool pool = pool(ResetOnReturn.NONE);
        Checkout lent = pool.checkOut(null);
        begin(lent.connection());

        lent.close();

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2);
        assertThat(pools.database.log(1))
                .containsExactly("connect 1", "setAutoCommit false", "execute " + Canary.SELECTED, "close");
    }

    @Test
    void sends_nothing_when_the_borrower_ended_the_transaction() throws Exception {
        // connection-model row 130: the model sends one rollback more
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Checkout committed = pool.checkOut(null);
        begin(committed.connection());
        committed.connection().commit();
        committed.close();
        Checkout rolledBack = pool.checkOut(null);
        begin(rolledBack.connection());
        rolledBack.connection().rollback();
        rolledBack.close();

        assertThat(pools.database.commits()).isEqualTo(1);
        assertThat(pools.database.rollbacks()).isEqualTo(1);
    }

    @Test
    void sends_nothing_when_there_was_no_transaction() throws Exception {
        // connection-model row 133: the model sends a rollback
        for (ResetOnReturn reset : ResetOnReturn.values()) {
            Checkout lent = pool(reset).checkOut(null);
            Canary.select(lent.connection());
            lent.close();
        }

        assertThat(pools.database.rollbacks()).isZero();
        assertThat(pools.database.commits()).isZero();
    }

    @Test
    void sends_nothing_when_auto_commit_was_off_but_no_statement_followed() throws Exception {
        Checkout lent = pool(ResetOnReturn.ROLLBACK).checkOut(null);
        lent.connection().setAutoCommit(false);

        lent.close();

        assertThat(pools.database.log()).containsExactly("connect 1", "setAutoCommit false", "setAutoCommit true");
    }

    // F39
    @Test
    void that_throws_closes_the_connection_and_frees_the_slot() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        List<Throwable> errors = List.of(new SQLException("no", "08006"), new IllegalStateException("no"));
        for (Throwable error : errors) {
            pools.database.next("rollback").fails(error);
            Checkout lent = pool.checkOut(null);
            begin(lent.connection());

            lent.close(); // does not throw
        }

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(3);
        assertThat(pools.database.closed()).isEqualTo(2);
    }

    @Test
    void that_throws_leaves_a_new_connection_to_who_waits() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Checkout lent = pool.checkOut(null);
        begin(lent.connection());
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.database.next("rollback").losesConnection();

        lent.close();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(2);
    }

    @Test
    void happens_before_the_connection_is_passed_on() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Checkout lent = pool.checkOut(null);
        begin(lent.connection());
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        lent.close();
        Canary.select(waiter.result().connection());

        assertThat(pools.database.log())
                .containsSubsequence("rollback", "setAutoCommit true", "execute " + Canary.SELECTED);
    }

    @Test
    void of_a_connection_whose_close_fails_still_frees_the_slot() throws Exception {
        Pool pool = pool(ResetOnReturn.ROLLBACK);
        Checkout lent = pool.checkOut(null);
        pools.database.next("close").fails("08006");
        lent.invalidate(null);

        lent.close();

        assertThat(pool.checkOut("next").label()).isEqualTo("next");
        ((Loan) lent).driver().close(); // at the second try
    }
}
