package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The server refuses, and others' connections may come back: the pool tries again later. Nobody moves the clock here,
/// so who waited for the end of the pause would wait for ever.
@DisplayNameGeneration(ReplaceUnderscores.class)
class APauseBetweenConnectsTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void is_over_when_there_is_nothing_left_to_wait_for() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Checkout holder = pool.checkOut("holder");
        pools.database.every("connect").fails("53300");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        pools.awaitQuiet();
        assertThat(waiter.isDone()).isFalse();

        holder.invalidate(null);
        holder.close();

        assertThat(waiter.failure()).isInstanceOf(ConnectFailedException.class);
    }

    @Test
    void is_over_when_the_server_gives_a_connection() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4));
        Checkout holder = pool.checkOut("holder");
        Gate slow = pools.database.next("connect").hangs();
        pools.database.next("connect").fails("53300");
        Caller<Checkout> first = pools.waiting("first", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        Caller<Checkout> second = pools.waiting("second", pool);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 1);

        slow.open();

        List<Checkout> served = List.of(first.result(), second.result(), holder);
        served.forEach(Checkout::close);
    }

    @Test
    void goes_on_when_a_connection_that_was_open_passes_its_check() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).prePing(true));
        Checkout holder = pool.checkOut("holder");
        pools.database.every("connect").fails("53300");
        Caller<Checkout> first = pools.waiting("first", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        Caller<Checkout> second = pools.waiting("second", pool);
        pools.awaitQuiet();

        holder.close();

        Checkout next = first.result();
        pools.awaitQuiet();
        assertThat(pools.database.calls("connect")).isEqualTo(2);
        next.close();
        second.result().close();
    }
}
