package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How many connections a pool opens at once, whoever wants them. (F15)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectsAtOnceTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private List<Caller<Checkout>> waiters(Pool pool, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> pools.waiting("waiter " + i, pool))
                .toList();
    }

    /// Lets one connect go on after the other: each makes room for the next.
    private void letThemComeOneByOne(Pool pool, int all, int most) {
        for (int ended = 0; ended < all; ended++) {
            int begun = Math.min(all, ended + most);
            pools.database.await(it -> it.calls("connect") == begun);
            awaitConnecting(pool, begun - ended);
            gates[ended].open();
        }
    }

    /// A slot is taken for a connect before its caller waits.
    private static void awaitConnecting(Pool pool, int count) {
        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == count);
    }

    private Gate[] gates = {};

    private void stallConnects(int count) {
        gates = IntStream.range(0, count)
                .mapToObj(i -> pools.database.next("connect").hangs())
                .toArray(Gate[]::new);
    }

    @Test
    void are_four_by_default_however_many_wait() {
        Pool pool = pools.pool(settings -> settings.size(10));
        stallConnects(10);
        List<Caller<Checkout>> waiters = waiters(pool, 20);

        letThemComeOneByOne(pool, 10, 4);

        assertThat(waiters.subList(0, 10).stream().map(Caller::result)).hasSize(10); // in their order
    }

    @Test
    void are_as_many_as_are_asked_for() {
        Pool pool = pools.pool(settings -> settings.size(5).maxConnecting(2));
        stallConnects(5);
        List<Caller<Checkout>> waiters = waiters(pool, 5);

        letThemComeOneByOne(pool, 5, 2);

        assertThat(waiters.stream().map(Caller::result)).hasSize(5);
    }

    @Test
    void are_no_more_for_a_pool_that_is_warmed_up() {
        Pool pool = pools.pool(settings -> settings.size(5).maxConnecting(2));
        stallConnects(5);
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofSeconds(5)));

        letThemComeOneByOne(pool, 5, 2);

        assertThat(warming.result()).isEqualTo(5);
    }

    @Test
    void are_no_more_for_connections_that_shall_be_ready() {
        stallConnects(5);
        Pool pool = pools.pool(settings -> settings.size(5).minIdle(5).maxConnecting(2));

        letThemComeOneByOne(pool, 5, 2);

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 5);
    }

    @Test
    void are_no_more_in_the_place_of_dead_ones() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(5).maxConnecting(2).prePing(true));
        for (Checkout checkout : Pools.checkOut(pool, 5)) {
            checkout.close();
        }
        IntStream.rangeClosed(1, 5)
                .forEach(number -> pools.database.backend(number).kill());
        Gate connects = pools.database.every("connect").hangs();
        List<Caller<Checkout>> waiters = waiters(pool, 5);

        connects.awaitHanging(2);
        awaitConnecting(pool, 2);
        connects.open();

        assertThat(waiters.stream().map(Caller::result)).hasSize(5);
        assertThat(pools.database.open()).isEqualTo(5);
    }

    @Test
    void count_for_a_second_each() {
        Pool pool = pools.pool(settings -> settings.size(3).maxConnecting(1));
        Gate first = pools.database.next("connect").hangs();
        List<Caller<Checkout>> waiters = waiters(pool, 2);
        first.awaitHanging(1);
        pools.clock.awaitParked(3); // both, and who watches the connect
        pools.clock.advance(ofMillis(999));
        pools.clock.awaitParked(3);
        assertThat(pool.snapshot().connecting()).isEqualTo(1);

        pools.clock.advance(ofMillis(1));

        assertThat(waiters.stream().map(Caller::result)).hasSize(2);
        first.open();
    }

    @Test
    void count_no_more_once_they_have_failed() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3).maxConnecting(1));
        Checkout holder = pool.checkOut("holder"); // whom the others wait for meanwhile
        pools.database.next("connect").fails("53300");
        List<Caller<Checkout>> waiters = waiters(pool, 2);
        pools.database.await(it -> it.calls("connect") == 2);
        pools.awaitQuiet();

        pools.clock.advance(ofMillis(300));

        assertThat(waiters.stream().map(Caller::result)).hasSize(2);
        holder.close();
    }

    /// An attempt may be given up after it saw that it is wanted, and before it is counted.
    @Test
    void count_no_more_once_they_are_over_though_they_were_given_up_before_they_counted() {
        QueuePool pool = (QueuePool) pools.pool(settings -> settings.size(1).maxConnecting(1));
        Slot slot = Objects.requireNonNull(pool.line().takeEmpty());
        Attempt attempt = new Attempt(pool, slot, pool.accounts().nobody(), true, Growth.OVERDUE);
        attempt.settle();
        assertThat(pool.growth().admits(attempt)).isTrue();
        assertThat(pool.growth().opening()).isOne();

        pool.growth().over(attempt);

        assertThat(pool.growth().opening()).isZero();
        slot.become(Slot.EMPTY);
    }

    @Test
    void are_not_bounded_where_each_checkout_has_its_own() {
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.NULL));
        Gate connects = pools.database.every("connect").hangs();
        List<Caller<Checkout>> waiters = waiters(pool, 9);

        connects.awaitHanging(9);

        connects.open();
        assertThat(waiters.stream().map(Caller::result)).hasSize(9);
    }
}
