package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PrePingTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private Pool pinging(Consumer<Settings> configure) {
        return pools.pool(Settings.sqlalchemy(), settings -> configure.accept(settings.prePing(true)));
    }

    @Test
    void is_not_sent_on_a_new_connection_but_on_each_later_checkout() throws Exception {
        // connection-model row 63
        Pool pool = pinging(settings -> settings.size(1));

        pool.checkOut(null).close();
        assertThat(pools.database.calls("isValid")).isZero();
        pool.checkOut(null).close();
        assertThat(pools.database.calls("isValid")).isEqualTo(1);
        pool.checkOut(null).close();
        assertThat(pools.database.calls("isValid")).isEqualTo(2);
    }

    @Test
    void is_not_sent_on_what_replaces_an_invalidated_connection() throws Exception {
        // connection-model row 64
        Pool pool = pinging(settings -> settings.size(1).maxOverflow(0));
        Checkout lent = pool.checkOut(null);
        lent.invalidate(null);
        lent.close();

        pool.checkOut(null).close();

        assertThat(pools.database.calls("isValid")).isZero();
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void replaces_a_dead_connection_and_the_caller_sees_nothing() throws Exception {
        // connection-model row 65
        Pool pool = pinging(settings -> settings.size(1));
        pool.checkOut(null).close();
        pools.database.killConnections();

        Checkout next = pool.checkOut(null);

        assertThat(Pools.backend(next).number()).isEqualTo(2);
        assertThat(pools.database.closed()).isEqualTo(1);
        assertThat(pools.database.calls("isValid")).isEqualTo(1); // the new one is not asked again
    }

    @Test
    void replaces_a_connection_whose_driver_throws_whatever_it_throws() throws Exception {
        // connection-model row 69 raises what is no disconnect; for us a connection that cannot answer is not lent
        Pool pool = pinging(settings -> settings.size(1).maxOverflow(0));
        pool.checkOut(null).close();
        for (Throwable error : List.of(new SQLException("odd", "42000"), new IllegalStateException(), new Error())) {
            pools.database.next("isValid").fails(error);
            pool.checkOut(null).close();
        }

        assertThat(pools.database.opened()).isEqualTo(4);
        assertThat(pools.database.open()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void replaces_it_whatever_the_server_takes_the_error_for(boolean disconnect) throws Exception {
        // connection-model rows 66, 67 and 68: the model's listeners decide what an error of the check means; Aludel
        // asks nobody, for the reason of row 69
        List<SQLException> asked = new ArrayList<>();
        Server judge = new ForwardingServer(Server.h2()) {
            @Override
            public boolean isDisconnect(SQLException e) {
                asked.add(e);
                return disconnect;
            }
        };
        Pool pool = pinging(settings -> settings.size(1).maxOverflow(0).server(judge));
        pool.checkOut(null).close();
        pools.database.next("isValid").fails(new SQLException("odd", "99XXX"));

        Checkout next = pool.checkOut(null);

        assertThat(Pools.backend(next).number()).isEqualTo(2);
        assertThat(pools.database.closed()).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    // reliability row F45
    @Test
    void with_a_server_that_is_down_gives_the_connect_error_and_costs_no_capacity() throws Exception {
        // connection-model row 70
        Pool pool = pinging(settings -> settings.size(2).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        pools.database.down();

        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);

        pools.database.up();
        assertThat(Pools.checkOut(pool, 2)).hasSize(2);
    }

    @Test
    void if_switched_off_leaves_the_discovery_to_the_first_statement() throws Exception {
        // connection-model row 71
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).prePing(false));
        pool.checkOut(null).close();
        pools.clock.advance(Duration.ofDays(1));
        pools.database.down();

        Checkout lent = pool.checkOut(null);

        assertThatThrownBy(() -> Canary.select(lent.connection()))
                .isInstanceOf(SQLException.class)
                .extracting("SQLState")
                .isEqualTo("08006");
        assertThat(pools.database.calls("isValid")).isZero();
        lent.close();
    }

    @Test
    void is_sent_by_default_to_what_was_idle_for_half_a_second() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).close();

        pools.clock.advance(ofMillis(500).minusNanos(1));
        pool.checkOut(null).close();
        assertThat(pools.database.calls("isValid")).isZero();
        pools.clock.advance(ofMillis(500));
        pool.checkOut(null).close();
        assertThat(pools.database.calls("isValid")).isEqualTo(1);
    }

    @Test
    void is_sent_once_for_one_checkout_however_long_it_was_idle() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).close();
        pools.clock.advance(Duration.ofMinutes(20));

        assertThat(pool.checkOut("caller").label()).isEqualTo("caller");

        assertThat(pools.database.calls("isValid")).isEqualTo(1);
    }

    @Test
    void is_sent_to_a_connection_that_was_opened_long_before_it_is_first_lent() throws Exception {
        Pool pool = pinging(settings -> settings.size(1));
        Gate connect = pools.database.next("connect").hangs();
        assertThatThrownBy(() -> pool.checkOut(null, Duration.ZERO));
        connect.open();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);

        pools.clock.advance(ofMillis(500));
        pool.checkOut(null).close();

        assertThat(pools.database.calls("isValid")).isEqualTo(1);
    }

    // F01
    @Test
    void goes_to_every_other_connection_after_one_was_lost() throws Exception {
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> settings.size(3)); // which checks none by itself
        List<Checkout> lent = Pools.checkOut(pool, 3);
        lent.get(1).close();
        lent.get(2).close();
        lent.get(0).invalidate(new SQLException("cut off", "08006"));
        lent.get(0).close();
        Pools.settle(pool);

        for (Checkout checkout : Pools.checkOut(pool, 3)) {
            checkout.close();
        }
        assertThat(pools.database.calls("isValid")).isEqualTo(2);
        for (Checkout checkout : Pools.checkOut(pool, 3)) {
            checkout.close();
        }
        assertThat(pools.database.calls("isValid")).isEqualTo(2); // once is enough
    }

    // F01, F06
    @Test
    void goes_to_every_other_connection_after_one_was_found_dead() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        pools.clock.advance(ofMillis(500));
        pools.database.backend(1).kill();
        pools.database.backend(2).kill();

        pool.checkOut("first");
        pools.database.next("isValid").onConnection(2).gives(false);
        Checkout second = pool.checkOut("second");

        assertThat(Pools.backend(second).number()).isEqualTo(4);
    }

    // F06
    @Test
    void goes_to_one_that_was_used_a_moment_ago_too_after_another_was_found_dead() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        List<Checkout> both = Pools.checkOut(pool, 2);
        both.get(0).close();
        pools.clock.advance(ofMillis(500));
        both.get(1).close();
        Gate ping = pools.database.next("isValid").hangs();
        Checkout second = pool.checkOut("gets the second while the first is checked");
        ping.awaitHanging(1);
        pools.database.backend(1).kill();
        ping.open();
        Pools.settle(pool);
        second.close();
        pools.database.backend(2).kill();

        List<Checkout> again = Pools.checkOut(pool, 2);

        assertThat(again).extracting(lent -> Pools.backend(lent).number()).containsExactly(3, 4);
    }

    @Test
    void does_not_go_to_others_when_a_borrower_merely_says_that_its_connection_is_no_good() throws Exception {
        Pool pool = pools.pool(Settings.sqlalchemy(), settings -> settings.size(2));
        List<Checkout> lent = Pools.checkOut(pool, 2);
        lent.get(1).close();
        lent.get(0).invalidate(null);
        lent.get(0).close();

        pool.checkOut(null).close();
        Pools.settle(pool);

        assertThat(pools.database.calls("isValid")).isZero();
    }

    // F05
    // reliability row F47
    @Test
    void that_takes_long_holds_up_nobody() throws Exception {
        Pool pool = pinging(settings -> settings.size(2).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        Gate ping = pools.database.next("isValid").onConnection(1).hangs();
        Caller<Checkout> slow = pools.waiting("slow", pool);
        ping.awaitHanging(1);

        Caller<Checkout> other = pools.waiting("other", pool); // the next idle one is checked, for who came first
        Checkout first = slow.result();
        assertThat(Pools.backend(first).number()).isEqualTo(2);
        first.close();

        assertThat(Pools.backend(other.result()).number()).isEqualTo(2);
        ping.open();
    }

    // F05
    @Test
    void that_takes_250_milliseconds_has_the_next_idle_connection_tried_beside_it() throws Exception {
        Pool pool = pinging(settings -> settings.size(2).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        Gate ping = pools.database.next("isValid").onConnection(1).hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        ping.awaitHanging(1);
        pools.clock.awaitParked(2); // the caller, and who watches the check

        pools.clock.advance(ofMillis(250).minusNanos(1));
        pools.clock.awaitParked(2);
        assertThat(pools.database.calls("isValid")).isEqualTo(1);
        pools.clock.advance(ofNanos(1));

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(2);
        ping.open();
    }

    @Test
    void is_waited_for_a_quarter_of_the_time_that_its_caller_has_left() throws Exception {
        Pool pool = pinging(settings -> settings.size(2).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        Gate ping = pools.database.next("isValid").onConnection(1).hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool, ofMillis(100).toNanos());
        ping.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofMillis(25));

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(2);
        ping.open();
    }

    @Test
    void is_waited_for_longer_if_the_last_one_took_longer() throws Exception {
        Pool pool = pinging(settings -> settings.size(2).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        pools.database.next("isValid").onConnection(1).takes(ofMillis(200), pools.clock);
        Caller<Checkout> first = pools.waiting("first", pool);
        Await.until(() -> pools.clock.parked() == 3, pools.clock::toString);
        pools.clock.advance(ofMillis(200));
        first.result().close();
        Gate ping = pools.database.next("isValid").onConnection(1).hangs();
        Caller<Checkout> second = pools.waiting("second", pool);
        ping.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofMillis(399));
        pools.clock.awaitParked(2);
        pools.clock.advance(ofMillis(1));

        assertThat(Pools.backend(second.result()).number()).isEqualTo(2);
        ping.open();
    }

    // F06

    @Test
    void is_sent_to_two_connections_for_one_caller_and_the_next_is_replaced() throws Exception {
        Pool pool = pinging(settings -> settings.size(4).maxOverflow(0));
        for (Checkout checkout : Pools.checkOut(pool, 4)) {
            checkout.close();
        }
        Gate pings = pools.database.every("isValid").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        for (int asked = 1; asked <= 2; asked++) {
            pings.awaitHanging(asked);
            pools.clock.awaitParked(1 + asked);
            pools.clock.advance(ofMillis(250));
        }

        assertThat(Pools.backend(caller.result()).number()).as("a new one").isEqualTo(5);
        assertThat(pools.database.calls("isValid")).isEqualTo(2);
        assertThat(pools.database.closed()).as("but for one").isEqualTo(1);
        pings.open();
    }

    @Test
    void is_sent_to_any_number_for_one_caller_while_they_are_answered() throws Exception {
        QueuePool pool = (QueuePool) pinging(settings -> settings.size(1));
        Probing probing = pool.physical().probing();
        probing.late(0);
        probing.late(1);
        assertThat(probing.isVain(2, 2)).isFalse();
        assertThat(probing.isVain(3, 2)).isTrue();
        assertThat(probing.isVain(3, ofSeconds(11).toNanos())).as("later").isFalse();

        probing.answered(1, 5); // on a connection that was opened when others were silent already
        assertThat(probing.isVain(3, 2)).isTrue();
        probing.answered(1, -1);

        assertThat(probing.isVain(3, 2)).isFalse();
    }

    @Test
    void that_two_in_a_row_do_not_answer_has_all_closed_that_were_idle_then() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(5));
        List<Checkout> five = Pools.checkOut(pool, 5);
        five.subList(0, 4).forEach(Checkout::close);
        pools.clock.advance(ofSeconds(1));
        pools.database.every("isValid").takes(ofSeconds(5), pools.clock); // of which a check has one
        Caller<Checkout> caller = pools.waiting("caller", pool);
        Await.until(() -> pools.clock.parked() == 3, pools.clock::toString);
        pools.clock.advance(ofMillis(250));
        Await.until(() -> pools.database.calls("isValid") == 2, pools.clock::toString);
        five.get(4).close(); // this one is well

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(5);
        pools.awaitQuiet();
        pools.clock.advance(ofSeconds(1));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);

        assertThat(pools.database.openBackends()).extracting(Backend::number).doesNotContain(1, 2, 3, 4);
    }

    @Test
    void is_sent_beside_a_caller_who_takes_another_that_needs_none() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        List<Checkout> both = Pools.checkOut(pool, 2);
        both.get(0).close();
        pools.clock.advance(ofMillis(600));
        both.get(1).close();

        // nobody waits for the check of the first: there is not even time for it
        assertThat(Pools.backend(pool.checkOut(null, Duration.ZERO)).number()).isEqualTo(2);

        pools.database.await(it -> it.calls("isValid") == 1);
        Pools.settle(pool);
        assertThat(Pools.backend(pool.checkOut(null, Duration.ZERO)).number()).isEqualTo(1);
    }

    @Test
    void of_a_caller_that_left_leaves_the_connection_to_the_next_one_checked() throws Exception {
        Pool pool = pinging(settings -> settings.size(1).maxOverflow(0).timeout(ofMillis(100)));
        pool.checkOut(null).close();
        Gate ping = pools.database.next("isValid").hangs();
        Caller<Checkout> hasty = pools.waiting("hasty", pool);
        ping.awaitHanging(1);
        pools.clock.advance(ofMillis(100));
        assertThat(hasty.failure()).isInstanceOf(PoolTimeoutException.class);
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        ping.open();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(1);
        assertThat(pools.database.calls("isValid")).isEqualTo(1);
    }

    // F05
    @Test
    void gives_the_driver_one_second() throws Exception {
        Pool pool = pinging(settings -> settings.size(1).maxOverflow(0));
        pool.checkOut(null).close();
        pools.database.next("isValid").takes(ofSeconds(5), pools.clock);
        Caller<Checkout> caller = pools.waiting("caller", pool);
        Await.until(() -> pools.clock.parked() == 3, pools.clock::toString);

        pools.clock.advance(ofSeconds(1).minusNanos(1));
        pools.clock.awaitParked(3);
        pools.clock.advance(ofNanos(1));

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(2);
        assertThat(pools.database.log(1)).contains("isValid 1");
    }

    /// Found by a drawn schedule (invariant 10): no time at all seemed to have passed, and less than
    /// none is less than 0.
    @Test
    void is_not_spared_when_the_connection_came_back_after_its_next_caller_looked_at_the_clock() throws Exception {
        QueuePool pool = (QueuePool) pools.pool(settings -> settings.size(1).prePing(true));
        pool.checkOut(null).close();
        Slot slot = pool.line().slots()[0];

        assertThat(pool.physical().isFresh(slot, slot.lastUsed() - 1)).isFalse();
    }
}
