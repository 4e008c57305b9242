package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class InvalidationTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged logged = new Logged();

    @Test
    void of_a_lent_connection_closes_it_at_check_in_and_opens_another_for_the_next() throws Exception {
        // connection-model rows 49 and 51
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0));
        Checkout lent = pool.checkOut(null);
        lent.invalidate(null);
        assertThat(Pools.backend(lent).isOpen()).isTrue();
        lent.close();

        Checkout next = pool.checkOut(null);

        assertThat(Pools.backend(next).number()).isEqualTo(2);
        assertThat(pools.database.closed()).isEqualTo(1);
        assertThat(Pools.backend(next).isOpen()).isTrue();
    }

    @Test
    void sends_neither_rollback_nor_anything_else_on_a_connection_that_is_no_good() throws Exception {
        // connection-model rows 54 and 78
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("insert into trips values (1)");
        lent.invalidate(null);

        lent.close();

        Pools.settle(pool);
        assertThat(pools.database.log(1))
                .containsExactly(
                        "connect 1",
                        "setNetworkTimeout 60000",
                        "setAutoCommit false",
                        "execute insert into trips values (1)",
                        "close");
    }

    @Test
    void after_check_in_does_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout over = pool.checkOut(null);
        over.close();

        over.invalidate(new SQLException("late", "08006"));

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(1);
    }

    @Test
    void twice_is_the_same_as_once() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);

        lent.invalidate(null);
        lent.invalidate(null);
        lent.close();
        lent.close();

        Pools.settle(pool);
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void of_the_pool_closes_what_is_idle_at_once() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        for (Checkout checkout : Pools.checkOut(pool, 3)) {
            checkout.close();
        }

        pool.invalidate();

        pools.database.await(it -> it.closed() == 3);
        assertThat(Pools.checkOut(pool, 3))
                .extracting(checkout -> Pools.backend(checkout).number())
                .containsExactlyInAnyOrder(4, 5, 6);
    }

    @Test
    void of_the_pool_lets_borrowers_finish_and_closes_their_connections_at_check_in() throws Exception {
        // connection-model row 42
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0));
        Checkout lent = pool.checkOut(null);

        pool.invalidate();

        assertThatCode(() -> lent.connection().createStatement().execute("select 1"))
                .doesNotThrowAnyException();
        lent.close();
        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2);
        assertThat(pools.database.backend(1).isOpen()).isFalse();
    }

    @Test
    void of_the_pool_reaches_who_has_just_taken_a_connection_and_not_looked_at_it_yet() throws Exception {
        // connection-model row 36
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).prePing(true));
        pool.checkOut(null).close();
        logged.next("Connection default#1 checked out from pool", pool::invalidate);

        Checkout taken = Caller.start("caller", () -> pool.checkOut(null)).result();

        assertThat(Pools.backend(taken).number()).isEqualTo(2);
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void of_the_pool_reaches_those_who_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        pool.invalidate();
        lent.close();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(2);
    }

    @Test
    void of_the_pool_reaches_what_is_being_opened() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);

        pool.invalidate(); // say, since the server has moved: the address may have been looked up before
        connect.open();

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(2);
        assertThat(pools.database.backend(1).isOpen()).isFalse();
    }

    @Test
    void of_the_pool_many_times_over_leaves_it_at_full_capacity() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(1));
        for (int i = 0; i < 20; i++) {
            List<Checkout> lent = Pools.checkOut(pool, 1 + i % 3);
            pool.invalidate();
            lent.forEach(Checkout::close);
        }

        assertThat(Pools.checkOut(pool, 3)).hasSize(3);
        Pools.settle(pool);
        assertThat(pools.database.open()).isEqualTo(3);
    }

    @Test
    void by_an_abort_of_the_borrower_frees_the_slot_at_check_in() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(5)));
        Checkout lent = pool.checkOut(null);

        lent.connection().abort(Runnable::run);
        lent.close();

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2);
        assertThat(pools.database.aborted()).isEqualTo(1);
    }
}
