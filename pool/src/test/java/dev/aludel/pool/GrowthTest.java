package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GrowthTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    @Test
    void begins_with_the_first_checkout() throws Exception {
        // connection-model row 1
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> {});
        assertThat(pools.database.calls("connect")).isZero();

        pool.checkOut(null).close();

        assertThat(pools.database.calls("connect")).isEqualTo(1);
    }

    @Test
    void prefers_what_is_idle() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        pool.checkOut(null).close();

        pool.checkOut(null).close();

        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void takes_the_lowest_idle_slot_so_that_the_highest_go_unused() throws Exception {
        // connection-model row 53: neither first nor last returned
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> settings.size(3));
        List<Checkout> three = Pools.checkOut(pool, 3);
        three.get(1).close();
        three.get(2).close();
        three.get(0).close();

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(1);
    }

    @Test
    void prefers_the_slot_that_the_thread_had_a_moment_ago_and_forgets_it_after_a_millisecond() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        List<Checkout> three = Pools.checkOut(pool, 3);
        three.get(1).close();
        Checkout second = pool.checkOut(null); // the only idle one
        assertThat(Pools.backend(second).number()).isEqualTo(2);
        second.close();
        three.get(0).close();

        Checkout again = pool.checkOut(null);
        assertThat(Pools.backend(again).number()).isEqualTo(2);

        again.close();
        pools.clock.advance(ofMillis(1));
        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(1);
    }

    @Test
    void does_not_keep_an_overflow_slot_because_a_thread_had_it() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(1));
        List<Checkout> two = Pools.checkOut(pool, 2);
        two.get(1).close();
        Checkout overflow = pool.checkOut(null);
        assertThat(Pools.backend(overflow).number()).isEqualTo(2);
        overflow.close();
        two.get(0).close();

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(1);
    }

    @Test
    void ends_at_size_and_overflow() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(3));
        Pools.checkOut(pool, 5);

        assertThatThrownBy(() -> pool.checkOut(null, ZERO)).isInstanceOf(PoolTimeoutException.class);
        assertThat(pools.database.peakOpen()).isEqualTo(5);
        assertThat(pools.database.calls("connect")).isEqualTo(5);
    }

    @Test
    void opens_connections_side_by_side() {
        Pool pool = pools.pool(settings -> settings.size(3));
        Gate connects = pools.database.next("connect", 3).hangs();
        List<Caller<Checkout>> callers = callers(pool, 3);

        connects.awaitHanging(3); // not one after the other

        connects.open();
        assertThat(callers.stream().map(Caller::result)).hasSize(3);
    }

    @Test
    void never_has_more_attempts_under_way_than_callers_wait() {
        Pool pool = pools.pool(settings -> settings.size(8).timeout(ofMillis(900)));
        Gate connects = pools.database.every("connect").hangs();
        List<Caller<Checkout>> early = callers(pool, 2);
        connects.awaitHanging(2);
        early.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        pools.clock.advance(ofMillis(900));
        early.forEach(Caller::failure);

        // two attempts are still under way: they will do for two callers
        List<Caller<Checkout>> late = callers(pool, 2);
        late.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        assertThat(pools.database.calls("connect")).isEqualTo(2);
        connects.open();
        assertThat(late.stream().map(Caller::result)).hasSize(2);
        assertThat(pools.database.calls("connect")).isEqualTo(2);
    }

    @Test
    void counts_a_failed_attempt_for_nothing() throws Exception {
        // connection-model row 33
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(2).maxOverflow(3));
        List<Checkout> lent = Pools.checkOut(pool, 3);
        pools.database.next("connect").fails("53300");
        Caller<Checkout> caller = pools.waiting("caller", pool);
        pools.database.await(it -> it.calls("connect") == 4);

        Pools.settle(pool);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(3);
        pools.clock.advance(ofSeconds(1));
        lent.add(caller.result());
        lent.add(pool.checkOut(null));
        assertThat(pools.database.open()).isEqualTo(5);
    }

    // F10
    @Test
    void lets_others_pass_a_connect_that_hangs() throws Exception {
        // connection-model row 34
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(2));
        Gate hanging = pools.database.next("connect").hangs();
        Caller<Checkout> unlucky = Caller.start("unlucky", () -> pool.checkOut("unlucky"));
        hanging.awaitHanging(1);
        pools.clock.awaitParked(unlucky.thread());

        Caller<Checkout> second = Caller.start("second", () -> pool.checkOut("second"));
        assertThat(Pools.backend(unlucky.result()).number()).isEqualTo(2); // first come, first served
        Caller<Checkout> third = Caller.start("third", () -> pool.checkOut("third"));
        assertThat(Pools.backend(second.result()).number()).isEqualTo(3);
        hanging.open();
        assertThat(Pools.backend(third.result()).number()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void replaces_an_invalidated_connection_for_those_who_wait(int overflow) throws Exception {
        // connection-model row 35
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(2).maxOverflow(overflow));
        List<Checkout> lent = Pools.checkOut(pool, 2 + overflow);
        List<Caller<Checkout>> waiters = IntStream.range(0, lent.size())
                .mapToObj(i -> pools.waiting("waiter " + i, pool))
                .toList();

        for (Checkout checkout : lent) {
            checkout.invalidate(null);
            checkout.close();
        }

        List<Integer> numbers = waiters.stream()
                .map(waiter -> Pools.backend(waiter.result()).number())
                .toList();
        assertThat(numbers).allMatch(number -> number > lent.size()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void stays_within_its_bounds_under_heavy_use(int overflow) {
        // connection-model row 38
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(3).maxOverflow(overflow));
        Callable<Integer> work = () -> {
            for (int i = 0; i < 25; i++) {
                try (Checkout mine = pool.checkOut(null)) {
                    Canary.select(mine.connection());
                    LockSupport.parkNanos(1_000);
                }
            }
            return 25;
        };

        List<Caller<Integer>> callers = IntStream.range(0, 40)
                .mapToObj(i -> Caller.start("caller " + i, work))
                .toList();

        assertThat(callers.stream().mapToInt(Caller::result).sum()).isEqualTo(1_000);
        assertThat(pools.database.peakOpen()).isBetween(1, 3 + overflow);
        assertThat(pools.database.statements()).isEqualTo(1_000);
        pool.close();
        assertThat(pools.database.open()).isZero();
        assertThat(pools.database.closed()).isEqualTo(pools.database.opened());
    }

    @Test
    void closes_overflow_that_comes_back_if_it_does_not_linger() throws Exception {
        // connection-model row 40
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(2).maxOverflow(2));

        for (int round = 1; round <= 5; round++) {
            for (Checkout checkout : Pools.checkOut(pool, 4)) {
                checkout.close();
            }
            Pools.settle(pool);
        }

        assertThat(pools.database.closed()).isEqualTo(10);
        assertThat(pools.database.open()).isEqualTo(2);
    }

    @Test
    void hands_overflow_that_comes_back_to_those_who_wait() throws Exception {
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(1));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        lent.get(1).close();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(2);
        assertThat(pools.database.closed()).isZero();
    }

    @Test
    void keeps_overflow_for_thirty_seconds_by_default() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(1));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        Backend overflow = Pools.backend(lent.get(1));
        lent.get(1).close();
        lent.get(0).close();
        Await.until(() -> pools.clock.parked() == 1, pools.clock::toString); // who closes it later

        pools.clock.advance(ofSeconds(30).minusNanos(1));
        pools.clock.awaitParked(1);
        assertThat(overflow.isOpen()).isTrue();
        pools.clock.advance(Duration.ofNanos(1));

        pools.database.await(it -> it.closed() == 1);
        assertThat(overflow.isOpen()).isFalse();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void keeps_overflow_that_is_used_meanwhile() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(1).linger(ofSeconds(10)));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        lent.get(1).close();
        pools.clock.awaitParked(1);

        pools.clock.advance(ofSeconds(9));
        pools.clock.awaitParked(1);
        pool.checkOut(null).close(); // the overflow, as the other is lent
        pools.clock.advance(ofSeconds(9));
        pools.clock.awaitParked(1);

        assertThat(pools.database.closed()).isZero();
        pools.clock.advance(ofSeconds(1));
        pools.database.await(it -> it.closed() == 1);
    }

    @Test
    void opens_overflow_again_after_it_was_closed() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxOverflow(1).linger(ofSeconds(10)));
        Checkout kept = pool.checkOut(null);
        pool.checkOut(null).close();
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(10));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() + snapshot.connecting() == 0);

        pool.checkOut(null).close();
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(10));

        pools.database.await(it -> it.closed() == 2);
        kept.close();
    }

    private static List<Caller<Checkout>> callers(Pool pool, int count) {
        List<Caller<Checkout>> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "caller " + i;
            callers.add(Caller.start(name, () -> pool.checkOut(name)));
        }
        return callers;
    }
}
