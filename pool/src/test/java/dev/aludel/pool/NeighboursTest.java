package dev.aludel.pool;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What pools know of each other.
@DisplayNameGeneration(ReplaceUnderscores.class)
class NeighboursTest {
    private static final int MANY = 300;

    @RegisterExtension
    final Pools pools = new Pools();

    private final Neighbours neighbours = pools.scheduling().neighbours();

    private Pool pool(String name) {
        return pools.pool(settings -> settings.size(1).name(name).timeout(ofMinutes(1)));
    }

    private List<String> names() {
        return neighbours.present().stream().map(Neighbour::name).toList();
    }

    @Test
    void are_those_on_the_same_clock() {
        pool("trips");
        pool("audit");
        new Pools().pool(settings -> settings.name("elsewhere")).close(Duration.ZERO);

        assertThat(names()).containsExactly("trips", "audit");
        assertThat(Scheduling.system().neighbours())
                .isSameAs(Scheduling.system().neighbours())
                .isNotSameAs(neighbours);
    }

    @Test
    void forget_a_pool_that_is_closed() {
        pool("trips").close(Duration.ZERO);
        pool("audit");

        assertThat(names()).containsExactly("audit");
    }

    @Test
    void do_not_keep_a_pool_that_nobody_else_does() {
        Neighbours few = new Neighbours();
        Neighbour kept = new Neighbour("kept", ((QueuePool) pool("trips")).line());
        few.add(kept);
        few.add(new Neighbour("dropped", kept.line()));

        Await.until(
                () -> {
                    System.gc();
                    return few.present().size() == 1;
                },
                () -> few.present().toString());
        few.add(new Neighbour("next", kept.line()));

        assertThat(few.present()).contains(kept);
    }

    /// Not even by a circle that was seen, and did not stand for long enough to be sure of it.
    @Test
    void are_not_kept_by_each_other_after_a_suspicion() throws Exception {
        Pool kept = pool("kept");
        WeakReference<Pool> other = suspected(kept);

        Await.until(
                () -> {
                    System.gc();
                    return other.get() == null;
                },
                () -> "it is still there");

        assertThat(names()).containsExactly("kept");
        kept.checkOut("next").close();
    }

    /// Two cross for a moment, until one gives up.
    private WeakReference<Pool> suspected(Pool kept) throws Exception {
        Pool other = Pool.of(new Settings()
                .connections(pools.database::connect)
                .name("other")
                .size(1)
                .timeout(ofMinutes(1))
                .scheduling(new Scheduling(
                        pools.clock,
                        pools.clock::parkNanos,
                        pools.clock::unpark,
                        Thread::startVirtualThread,
                        new Random(1),
                        Long.MAX_VALUE,
                        neighbours)));
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch last = new CountDownLatch(1);
        Caller<Checkout> first = crossing(kept, other, both, both);
        Caller<Checkout> second = crossing(other, kept, both, last);
        both.await();
        pools.clock.awaitParked(first.thread());
        last.countDown();
        pools.clock.awaitParked(second.thread()); // in the pool that is kept
        first.interrupt();
        assertThat(first.failure()).isInstanceOf(SQLException.class).hasMessageContaining("interrupted");
        second.result().close();
        other.close(Duration.ZERO);
        return new WeakReference<>(other);
    }

    private static Caller<Checkout> crossing(Pool has, Pool wants, CountDownLatch both, CountDownLatch when) {
        return Caller.start("crossing", () -> {
            try (Checkout mine = has.checkOut("first")) {
                both.countDown();
                when.await();
                return wants.checkOut(mine.label() + " and second");
            }
        });
    }

    /// Instants of one mean the same to the other, however much later it was built.
    @Test
    void go_by_one_time() {
        QueuePool first = (QueuePool) pool("first");
        pools.clock.advance(Duration.ofHours(1));
        QueuePool second = (QueuePool) pool("second");

        assertThat(second.now()).isEqualTo(first.now());
    }

    /// Hundreds of pools in which somebody waits cost nobody a walk through their queues who has no
    /// connection. Who has one for which somebody waits goes through each of them once, as the one who
    /// works is found nowhere.
    @Test
    void are_gone_through_only_for_who_has_what_another_waits_for() throws Exception {
        List<Checkout> lent = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Pool pool = pool("pool " + i);
            lent.add(pool.checkOut("holder"));
            pools.waiting("waits", pool);
        }
        Pool busy = pool("busy");
        lent.add(busy.checkOut("holder"));
        pools.waiting("has none", busy);
        Pool held = pool("held");
        CountDownLatch first = new CountDownLatch(1);
        Caller<Checkout> nested = Caller.start("has one", () -> {
            try (Checkout mine = held.checkOut("holder")) {
                first.await();
                return busy.checkOut(mine.label() + " again");
            }
        });
        Pools.awaitSnapshot(held, snapshot -> snapshot.checkedOut() == 1);
        pools.waiting("wants what it has", held);
        assertThat(neighbours.walks()).isZero();

        first.countDown();
        pools.clock.awaitParked(nested.thread());

        assertThat(neighbours.walks()).isEqualTo(MANY + 2);
        assertThat(lent).hasSize(MANY + 1);
    }
}
