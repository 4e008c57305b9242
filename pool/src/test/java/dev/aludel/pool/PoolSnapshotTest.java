package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolSnapshotTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void of_an_unused_pool_is_empty() {
        Pool pool = pools.pool(settings -> settings.name("trips").size(3).maxOverflow(2));

        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot("trips", 3, 2, 0, 0, 0, 0, 0, 0, false, 0));
    }

    @Test
    void counts_each_connection_in_one_state() throws Exception {
        Pool pool = pools.pool(settings -> settings.name("trips").size(3).timeout(ofSeconds(60)));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        lent.get(0).close();
        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot("trips", 3, 0, 1, 1, 0, 0, 2, 0, false, 0));
        pool.checkOut(null);
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> opening = pools.waiting("opening", pool);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);

        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot("trips", 3, 0, 2, 0, 1, 2, 3, 0, false, 0));
        connect.open();
        opening.result().close();
        waiting.result().close();
        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot("trips", 3, 0, 2, 1, 0, 0, 5, 0, false, 0));
    }

    @Test
    void counts_a_check_as_connecting() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).prePing(true));
        pool.checkOut(null).close();
        Gate ping = pools.database.next("isValid").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        ping.awaitHanging(1);

        assertThat(pool.snapshot())
                .extracting("idle", "checkedOut", "connecting")
                .containsExactly(0, 0, 1);
        ping.open();
        caller.result();
    }

    @Test
    void counts_timeouts_but_neither_interrupts_nor_failures_to_connect() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").fails("08001");
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        pool.checkOut(null);
        Caller<Checkout> interrupted = pools.waiting("interrupted", pool);
        Caller<Checkout> late = pools.waiting("late", pool);
        interrupted.interrupt();
        interrupted.failure();
        pools.clock.advance(ofSeconds(30));
        late.failure();

        assertThat(pool.snapshot()).extracting("checkouts", "timeouts").containsExactly(1L, 1L);
    }

    @Test
    void counts_a_checkout_when_it_begins() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        assertThat(pool.snapshot().checkouts()).isEqualTo(1);

        lent.close();

        assertThat(pool.snapshot().checkouts()).isEqualTo(1);
    }
}
