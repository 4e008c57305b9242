package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The server refuses, and others' connections may come back: the pool tries again later. Nobody moves
/// the clock here, so who waited for the end of the pause would wait for ever.
@DisplayNameGeneration(ReplaceUnderscores.class)
class APauseBetweenConnectsTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

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

    /// Has two pools refused from the same moment on, and returns at which hundredths of a second each asked then.
    private List<Set<Long>> asked(long... seeds) throws SQLException {
        List<Set<Long>> all = new ArrayList<>();
        List<Checkout> holders = new ArrayList<>();
        List<Caller<Checkout>> waiters = new ArrayList<>();
        for (long seed : seeds) {
            Set<Long> times = new ConcurrentSkipListSet<>();
            AtomicBoolean isFull = new AtomicBoolean();
            Scheduling usual = pools.scheduling();
            Pool pool = pools.pool(settings -> settings.size(2)
                    .timeout(Duration.ofSeconds(60))
                    .scheduling(new Scheduling(
                            pools.clock,
                            usual.park(),
                            usual.unpark(),
                            usual.executor(),
                            new Random(seed),
                            usual.near()))
                    .connections(() -> {
                        if (isFull.get()) {
                            times.add(pools.clock.getAsLong() / 10_000_000);
                            throw new SQLException("too many clients", "53300");
                        }
                        return pools.connect();
                    }));
            holders.add(pool.checkOut("holder"));
            isFull.set(true);
            waiters.add(pools.waiting("waiter", pool));
            all.add(times);
        }
        for (int i = 0; i < 1_000; i++) {
            pools.awaitQuiet();
            pools.clock.advance(Duration.ofMillis(10));
        }
        holders.forEach(Checkout::close);
        for (Caller<Checkout> waiter : waiters) {
            waiter.result().close();
        }
        return all;
    }

    // F15
    @Test
    void of_one_pool_is_not_as_long_as_that_of_another() throws Exception {
        List<Set<Long>> asked = asked(1, 2);

        assertThat(asked).allSatisfy(times -> assertThat(times).hasSizeBetween(12, 60));
        Set<Long> both = new TreeSet<>(asked.getFirst());
        both.retainAll(asked.getLast());
        assertThat(both).hasSizeLessThanOrEqualTo(asked.getFirst().size() / 4);
    }

    /// So it is chance that keeps others apart, and nothing else.
    @Test
    void is_as_long_as_that_of_another_if_the_same_is_drawn() throws Exception {
        List<Set<Long>> asked = asked(3, 3);

        assertThat(asked.getFirst()).hasSizeBetween(12, 60).isEqualTo(asked.getLast());
    }
}
