package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that has no connection left, and what a pool does then for itself and for others. (F12)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AFullServerTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    /// How many connections the server has.
    private volatile int places = Integer.MAX_VALUE;

    private Connection connect() throws SQLException {
        if (pools.database.open() >= places) {
            throw new SQLException("too many clients", "53300");
        }
        return pools.connect();
    }

    private void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            pools.awaitQuiet();
            pools.clock.advance(ofSeconds(1));
        }
        pools.awaitQuiet();
    }

    /// Has a pool refused one connection more than the server has, and all others given back.
    private void refused(Pool pool, int open) throws SQLException {
        places = open;
        List<Checkout> lent = Pools.checkOut(pool, open);
        Caller<Checkout> late = pools.waiting("late", pool);
        pools.awaitQuiet();
        lent.forEach(Checkout::close);
        late.result().close();
    }

    @Test
    void has_what_nobody_used_for_a_second_given_back_but_the_last() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).connections(this::connect));
        refused(pool, 3);

        pools.awaitQuiet();
        pools.clock.advance(ofMillis(999));
        pools.awaitQuiet();
        assertThat(pools.database.open()).isEqualTo(3);
        pass(1);
        assertThat(pools.database.open()).isEqualTo(1);
        pass(50);

        assertThat(pools.database.open()).isEqualTo(1);
    }

    @Test
    void has_nothing_given_back_that_is_in_use() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(4).timeout(ofSeconds(3)).connections(this::connect));
        places = 3;
        List<Checkout> lent = Pools.checkOut(pool, 3);
        Caller<Checkout> late = pools.waiting("late", pool);

        pass(30);

        assertThat(late.failure()).isInstanceOf(PoolTimeoutException.class);
        assertThat(pools.database.open()).isEqualTo(3);
        lent.forEach(Checkout::close);
    }

    @Test
    void leaves_as_many_idle_as_are_to_be_ready() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(5).minIdle(2).connections(this::connect));
        refused(pool, 4);

        pass(5);

        assertThat(pools.database.open()).isEqualTo(2);
    }

    @Test
    void has_overflow_given_back_that_would_linger() throws Exception {
        Pool pool = pools.pool(settings ->
                settings.size(1).maxOverflow(3).linger(ofMinutes(10)).connections(this::connect));
        refused(pool, 3);

        pass(3);

        assertThat(pools.database.open()).isEqualTo(1);
    }

    @Test
    void is_forgotten_after_a_minute() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).connections(this::connect));
        refused(pool, 3);
        pass(62);
        Pools.checkOut(pool, 3).forEach(Checkout::close);

        pass(10);

        assertThat(pools.database.open()).isEqualTo(3);
    }

    @Test
    void that_never_refused_is_not_thought_of() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).connections(this::connect));
        Pools.checkOut(pool, 3).forEach(Checkout::close);

        pass(10);

        assertThat(pools.database.open()).isEqualTo(3);
    }

    @Test
    void goes_from_one_pool_to_another_and_back_as_each_has_more_to_do() throws Exception {
        places = 6;
        Pool first = pools.pool(settings -> settings.name("first").size(8).connections(this::connect));
        Pool second = pools.pool(settings -> settings.name("second").size(8).connections(this::connect));
        refused(first, 6);
        assertThatThrownBy(second::getConnection).isInstanceOf(ConnectFailedException.class);

        for (int turn = 0; turn < 3; turn++) {
            pass(2);
            List<Checkout> most = Pools.checkOut(second, 5); // the first keeps one
            Caller<Checkout> more = pools.waiting("more", second);
            first.checkOut("of the first").close();
            most.forEach(Checkout::close);
            more.result().close();
            Pool other = first;
            first = second;
            second = other;
        }

        assertThat(pools.database.open()).isEqualTo(6);
    }

    @Test
    void is_not_asked_for_each_caller_of_a_pool_that_has_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4));
        pools.database.every("connect").fails("53300");

        for (int i = 0; i < 100; i++) {
            ConnectFailedException error =
                    catchThrowableOfType(ConnectFailedException.class, () -> pool.checkOut("caller"));
            assertThat(error.getSQLState()).isEqualTo("53300");
        }

        assertThat(pools.database.calls("connect")).isEqualTo(2);
        pools.database.every("connect").works();
        pools.awaitQuiet();
        pools.clock.advance(ofMillis(300));
        pools.awaitQuiet();
        pool.checkOut("caller").close();
    }

    private Pool keepingNothing() {
        return pools.pool(settings -> settings.kind(PoolKind.NULL).connections(this::connect));
    }

    private void isRefusedTwice(Pool pool) {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pool.checkOut("caller")).isInstanceOf(ConnectFailedException.class);
        }
        pools.awaitQuiet(); // it pauses
    }

    @Test
    void is_asked_for_each_caller_of_a_pool_that_keeps_nothing_and_has_lent_some() throws Exception {
        places = 1;
        Pool pool = keepingNothing();
        Checkout holder = pool.checkOut("holder");
        isRefusedTwice(pool);

        places = 2;
        pool.checkOut("next").close();

        holder.close();
    }

    @Test
    void is_asked_at_once_by_a_pool_that_has_just_given_back_all_that_it_had() throws Exception {
        places = 1;
        Pool pool = keepingNothing();
        Checkout holder = pool.checkOut("holder");
        isRefusedTwice(pool);

        holder.close();
        Pools.settle(pool);

        pool.checkOut("next").close();
    }

    @Test
    void is_not_asked_again_and_again_for_connections_that_shall_be_ready() {
        pools.database.every("connect").fails("53300");
        pools.pool(settings -> settings.size(50).minIdle(50));

        pass(60);

        assertThat(pools.database.calls("connect")).isBetween(60, 5 * 60); // four at once, each second
        pools.database.every("connect").works();
    }

    @Test
    void is_told_to_nobody_whom_a_connect_under_way_may_serve() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).maxConnecting(2));
        Gate slow = pools.database.next("connect").hangs();
        CompletableFuture<Void> refusal = new CompletableFuture<>();
        pools.database.next("connect").runs(refusal::join).fails("53300");
        pools.database.every("connect").fails("53300");
        List<Caller<Checkout>> callers = IntStream.range(0, 5)
                .mapToObj(i -> pools.waiting("caller " + i, pool))
                .toList();
        pools.database.await(it -> it.calls("connect") == 2);

        refusal.complete(null);

        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 1 && snapshot.waiting() == 3);
        assertThat(pools.database.calls("connect")).isEqualTo(3);
        slow.open();
        int served = 0;
        for (Caller<Checkout> caller : callers) {
            Await.until(caller::isDone, () -> pool.snapshot().toString());
            try {
                caller.result().close();
                served++;
            } catch (AssertionError refused) {
                assertThat(caller.failure()).isInstanceOf(ConnectFailedException.class);
            }
        }
        assertThat(served).isEqualTo(3);
        pools.database.every("connect").works();
    }

    @Test
    void ends_a_warm_up_though_more_are_wanted_than_there_are() {
        places = 3;
        Pool pool = pools.pool(settings -> settings.size(20).connections(this::connect));
        Caller<Integer> warming = Caller.start("warming", () -> pool.warmUp(ofMinutes(10)));

        for (int second = 0; second < 60 && !warming.isDone(); second++) {
            pass(1);
        }

        assertThat(warming.failure()).isInstanceOf(ConnectFailedException.class);
    }
}
