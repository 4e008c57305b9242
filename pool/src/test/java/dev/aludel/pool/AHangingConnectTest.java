package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AHangingConnectTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    // F10
    @Test
    void is_given_up_after_the_connect_timeout_and_not_before() {
        Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2); // the caller, and who watches the attempt

        pools.clock.advance(ofSeconds(5).minusNanos(1));
        pools.clock.awaitParked(2);
        pools.clock.advance(ofNanos(1));

        assertThat(caller.failure())
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("Pool 'default' cannot connect to " + pools.database.url()
                        + ": there was no answer in time; look at"
                        + " what lies between (network, firewall, name lookup), or raise connectTimeout")
                .cause()
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessage("no answer within 5.00 s");
    }

    @Test
    void is_reported_with_a_decimal_point_in_any_country() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
            pools.database.next("connect").hangs();
            Caller<Checkout> caller = pools.waiting("caller", pool);
            pools.clock.awaitParked(2);

            pools.clock.advance(ofSeconds(5));

            assertThat(caller.failure()).hasRootCauseMessage("no answer within 5.00 s");
        } finally {
            Locale.setDefault(before);
        }
    }

    // F10
    @Test
    void has_another_tried_beside_it_after_a_second() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(3).timeout(ofSeconds(30)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofSeconds(1).minusNanos(1));
        pools.clock.awaitParked(2);
        assertThat(pools.database.calls("connect")).isEqualTo(1);
        pools.clock.advance(ofNanos(1));

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(2);
        connect.open();
        pools.database.await(it -> it.opened() == 2); // what came late is kept
    }

    // F10
    @Test
    void stops_nobody_when_its_own_caller_has_left() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).timeout(ofSeconds(1)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> first = pools.waiting("first", pool, MILLISECONDS.toNanos(600));
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofMillis(600));
        assertThat(first.failure()).isInstanceOf(PoolTimeoutException.class);
        Caller<Checkout> next = pools.waiting("next", pool);

        pools.clock.advance(ofMillis(400));

        assertThat(next.result().label()).isEqualTo("next");
        connect.open();
        pools.database.await(it -> it.opened() == 2);
    }

    @Test
    void takes_no_more_than_one_slot_a_second_from_a_caller_alone() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(1).timeout(ofSeconds(9)));
        Gate connects = pools.database.every("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);

        for (int attempts = 1; attempts <= 3; attempts++) {
            connects.awaitHanging(attempts);
            pools.clock.awaitParked(1 + attempts); // the caller, and who watches each attempt
            pools.clock.advance(ofSeconds(1));
        }
        pools.clock.awaitParked(4);

        assertThat(pools.database.calls("connect")).isEqualTo(3);
        connects.open();
        assertThat(caller.result().label()).isEqualTo("caller");
        pools.database.await(it -> it.opened() == 3);
    }

    // F10
    @Test
    void has_its_thread_interrupted() {
        AtomicBoolean interrupted = new AtomicBoolean();
        Gate connect = pools.database.next("connect").hangs();
        Pool pool = pools.pool(settings -> settings.size(1)
                .connectTimeout(ofSeconds(5))
                .connections(() -> {
                    try {
                        return pools.connect();
                    } finally {
                        interrupted.set(Thread.currentThread().isInterrupted());
                    }
                }));
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofSeconds(5));

        connect.awaitHanging(0);
        assertThat(caller.failure()).isInstanceOf(ConnectFailedException.class);
        Await.until(interrupted::get, () -> "the interrupt");
    }

    @Test
    void frees_its_slot_for_another_try() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(5));
        caller.failure();

        assertThat(pool.checkOut("next").label()).isEqualTo("next");
    }

    @Test
    void of_a_deaf_driver_has_its_connection_closed_when_it_comes_after_all() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).connectTimeout(ofSeconds(5)));
        Gate deaf = pools.database.next("connect").hangsDeaf();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        deaf.awaitHanging(1);
        pools.clock.awaitParked(2);
        pools.clock.advance(ofSeconds(5));
        caller.failure();
        Checkout next = pool.checkOut("next");

        deaf.open();

        pools.database.await(it -> it.closed() == 1);
        assertThat(pools.database.backend(1).isOpen()).isFalse();
        assertThat(Pools.backend(next).number()).isEqualTo(2);
    }

    @Test
    void does_not_stop_a_pool_from_closing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate deaf = pools.database.next("connect").hangsDeaf();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        deaf.awaitHanging(1);
        Caller<String> closer = Caller.start("closer", () -> {
            pool.close(ofSeconds(3));
            return "closed";
        });
        assertThat(caller.failure()).hasMessage("Pool 'default' is closed: build a new one");
        pools.clock.awaitParked(closer.thread());

        pools.clock.advance(ofSeconds(3));

        assertThat(closer.result()).isEqualTo("closed");
        deaf.open();
        pools.database.await(it -> it.closed() == 1);
    }

    // reliability row F47
    @Test
    void of_a_check_is_given_up_as_well() throws Exception {
        Pool pool = pools.pool(
                settings -> settings.size(1).connectTimeout(ofSeconds(5)).prePing(true));
        pool.checkOut(null).close();
        Gate ping = pools.database.next("isValid").hangsDeaf();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        ping.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofSeconds(5));

        assertThat(caller.failure()).hasRootCauseMessage("no answer within 5.00 s");
        assertThat(Pools.backend(pool.checkOut("next")).number()).isEqualTo(2);
        ping.open();
        pools.database.await(it -> it.closed() == 1);
    }
}
