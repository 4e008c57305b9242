package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RecycleTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void replaces_a_connection_of_that_age_at_its_next_checkout() throws Exception {
        // connection-model row 41
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).recycle(ofSeconds(30)));
        pool.checkOut(null).close();
        pools.clock.advance(ofSeconds(1));
        Checkout early = pool.checkOut(null);
        assertThat(Pools.backend(early).number()).isEqualTo(1);
        early.close();

        pools.clock.advance(ofSeconds(34));
        Checkout late = pool.checkOut(null);

        assertThat(Pools.backend(late).number()).isEqualTo(2);
        assertThat(pools.database.open()).isEqualTo(1);
    }

    @Test
    void is_before_the_server_kills_idle_connections_if_it_is_shorter() throws Exception {
        // connection-model row 98
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).recycle(ofSeconds(1)));
        pool.checkOut(null).close();
        pools.clock.advance(ofSeconds(2));
        pools.database.killConnections();

        try (Checkout taken = pool.checkOut(null)) {
            taken.connection().createStatement().execute("select 1");

            assertThat(Pools.backend(taken).number()).isEqualTo(2);
        }
    }

    @Test
    void is_due_on_the_nanosecond_when_there_is_no_jitter() throws Exception {
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).recycle(ofSeconds(30)));
        pool.checkOut(null).close();

        pools.clock.advance(ofSeconds(30).minusNanos(1));
        pool.checkOut(null).close();
        assertThat(pools.database.opened()).isEqualTo(1);
        pools.clock.advance(ofNanos(1));
        pool.checkOut(null).close();
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void leaves_a_connection_alone_while_it_is_lent() throws Exception {
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).recycle(ofSeconds(30)));
        Checkout lent = pool.checkOut(null);

        pools.clock.advance(ofSeconds(90));

        assertThat(Pools.backend(lent).isOpen()).isTrue();
        lent.close();
        assertThat(pools.database.open()).isEqualTo(1);
    }

    @Test
    void replaces_what_is_handed_from_one_caller_to_the_next_as_well() throws Exception {
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).timeout(ofDays(1)).recycle(ofSeconds(30)));
        Checkout lent = pool.checkOut(null);
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.clock.advance(ofSeconds(31));
        pools.clock.awaitParked(waiter.thread());

        lent.close();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(2);
    }

    @Test
    void counts_from_the_opening_although_the_connection_was_never_lent() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(1).recycle(ofSeconds(30)).timeout(ofSeconds(1)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(1));
        caller.failure();
        connect.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);

        pools.clock.advance(ofSeconds(30));

        assertThat(Pools.backend(pool.checkOut(null)).number()).isEqualTo(2);
    }

    @Test
    void of_zero_never_happens() throws Exception {
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).recycle(ZERO));
        pool.checkOut(null).close();

        pools.clock.advance(ofDays(3_650));
        pool.checkOut(null).close();

        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void is_spread_over_a_quarter_of_the_age_by_default() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(200));
        for (Checkout checkout : Pools.checkOut(pool, 200)) {
            checkout.close();
        }

        long[] minutes = Arrays.stream(((QueuePool) pool).line().slots())
                .mapToLong(slot -> ofNanos(slot.expiresAt - 1).toSeconds())
                .toArray();

        long least = Arrays.stream(minutes).min().orElseThrow();
        long most = Arrays.stream(minutes).max().orElseThrow();
        assertThat(least).isBetween(ofMinutes(30).toSeconds() * 3 / 4, 1_400L);
        assertThat(most).isBetween(1_750L, ofMinutes(30).toSeconds());
        assertThat(Arrays.stream(minutes).distinct().count()).isGreaterThan(100);
    }
}
