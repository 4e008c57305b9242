package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The model's order of messages, one level down (ADR 0004).
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolLogTest {
    @RegisterExtension
    final Logged log = new Logged();

    @RegisterExtension
    final Pools pools = new Pools();

    private Pool model() {
        return pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).name("trips"));
    }

    @Test
    void tells_of_a_loan_in_the_models_words() throws Exception {
        // connection-model row 142
        Pool pool = model();
        pool.checkOut(null).close();
        pool.checkOut(null).close();
        pool.close();

        assertThat(log.lines())
                .containsExactly(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return (nothing sent)",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return (nothing sent)",
                        "TRACE Closing connection trips#1",
                        "DEBUG Pool 'trips' closed");
    }

    @Test
    void tells_of_a_rollback_that_is_sent() throws Exception {
        Checkout lent = model().checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");

        lent.close();

        assertThat(log.lines()).last().isEqualTo("TRACE Connection trips#1 rollback-on-return");
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE", "ASSERTION"})
    void tells_of_each_call_of_the_driver_that_ends_a_loan_and_a_pool(PoolKind kind) throws Exception {
        // connection-model row 8
        Logged log = new Logged(kind == PoolKind.QUEUE ? "QueuePool" : "AssertionPool");
        log.start();
        Pool pool = pools.pool(
                Settings.sqlalchemy(), settings -> settings.kind(kind).name("trips"));
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");
        lent.close();
        pool.close();
        log.stop();

        assertThat(log.lines())
                .containsExactly(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return",
                        "TRACE Closing connection trips#1",
                        "DEBUG Pool 'trips' closed");
        assertThat(pools.database.log(1)).containsSubsequence("rollback", "close");
    }

    @Test
    void tells_of_a_connection_that_its_borrower_takes_along() throws Exception {
        // connection-model row 142
        Pool pool = model();
        Connection own = pool.checkOut(null).detach();
        int before = log.lines().size();
        own.close();
        pool.checkOut(null).close();

        assertThat(log.lines())
                .startsWith(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 detached from pool");
        assertThat(log.lines().get(before)).as("nothing of a close").isEqualTo("TRACE Created new connection trips#2");
    }

    @Test
    void tells_of_a_connection_that_was_dropped() throws Exception {
        // connection-model row 142
        Pool pool = model();
        drop(pool);

        pools.clock.advance(ofSeconds(1));
        Await.until(
                () -> {
                    System.gc();
                    ((QueuePool) pool).dropped().look(((QueuePool) pool).now());
                    return pools.database.closed() == 1;
                },
                () -> log.lines().toString());

        assertThat(log.lines())
                .filteredOn(line -> line.contains("trips#1"))
                .extracting(line -> line.replaceFirst("( without|,).*", ""))
                .containsExactly(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "WARN Connection trips#1 was dropped",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return",
                        "TRACE Closing connection trips#1");
    }

    /// In a method of its own, so that no variable of the test keeps the handle.
    private static void drop(Pool pool) throws SQLException {
        Connection connection = pool.checkOut("GET /trips").connection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("select 1");
    }

    @Test
    void tells_of_a_commit_and_of_nothing_if_nothing_is_to_be_done() throws Exception {
        Pool committing = pools.pool(settings -> settings.name("c").resetOnReturn(ResetOnReturn.COMMIT));
        committing.checkOut(null).close();
        assertThat(log.lines()).last().isEqualTo("TRACE Connection c#1 commit-on-return (nothing sent)");
        Pool leaving = pools.pool(settings -> settings.name("n").resetOnReturn(ResetOnReturn.NONE));
        leaving.checkOut(null).close();
        assertThat(log.lines()).last().isEqualTo("TRACE Connection n#1 being returned to pool");
    }

    @Test
    void tells_of_a_check_after_the_checkout() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips").prePing(true));
        pool.checkOut(null).close();
        int before = log.lines().size();
        pool.checkOut(null).close();

        assertThat(log.lines().subList(before, log.lines().size()))
                .containsExactly(
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Pool pre-ping on connection trips#1",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return (nothing sent)");
    }

    @Test
    void tells_operators_of_a_dead_connection() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips").prePing(true));
        pool.checkOut(null).close();
        pools.database.next("isValid").gives(false);
        int before = log.lines().size();
        pool.checkOut(null);

        assertThat(log.lines().subList(before, log.lines().size()))
                .containsExactly(
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Pool pre-ping on connection trips#1",
                        "INFO Connection trips#1 is dead, found at checkout; replacing it",
                        "TRACE Closing connection trips#1",
                        "TRACE Created new connection trips#2",
                        "TRACE Connection trips#2 checked out from pool");
    }

    @Test
    void tells_again_of_a_checkout_whose_predecessor_left_during_the_check() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips").prePing(true));
        pool.checkOut(null).close();
        Gate ping = pools.database.next("isValid").hangs();
        Caller<Checkout> hasty = pools.waiting("hasty", pool, 1_000);
        ping.awaitHanging(1);
        pools.clock.advance(Duration.ofNanos(1_000));
        hasty.failure();
        ping.open();
        Pools.settle(pool);
        int before = log.lines().size();

        pool.checkOut(null);

        assertThat(log.lines().subList(before, log.lines().size()))
                .containsExactly("TRACE Connection trips#1 checked out from pool"); // it was checked just now
    }

    @Test
    void tells_operators_of_an_invalidation_but_not_what_the_error_said() throws Exception {
        Pool pool = model();
        Checkout first = pool.checkOut(null);
        first.invalidate(new SQLException("value 'canary' too long", "08006"));
        first.close();
        Checkout second = pool.checkOut(null);
        second.invalidate(null);
        second.close();
        Checkout third = pool.checkOut(null);
        third.invalidateSoftly(new SQLException("canary", "42501"));
        third.invalidateSoftly(null);
        third.close();
        Pools.settle(pool);

        assertThat(log.lines(Level.INFO))
                .containsExactly(
                        "Invalidate connection trips#1 (reason: SQLException 08006)",
                        "Invalidate connection trips#2 (reason: none given)",
                        "Soft Invalidate connection trips#3 (reason: SQLException 42501)");
        assertThat(log.lines().toString()).doesNotContain("canary");
    }

    @Test
    void tells_operators_of_recycling_and_of_a_new_generation() throws Exception {
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).name("trips").recycle(ofSeconds(30)));
        pool.checkOut(null).close();
        pools.clock.advance(ofSeconds(31));
        Checkout lent = pool.checkOut(null);
        pool.invalidate();
        lent.close();
        Pools.settle(pool);

        assertThat(log.lines(Level.DEBUG)).contains("Connection trips#1 exceeded timeout; recycling");
        assertThat(log.lines(Level.INFO))
                .containsExactly("Pool 'trips' invalidated: no connection that is open now is lent again");
    }

    @Test
    void tells_of_a_failed_reset_as_an_error() throws Exception {
        Pool pool = model();
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");
        pools.database.next("rollback").fails("XX000");
        lent.close();
        Pools.settle(pool);

        assertThat(log.lines(Level.ERROR))
                .containsExactly("Exception during reset of connection trips#1 (SQLException XX000); closing it");
    }

    @Test
    void tells_of_a_connection_that_is_cut_when_the_pool_closes() throws Exception {
        Pool pool = model();
        pool.checkOut(null);
        pool.close(Duration.ZERO);
        pools.database.await(it -> it.aborted() == 1);

        assertThat(log.lines(Level.WARN)).containsExactly("Connection trips#1 was not returned in time; aborting it");
    }

    @Test
    void is_silent_at_the_levels_of_production_while_all_is_well() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(1).linger(ofMillis(1)));
        for (int i = 0; i < 3; i++) {
            Pools.checkOut(pool, 3).forEach(Checkout::close);
        }
        pool.close();

        assertThat(log.events()).allMatch(event -> !event.getLevel().isGreaterOrEqual(Level.INFO));
    }

    @Test
    void has_the_pools_name_behind_the_loggers_if_it_has_one() throws Exception {
        // connection-model row 143
        model().checkOut(null);
        pools.pool(settings -> {}).checkOut(null);

        assertThat(log.events())
                .extracting(event -> event.getLoggerName() + " " + event.getFormattedMessage())
                .contains(
                        "dev.aludel.pool.QueuePool.trips Created new connection trips#1",
                        "dev.aludel.pool.QueuePool Created new connection default#1");
    }
}
