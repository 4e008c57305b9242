package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SeveralHostsTest {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    private static void one(Settings settings) {
        settings.size(1);
    }

    private String next(Pool pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return cluster.of(connection);
        }
    }

    private void failOver(String from, String to) {
        cluster.is(from, true);
        cluster.is(to, false);
    }

    private static Throwable writing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return catchThrowable(() -> statement.execute("insert into trips values (1)"));
        }
    }

    @Test
    void lead_to_the_primary_though_a_replica_comes_first() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "replica", "primary");

        assertThat(next(pool)).isEqualTo("primary");
        cluster.database("replica").await(it -> it.open() == 0);
    }

    // reliability row F20, connection-model section 7 row 19
    @Test
    void have_a_connection_whose_server_refuses_to_write_replaced_by_one_to_the_new_primary() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "old", "replica");
        assertThat(next(pool)).isEqualTo("old");
        failOver("old", "replica");
        cluster.database("old")
                .next("execute")
                .onSql("insert into trips values (1)")
                .fails("25006");

        try (Connection connection = pool.getConnection()) {
            assertThat(writing(connection)).isInstanceOf(SQLException.class);
        }

        assertThat(next(pool)).isEqualTo("replica");
        cluster.database("old").await(it -> it.open() == 0);
    }

    @Test
    void keep_a_connection_whose_borrower_made_the_transaction_read_only() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "primary", "replica");
        cluster.database("primary")
                .next("execute")
                .onSql("insert into trips values (1)")
                .fails("25006");

        try (Connection connection = pool.getConnection()) {
            writing(connection);
        }

        assertThat(next(pool)).isEqualTo("primary");
        assertThat(cluster.database("primary").opened()).isEqualTo(1);
    }

    @Test
    void have_all_connections_asked_once_one_has_lost_the_role() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, settings -> settings.size(3), "old", "replica");
        Pools.checkOut(pool, 3).forEach(Checkout::close);
        failOver("old", "replica");
        cluster.database("old")
                .next("execute")
                .onSql("insert into trips values (1)")
                .fails("25006");
        try (Connection connection = pool.getConnection()) {
            writing(connection);
        }
        Pools.settle(pool);

        List<Checkout> all = Pools.checkOut(pool, 3);

        assertThat(all).allMatch(checkout -> cluster.of(checkout.connection()).equals("replica"));
        all.forEach(Checkout::close);
    }

    @Test
    void are_asked_again_ten_seconds_after_though_nothing_failed_and_checks_are_off() throws Exception {
        Pool pool = cluster.pool(Role.REPLICA, settings -> settings.size(1).prePing(false), "replica 1", "replica 2");
        assertThat(next(pool)).isEqualTo("replica 1");
        cluster.is("replica 1", false); // promoted

        cluster.clock.advance(ofSeconds(10).minusNanos(1));
        assertThat(next(pool)).isEqualTo("replica 1");
        cluster.clock.advance(Duration.ofNanos(1));

        assertThat(next(pool)).isEqualTo("replica 2");
    }

    @Test
    void are_not_asked_where_any_will_do() throws Exception {
        Pool pool = cluster.pool(Role.ANY, SeveralHostsTest::one, "a", "replica");
        next(pool);
        cluster.clock.advance(ofSeconds(60));
        next(pool);

        assertThat(cluster.database("a").statements()).isZero();
    }

    @Test
    void keep_to_the_primary_where_a_replica_is_preferred_and_was_not_there() throws Exception {
        Pool pool = cluster.pool(Role.PREFER_REPLICA, SeveralHostsTest::one, "primary", "replica");
        cluster.database("replica").down();
        next(pool);
        cluster.clock.advance(ofSeconds(60));

        assertThat(next(pool)).isEqualTo("primary");
        assertThat(cluster.database("primary").opened()).isEqualTo(1);
    }

    @Test
    void serve_again_from_another_one_when_theirs_goes_down() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "old", "replica");
        next(pool);
        cluster.database("old").down();
        cluster.is("replica", false);
        cluster.clock.advance(ofSeconds(1));

        assertThat(next(pool)).isEqualTo("replica");
    }

    @Test
    void cost_a_pool_of_one_half_a_second_while_the_first_of_them_hangs() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "hanging", "primary");
        Gate gate = cluster.database("hanging").every("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", pool::getConnection);
        gate.awaitHanging(1);
        cluster.clock.awaitParked(3); // the caller, who searches for him, and its watchdog

        cluster.clock.advance(Duration.ofNanos(Host.PATIENCE));

        Connection connection = caller.result();
        assertThat(cluster.of(connection)).isEqualTo("primary");
        connection.close();
        gate.awaitHanging(0);
    }

    @Test
    void are_told_of_one_by_one_when_none_will_do_and_no_secret_is() throws Exception {
        Pool pool = cluster.pool(
                Role.PRIMARY, settings -> settings.size(1).user("canary").password("canary"), "replica", "down");
        cluster.database("down").down();

        Throwable error = catchThrowable(pool::getConnection);

        assertThat(error).isInstanceOf(ConnectFailedException.class);
        assertThat(cluster.messageOf(error))
                .isEqualTo(
                        "Pool 'trips' cannot connect to replica, down: no primary among 2: replica is a replica; down"
                                + " failed with TellingException 08001; see to those that failed, or have"
                                + " one promoted");
        assertThat(error.toString() + error.getCause() + pool.explain().text()).doesNotContain("canary");
    }

    @Test
    void are_told_of_one_by_one_in_a_timeout() throws Exception {
        Pool pool = cluster.pool(
                Role.PRIMARY, settings -> settings.size(2).diagnosticConnection(false), "primary", "replica");
        Connection lent = pool.getConnection(); // so that there is one to wait for
        cluster.database("primary").every("connect").fails("08001");
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", Duration.ofMillis(50)));
        cluster.database("replica").await(it -> it.closed() == 1);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);

        cluster.clock.advance(Duration.ofMillis(50));

        PoolTimeoutException timeout = (PoolTimeoutException) caller.failure();
        assertThat(timeout.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(
                        NotConnected.ConnectFailed.class,
                        why -> assertThat(cluster.named(
                                        String.valueOf(why.connects().lastFailure())))
                                .isEqualTo(
                                        "no primary among 2: primary failed with TellingException 08001; replica is a replica"));
        lent.close();
    }

    @Test
    void may_be_one_alone_that_must_have_the_role() throws Exception {
        Pool pool = cluster.pool(Role.PRIMARY, SeveralHostsTest::one, "replica");

        assertThat(cluster.messageOf(catchThrowable(pool::getConnection)))
                .startsWith("Pool 'trips' cannot connect to replica: no primary among 1: replica is a replica");
        cluster.is("replica", false);

        assertThat(next(pool)).isEqualTo("replica");
    }

    @Test
    void may_be_a_source_of_ones_own() throws Exception {
        cluster.database("primary").every("isReadOnly").gives(true);
        Pool pool = Pool.of(settings ->
                settings.connections(cluster.database("primary")::connect).role(Role.PRIMARY));
        try (pool) {
            assertThat(catchThrowable(pool::getConnection))
                    .hasMessageStartingWith("Pool 'default' cannot connect to the given source: no primary among 1:"
                            + " the given source is a replica");
        }
    }

    @Test
    void are_not_taken_by_a_server_of_ones_own_that_does_not_say_which_role_they_have() throws Exception {
        for (String[] names : new String[][] {{"primary"}, {"primary", "replica"}}) {
            Pool pool = cluster.pool(Role.PRIMARY, settings -> settings.server(() -> "our proxy"), names);

            assertThat(cluster.messageOf(catchThrowable(pool::getConnection)))
                    .contains("the Server 'our proxy' does not say which role it has: override isReplica, extend"
                            + " ForwardingServer, or leave role at ANY");
        }
    }
}
