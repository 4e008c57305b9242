package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reliability F56.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ResizeTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged logged = new Logged();

    private static void returnAll(List<Checkout> lent) {
        lent.forEach(Checkout::close);
    }

    @Test
    void to_more_serves_those_who_wait_at_once() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        List<Checkout> lent = Pools.checkOut(pool, 1);
        Caller<Checkout> first = pools.waiting("first", pool);
        Caller<Checkout> second = pools.waiting("second", pool);

        pool.resize(2, 1);

        returnAll(List.of(first.result(), second.result()));
        returnAll(lent);
        assertThat(pools.database.peakOpen()).isEqualTo(3);
        assertThat(pool.snapshot().size()).isEqualTo(2);
        assertThat(pool.snapshot().maxOverflow()).isEqualTo(1);
    }

    @Test
    void to_fewer_closes_idle_connections_that_are_too_many() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4));
        returnAll(Pools.checkOut(pool, 4));

        pool.resize(1, 0);

        pools.database.await(it -> it.open() == 1);
        Pools.settle(pool);
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void to_fewer_lets_lent_ones_finish_and_closes_them_then() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        List<Checkout> lent = Pools.checkOut(pool, 3);

        pool.resize(1, 0);

        assertThat(pools.database.open()).isEqualTo(3);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(3);
        returnAll(lent);
        pools.database.await(it -> it.open() == 1);
    }

    @Test
    void to_fewer_opens_none_beyond_for_those_who_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        List<Checkout> lent = Pools.checkOut(pool, 3);
        pool.resize(1, 0);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);

        lent.get(2).close();
        pools.database.await(it -> it.open() == 2);
        Pools.settle(pool);
        assertThat(waiting.isDone()).isFalse();
        lent.get(0).close();

        waiting.result().close();
        lent.get(1).close();
        assertThat(pools.database.opened()).isEqualTo(3);
    }

    @Test
    void while_a_connection_is_being_opened_keeps_to_the_new_size() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        List<Checkout> lent = Pools.checkOut(pool, 1);
        var stalled = pools.database.next("connect").hangs();
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        stalled.awaitHanging(1);

        pool.resize(1, 0);
        stalled.open();

        pools.database.await(it -> it.opened() == 2 && it.open() == 1);
        assertThat(waiting.isDone()).isFalse();
        returnAll(lent);
        waiting.result().close();
    }

    @Test
    void up_and_down_again_uses_what_there_was() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));

        for (int size : new int[] {5, 1, 3, 1}) {
            pool.resize(size, 0);
            List<Checkout> lent = Pools.checkOut(pool, size);
            assertThat(pool.snapshot().checkedOut()).isEqualTo(size);
            returnAll(lent);
            Pools.settle(pool);
        }
        assertThat(((QueuePool) pool).line().slots()).hasSize(5);
    }

    @Test
    void is_in_the_text_of_a_timeout() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips"));
        pool.resize(2, 1);
        List<Checkout> lent = Pools.checkOut(pool, 3);

        assertThatThrownBy(() -> pool.checkOut(null, ZERO))
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageContaining("QueuePool limit of size 2 overflow 1 reached");
        returnAll(lent);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, size must be 1 or more",
        "-1, 0, size must be 1 or more",
        "1, -1, maxOverflow must be 0 or more",
        "10000, 1, size + maxOverflow must be 10000 or less",
        "2147483647, 2147483647, size + maxOverflow must be 10000 or less",
        "1, 5, minIdle must not be more than size (1)"
    })
    void to_nonsense_is_refused_and_changes_nothing(int size, int maxOverflow, String rule) throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(3).maxOverflow(2).minIdle(2));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 2);

        assertThatThrownBy(() -> pool.resize(size, maxOverflow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);

        assertThat(pool.snapshot().size()).isEqualTo(3);
        assertThat(pool.snapshot().maxOverflow()).isEqualTo(2);
    }

    @Test
    void of_a_closed_pool_opens_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.close();

        pool.resize(5, 5);

        assertThatThrownBy(pool::getConnection).hasMessage("Pool 'default' is closed: build a new one");
        assertThat(pools.database.opened()).isZero();
    }

    /// A drawn schedule found that he waited on beside an idle connection (invariant 5). The log's line is a moment
    /// between the look at his connection and its replacement.
    @Test
    void to_fewer_gives_another_to_who_has_one_replaced_that_is_too_many() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).recycle(ofSeconds(60)));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        lent.get(1).close();
        pools.clock.advance(ofSeconds(61));
        logged.next("Connection default#2 exceeded timeout", () -> {
            pool.resize(1, 0);
            lent.get(0).close();
        });

        Caller.start("caller", () -> pool.checkOut("caller")).result().close();

        pools.database.await(it -> it.open() == 1);
        assertThat(logged.count("Connection default#1 exceeded timeout")).isEqualTo(1);
    }
}
