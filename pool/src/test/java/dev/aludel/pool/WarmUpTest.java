package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Script;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /// Each would be one more login, which some servers count.
    @Test
    void does_not_go_on_after_a_server_has_refused_user_or_password() {
        Pool pool = pools.pool(settings -> settings.size(10).maxConnecting(1));
        pools.database.every("connect").fails("28P01");

        assertThatThrownBy(() -> pool.warmUp(ofSeconds(30))).isInstanceOf(ConnectFailedException.class);

        assertThat(pools.database.calls("connect")).isEqualTo(2);
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

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void fails_if_one_of_two_is_refused_whichever_of_them_is_the_first_to_end(int refused) {
        Pool pool = pools.pool(settings -> settings.size(2));
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        Script one = pools.database.next("connect").runs(first::join);
        Script other = pools.database.next("connect").runs(second::join);
        if (refused == 1) {
            one.fails("08004");
        } else {
            other.fails("08004");
        }
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofSeconds(5)));
        pools.database.await(it -> it.calls("connect") == 2);

        first.complete(null);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 1);
        second.complete(null);

        assertThat(warming.failure())
                .isInstanceOf(ConnectFailedException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08004");
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void does_not_take_overflow_for_one_that_was_refused() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(1));
        List<Checkout> lent = Pools.checkOut(pool, 3);
        lent.get(0).invalidate(null);
        lent.get(0).close();
        Pools.settle(pool);
        pools.database.next("connect").fails("08004");

        assertThatThrownBy(() -> pool.warmUp(ofSeconds(5))).isInstanceOf(ConnectFailedException.class);
        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(2);

        lent.forEach(Checkout::close);
    }

    @Test
    void counts_the_one_connection_that_all_share() throws Exception {
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(1);
        List<Checkout> lent = Pools.checkOut(pool, 2);

        assertThat(pool.warmUp(ofSeconds(5))).isEqualTo(1);

        lent.forEach(Checkout::close);
    }
}
