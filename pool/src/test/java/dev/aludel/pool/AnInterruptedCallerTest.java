package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnInterruptedCallerTest {
    @RegisterExtension
    final Pools pools = new Pools();

    /// What a call threw, and whether its thread's flag was set then.
    private record End(SQLException error, boolean flag) {}

    private static End ending(Pool pool) {
        try {
            pool.checkOut("interrupted").close();
            throw new AssertionError("it got a connection");
        } catch (SQLException e) {
            return new End(e, Thread.currentThread().isInterrupted());
        }
    }

    // reliability row F33
    @Test
    void leaves_the_queue_with_its_flag_set() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips"));
        Checkout lent = pool.checkOut("holder");
        Caller<End> caller = Caller.start("caller", () -> ending(pool));
        pools.clock.awaitParked(caller.thread());

        caller.interrupt();

        End end = caller.result();
        assertThat(end.flag()).isTrue();
        assertThat((Throwable) end.error())
                .hasMessage("Pool 'trips': interrupted while waiting for a connection; the thread's interrupt flag is"
                        + " still set")
                .isNotInstanceOf(PoolTimeoutException.class);
        assertThat(end.error().getSQLState()).isEqualTo("57014");
        assertThat(pool.snapshot().waiting()).isZero();
        lent.close();
    }

    // reliability row F33
    @Test
    void leaves_a_connect_to_the_next_caller() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Gate connect = pools.database.next("connect").hangs();
        Caller<End> caller = Caller.start("caller", () -> ending(pool));
        connect.awaitHanging(1);
        pools.clock.awaitParked(caller.thread());

        caller.interrupt();
        assertThat(caller.result().flag()).isTrue();
        connect.open();

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(Pools.backend(pool.checkOut("next", ZERO)).number()).isEqualTo(1);
    }

    @Test
    void leaves_a_check_to_the_next_caller() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).prePing(true));
        pool.checkOut(null).close();
        Gate ping = pools.database.next("isValid").hangs();
        Caller<End> caller = Caller.start("caller", () -> ending(pool));
        ping.awaitHanging(1);
        pools.clock.awaitParked(caller.thread());

        caller.interrupt();
        assertThat(caller.result().flag()).isTrue();
        ping.open();

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(pools.database.open()).isEqualTo(1);
    }

    @Test
    void gets_what_is_idle_and_keeps_its_flag() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut(null).close();

        Caller<Boolean> caller = Caller.start("caller", () -> {
            Thread.currentThread().interrupt();
            pool.checkOut("interrupted").close();
            return Thread.currentThread().isInterrupted();
        });

        assertThat(caller.result()).isTrue();
    }

    @Test
    void does_not_wait_at_all_if_it_was_interrupted_before() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Pools.checkOut(pool, 1);

        Caller<End> caller = Caller.start("caller", () -> {
            Thread.currentThread().interrupt();
            return ending(pool);
        });

        assertThat((Throwable) caller.result().error()).hasMessageContaining("interrupted while waiting");
    }

    @Test
    void can_check_in() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));

        Caller<Boolean> caller = Caller.start("caller", () -> {
            Checkout checkout = pool.checkOut("interrupted");
            Thread.currentThread().interrupt();
            checkout.close();
            return Thread.currentThread().isInterrupted();
        });

        assertThat(caller.result()).isTrue();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }
}
