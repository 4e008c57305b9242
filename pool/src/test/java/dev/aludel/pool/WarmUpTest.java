package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WarmUpTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void opens_all_that_are_kept_and_no_overflow() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).maxOverflow(2));

        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(4);

        assertThat(pool.snapshot().idle()).isEqualTo(4);
        assertThat(pools.database.open()).isEqualTo(4);
    }

    @Test
    void counts_those_that_are_open_already() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3));
        List<Checkout> lent = Pools.checkOut(pool, 2);

        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(3);

        lent.forEach(Checkout::close);
        assertThat(pools.database.opened()).isEqualTo(3);
    }

    @Test
    void opens_them_all_at_once() {
        Pool pool = pools.pool(settings -> settings.size(3));
        var stalled = pools.database.every("connect").hangs();
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofSeconds(5)));

        pools.database.await(it -> it.calls("connect") == 3);
        stalled.open();

        assertThat(warming.result()).isEqualTo(3);
    }

    @Test
    void fails_when_there_is_no_database() {
        Pool pool = pools.pool(settings -> settings.size(2));
        pools.database.down();

        assertThatThrownBy(() -> pool.warmUp(ofSeconds(5))).isInstanceOf(ConnectFailedException.class);
    }

    @Test
    void does_not_mind_a_failure_of_long_ago() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.down();
        assertThatThrownBy(pool::getConnection).isInstanceOf(ConnectFailedException.class);
        pools.database.up();

        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(1);
    }

    @Test
    void tries_itself_what_fails_for_somebody_else_meanwhile() {
        Pool pool = pools.pool(settings -> settings.size(1));
        CompletableFuture<Void> refused = new CompletableFuture<>();
        pools.database.next("connect").runs(refused::join).fails("08001");
        Caller<Checkout> other = pools.waiting("other", pool);
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofSeconds(5)));
        pools.clock.awaitParked(warming.thread());

        refused.complete(null);

        assertThat(other.failure()).isInstanceOf(ConnectFailedException.class);
        assertThat(warming.result()).isEqualTo(1);
    }

    @Test
    void returns_at_its_bound_with_what_is_there() {
        Pool pool = pools.pool(settings -> settings.size(3));
        var stalled = pools.database.next("connect").hangs();
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofSeconds(5)));
        stalled.awaitHanging(1);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 2);
        pools.clock.awaitParked(warming.thread());

        pools.clock.advance(ofSeconds(5));

        assertThat(warming.result()).isEqualTo(2);
        stalled.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 3);
    }

    @Test
    void of_a_closed_pool_is_refused() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.close();

        assertThatThrownBy(() -> pool.warmUp(ofSeconds(5))).hasMessage("Pool 'default' is closed: build a new one");
    }
}
