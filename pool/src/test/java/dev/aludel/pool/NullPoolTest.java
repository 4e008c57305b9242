package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// connection-model 2.11
@DisplayNameGeneration(ReplaceUnderscores.class)
class NullPoolTest {
    @RegisterExtension
    final Logged log = new Logged("NullPool");

    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool() {
        return pools.pool(
                Settings.sqlalchemy(), settings -> settings.kind(PoolKind.NULL).name("trips"));
    }

    @Test
    void opens_a_connection_for_each_checkout_and_closes_it_at_check_in() throws Exception {
        // connection-model row 60
        Pool pool = pool();
        pool.checkOut(null).close();
        Checkout second = pool.checkOut(null);
        second.invalidate(null);
        second.close();
        pool.checkOut(null).close();
        Pools.settle(pool);

        assertThat(pools.database.opened()).isEqualTo(3);
        assertThat(pools.database.open()).isZero();
        assertThat(pool.snapshot().idle()).isZero();
        assertThat(pool.snapshot().checkouts()).isEqualTo(3);
    }

    @Test
    void logs_a_loan_in_the_models_words() throws Exception {
        // connection-model rows 8 and 142
        Pool pool = pool();
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");
        lent.close();
        Pools.settle(pool);

        assertThat(log.lines())
                .containsExactly(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return",
                        "TRACE Closing connection trips#1");
    }

    @Test
    void lends_as_many_as_are_asked_for() throws Exception {
        Pool pool = pool();

        List<Checkout> lent = Pools.checkOut(pool, 50);

        assertThat(pool.snapshot().checkedOut()).isEqualTo(50);
        assertThat(pools.database.open()).isEqualTo(50);
        lent.forEach(Checkout::close);
        pools.database.await(database -> database.open() == 0);
    }

    @Test
    void remembers_no_more_slots_than_were_lent_at_once() throws Exception {
        Pool pool = pool();
        Pools.checkOut(pool, 3).forEach(Checkout::close);
        for (int i = 0; i < 20; i++) {
            Pools.settle(pool);
            pool.checkOut(null).close();
        }

        assertThat(((QueuePool) pool).line().slots()).hasSize(3);
    }

    @Test
    void tells_a_caller_at_once_that_none_can_be_opened_though_others_have_some() throws Exception {
        // connection-model row 70
        Pool pool = pool();
        pool.checkOut("holder");
        pools.database.down();

        assertThatThrownBy(() -> pool.checkOut("late")).isInstanceOf(ConnectFailedException.class);
        assertThat(pool.snapshot().waiting()).isZero();

        pools.database.up();
        assertThat(pool.checkOut("next").label()).isEqualTo("next");
    }

    @Test
    void has_a_deadline_for_connecting() throws Exception {
        Pool pool = pool();
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller =
                pools.waiting("GET /trips", pool, ofMillis(900).toNanos());
        connect.awaitHanging(1);

        pools.clock.advance(ofMillis(900));

        assertThat(caller.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageStartingWith("Pool 'trips': no connection within 0.90 s (open 0 of 1, connecting 1)");
        connect.open();
    }

    @Test
    void accounts_for_its_loans_and_explains_who_has_them() throws Exception {
        Pool pool = pool();
        Checkout lent = pool.checkOut("job");
        pools.clock.advance(ofSeconds(3));

        assertThat(pool.usage()).anySatisfy(usage -> {
            assertThat(usage.label()).isEqualTo("job");
            assertThat(usage.outsideSql()).isEqualTo(ofSeconds(3));
        });
        assertThat(pool.explain().holders()).singleElement().satisfies(holder -> {
            assertThat(holder.label()).isEqualTo("job");
            assertThat(holder.site()).startsWith("NullPoolTest.");
        });
        assertThat(pool.explain().text()).startsWith("Pool 'trips': checked out 1 of 1, idle 0");
        lent.close();
    }

    @Test
    void reconnects_after_the_server_was_lost() throws Exception {
        // connection-model row 96
        Pool pool = pool();
        Checkout lent = pool.checkOut(null);
        pools.database.next("execute").fails(new SQLException("the server is gone", "08006"));
        assertThatThrownBy(() -> lent.connection().createStatement().execute("select 1"))
                .isInstanceOf(SQLException.class);
        lent.close();

        try (Checkout next = pool.checkOut(null)) {
            assertThat(next.connection().createStatement().execute("select 1")).isTrue();
        }
    }
}
