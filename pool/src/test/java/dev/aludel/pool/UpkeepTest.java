package dev.aludel.pool;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UpkeepTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private static void fill(Pool pool, int count) throws SQLException {
        for (Checkout checkout : Pools.checkOut(pool, count)) {
            checkout.close();
        }
    }

    @Test
    void opens_as_many_as_shall_be_ready_when_the_pool_is_built() {
        Pool pool = pools.pool(settings -> settings.size(3).minIdle(2));

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 2);

        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void opens_more_within_a_second_when_these_are_lent_but_never_overflow() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3).maxOverflow(5).minIdle(2));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 2);
        List<Checkout> lent = Pools.checkOut(pool, 2);
        pools.clock.awaitParked(1);

        pools.clock.advance(ofSeconds(1));

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(1));
        pools.clock.awaitParked(1);
        assertThat(pools.database.opened()).isEqualTo(3);
        lent.forEach(Checkout::close);
    }

    @Test
    void tries_again_within_a_second_when_the_server_was_down() {
        pools.database.down();
        Pool pool = pools.pool(settings -> settings.size(2).minIdle(1));
        pools.database.await(it -> it.calls("connect") == 1);
        Pools.settle(pool);
        pools.clock.awaitParked(1);
        pools.database.up();

        pools.clock.advance(ofSeconds(1));

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
    }

    @Test
    void closes_what_was_unused_for_the_idle_timeout_but_for_those_that_shall_be_ready() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3).minIdle(1).idleTimeout(ofSeconds(10)));
        fill(pool, 3);
        Pools.settle(pool);

        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(10).minusNanos(1));
        pools.clock.awaitParked(1);
        assertThat(pools.database.open()).isEqualTo(3);
        pools.clock.advance(ofNanos(1));

        pools.database.await(it -> it.open() == 1);
        pools.awaitQuiet();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(pools.database.opened()).isEqualTo(3); // none in place of one that should have stayed
    }

    @Test
    void does_not_take_a_check_for_use() throws Exception {
        Pool pool = pools.pool(
                settings -> settings.size(1).idleTimeout(ofSeconds(10)).keepAlive(ofSeconds(4)));
        fill(pool, 1);

        for (int check = 1; check <= 2; check++) {
            int checks = check;
            pools.clock.awaitParked(1);
            pools.clock.advance(ofSeconds(4));
            pools.database.await(it -> it.calls("isValid") == checks);
            Pools.settle(pool);
        }
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(2));

        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void closes_an_idle_connection_at_the_end_of_its_life() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxLifetime(ofSeconds(60)));
        fill(pool, 1);

        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(44)); // at most a quarter less
        pools.clock.awaitParked(1);
        assertThat(pools.database.open()).isEqualTo(1);
        pools.clock.advance(ofSeconds(16));

        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void lets_a_connection_live_beyond_the_default_of_recycle() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxLifetime(ofHours(8)));
        fill(pool, 1);

        pools.clock.awaitParked(1);
        pools.clock.advance(ofHours(6).minusMinutes(1)); // at most a quarter less
        pools.clock.awaitParked(1);
        pools.awaitQuiet();
        assertThat(pools.database.open()).isEqualTo(1);
        pools.clock.advance(ofHours(2).plusMinutes(1));

        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void lets_a_borrower_keep_a_connection_beyond_the_end_of_its_life() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxLifetime(ofSeconds(60)));
        Checkout lent = pool.checkOut(null);
        pools.clock.advance(ofSeconds(100));
        assertThat(pools.database.open()).isEqualTo(1);

        lent.close();
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(1));

        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void checks_a_connection_that_is_to_be_kept_alive_and_replaces_a_dead_one() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).keepAlive(ofSeconds(30)));
        fill(pool, 1);

        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(30).minusNanos(1));
        pools.clock.awaitParked(1);
        assertThat(pools.database.calls("isValid")).isZero();
        pools.clock.advance(ofNanos(1));
        pools.database.await(it -> it.calls("isValid") == 1);
        Pools.settle(pool);
        assertThat(pools.database.opened()).isEqualTo(1);

        pools.database.backend(1).kill();
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(30));

        pools.database.await(it -> it.opened() == 2);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
    }

    @Test
    void ends_with_the_pool() {
        Pool pool = pools.pool(settings -> settings.size(1).minIdle(1));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);

        pool.close();

        Await.until(() -> pools.clock.parked() == 0, pools.clock::toString);
        assertThat(pools.database.open()).isZero();
    }

    @Test
    void is_not_there_by_default() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        fill(pool, 2);
        Pools.settle(pool);

        Await.until(() -> pools.clock.parked() == 0, pools.clock::toString);
    }

    @Test
    void refuses_to_keep_more_ready_than_there_may_be() {
        assertThatThrownBy(() -> pools.pool(settings -> settings.size(2).minIdle(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "minIdle must not be more than size (2), but was 3: lower it, or raise size: overflow is for"
                                + " peaks only");
        assertThatThrownBy(() -> new Settings().minIdle(-1))
                .hasMessage("minIdle must be 0 or more, but was -1: give how many connections are to be ready");
    }

    @Test
    void goes_on_while_there_are_connections_and_ends_when_there_are_none() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).keepAlive(ofSeconds(30)));
        Await.until(() -> pools.clock.parked() == 0, pools.clock::toString);
        Checkout lent = pool.checkOut(null);
        for (int second = 0; second < 3; second++) {
            pools.clock.awaitParked(1);
            pools.clock.advance(ofSeconds(1));
        }
        pools.clock.awaitParked(1);

        lent.invalidate(null);
        lent.close();
        pools.database.await(it -> it.open() == 0);
        pools.awaitQuiet();
        pools.clock.advance(ofSeconds(1));

        Await.until(() -> pools.clock.parked() == 0, pools.clock::toString);
    }
}
