package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OrderOfServiceTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void the_oldest_waiter_gets_what_comes_back() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> oldest = pools.waiting("oldest", pool);
        Caller<Checkout> youngest = pools.waiting("youngest", pool);

        lent.close();

        assertThat(Pools.backend(oldest.result()).number()).isEqualTo(1);
        assertThat(youngest.isDone()).isFalse();
        oldest.result().close();
        assertThat(youngest.result().label()).isEqualTo("youngest");
    }

    @Test
    void two_hundred_waiters_are_served_in_order_of_arrival() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        List<Integer> served = new ArrayList<>(); // guarded by having the only connection
        List<Caller<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            Caller<Integer> caller = Caller.start("caller " + i, () -> {
                try (Checkout mine = pool.checkOut(null)) {
                    served.add(mine.connection().isClosed() ? -1 : number);
                }
                return number;
            });
            pools.clock.awaitParked(caller.thread());
            callers.add(caller);
        }

        lent.close();

        callers.forEach(Caller::result);
        assertThat(served).hasSize(200).isSorted();
    }

    @Test
    void a_newcomer_does_not_overtake_a_waiter_that_was_not_yet_woken() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        lent.close();

        // whether or not the waiter's thread has run by now, the connection is the waiter's
        assertThatThrownBy(() -> pool.checkOut("newcomer", ZERO)).isInstanceOf(PoolTimeoutException.class);
        assertThat(waiter.result().label()).isEqualTo("waiter");
    }

    @Test
    void who_returns_and_asks_again_stands_behind_those_who_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("greedy");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        lent.close();
        Caller<Checkout> greedy = pools.waiting("greedy", pool);

        waiter.result().close();
        assertThat(greedy.result().label()).isEqualTo("greedy");
    }

    @Test
    void a_waiter_that_timed_out_is_passed_over() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> hasty = pools.waiting("hasty", pool, ofSeconds(1).toNanos());
        Caller<Checkout> patient = pools.waiting("patient", pool, ofSeconds(5).toNanos());
        pools.clock.advance(ofSeconds(1));
        assertThat(hasty.failure()).isInstanceOf(PoolTimeoutException.class);

        lent.close();

        assertThat(patient.result().label()).isEqualTo("patient");
    }

    @Test
    void a_waiter_that_was_interrupted_is_passed_over() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("first", pool);
        Caller<Checkout> second = pools.waiting("second", pool);
        first.interrupt();
        assertThat(first.failure()).hasMessageContaining("interrupted");

        lent.close();

        assertThat(second.result().label()).isEqualTo("second");
    }

    @Test
    void a_connection_that_was_opened_for_a_late_caller_goes_to_the_oldest() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        var slow = pools.database.next("connect").hangs();
        Caller<Checkout> oldest = Caller.start("oldest", () -> pool.checkOut("oldest"));
        slow.awaitHanging(1);
        pools.clock.awaitParked(oldest.thread());
        Caller<Checkout> late = Caller.start("late", () -> pool.checkOut("late"));

        assertThat(Pools.backend(oldest.result()).number()).isEqualTo(2);
        assertThat(late.isDone()).isFalse();
        slow.open();
        assertThat(Pools.backend(late.result()).number()).isEqualTo(1);
    }

    @Test
    void platform_and_virtual_threads_stand_in_one_queue() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> platform =
                Caller.start(Thread.ofPlatform().daemon().name("platform"), () -> pool.checkOut("platform"));
        pools.clock.awaitParked(platform.thread());
        Caller<Checkout> virtual = pools.waiting("virtual", pool);

        lent.close();

        platform.result().close();
        assertThat(virtual.result().label()).isEqualTo("virtual");
    }

    // reliability row F35
    @RepeatedTest(50)
    void a_return_that_meets_the_end_of_the_wait_loses_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(1)));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        atOnce(lent::close, () -> pools.clock.advance(ofSeconds(1)));

        theWaiterHasItOrThePoolKeepsIt(pool, waiter);
    }

    // reliability row F33
    @RepeatedTest(50)
    void a_return_that_meets_an_interrupt_loses_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        atOnce(lent::close, waiter::interrupt);

        theWaiterHasItOrThePoolKeepsIt(pool, waiter);
    }

    private static void theWaiterHasItOrThePoolKeepsIt(Pool pool, Caller<Checkout> waiter) throws Exception {
        Await.until(waiter::isDone, () -> "the waiter to end");
        if (catchThrowable(waiter::result) == null) {
            waiter.result().close();
        } else {
            assertThat(waiter.failure()).isInstanceOf(SQLException.class);
        }
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(Pools.backend(pool.checkOut("next")).number()).isEqualTo(1);
    }

    private static void atOnce(Runnable one, Runnable other) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(2);
        Thread thread = Thread.ofPlatform().start(() -> meet(ready, one));
        meet(ready, other);
        thread.join();
    }

    private static void meet(CountDownLatch ready, Runnable work) {
        ready.countDown();
        while (ready.getCount() > 0) {
            Thread.onSpinWait();
        }
        work.run();
    }
}
