package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SlotsOutliveConnectionsTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private static String counts(Pool pool) {
        PoolSnapshot now = pool.snapshot();
        return "out " + now.checkedOut() + ", idle " + now.idle();
    }

    @Test
    void the_next_connection_sits_in_the_slot_of_one_that_was_invalidated() throws Exception {
        // connection-model rows 5 and 6
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0));
        Slot slot = ((QueuePool) pool).line().slots()[0];
        assertThat(slot.raw).isNull();
        Checkout first = pool.checkOut(null);
        first.invalidate(null);
        first.close();
        Pools.settle(pool);
        assertThat(slot.raw).isNull();

        Checkout second = pool.checkOut(null);

        assertThat(((Loan) second).slot).isSameAs(slot);
        assertThat(Pools.backend(second).number()).isEqualTo(2);
    }

    @Test
    void a_new_connection_that_cannot_be_made_ready_is_closed_and_costs_no_slot() throws Exception {
        // connection-model row 26, and the first row that the model does not test. The driver fails in place of the
        // model's listener: a listener only hears of connections, and what prepares them is the source and the pool
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0));
        pool.checkOut(null).close();
        pool.invalidate();
        Pools.settle(pool);
        pools.database.next("getAutoCommit").fails(new SQLException("not now", "XX000"));

        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        assertThat(pools.database.open()).isZero();

        try (Checkout healed = pool.checkOut(null)) {
            assertThat(counts(pool)).isEqualTo("out 1, idle 0");
            assertThat(healed.info()).isEmpty();
        }
    }

    @Test
    void the_counts_follow_takes_and_returns() throws Exception {
        // connection-model row 28, with as much overflow as the model's unlimited pool uses there
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(3).maxOverflow(3));
        List<Checkout> lent = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            lent.add(pool.checkOut(null));
            awaitOut(pool, i);
        }
        assertThat(counts(pool)).isEqualTo("out 6, idle 0");
        for (int i = 5; i >= 0; i--) {
            lent.removeLast().close();
            awaitOut(pool, i);
        }

        Pools.settle(pool);
        assertThat(counts(pool)).isEqualTo("out 0, idle 3");
        assertThat(pools.database.open()).isEqualTo(3);
    }

    private static void awaitOut(Pool pool, int count) {
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == count);
    }

    @Test
    void a_reconnect_that_failed_once_is_one_connect_and_one_checkout_when_it_succeeds() throws Exception {
        // connection-model row 46
        List<String> heard = new ArrayList<>();
        PoolListener listener = new PoolListener() {
            @Override
            public void connected(String connection) {
                heard.add("connected " + connection);
            }

            @Override
            public void checkedOut(String connection, @Nullable String label) {
                heard.add("checkedOut " + connection);
            }
        };
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).name("trips").listener(listener));
        pool.checkOut(null).close();
        pool.invalidate();
        Pools.settle(pool);
        heard.clear();
        pools.database.next("connect").fails("08001");

        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        pool.checkOut(null).close();

        assertThat(heard).containsExactly("connected trips#2", "checkedOut trips#2");
    }

    @Test
    void fifteen_that_fail_at_the_same_time_are_closed_once_and_replaced_once_each() throws Exception {
        // connection-model row 48
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(15).maxOverflow(0).timeout(ofSeconds(60)));
        Pools.checkOut(pool, 15).forEach(Checkout::close);
        Gate closing = pools.database.every("close").hangs();
        List<Checkout> lent = Pools.checkOut(pool, 15);
        List<Caller<Boolean>> failing = new ArrayList<>();
        for (Checkout checkout : lent) {
            failing.add(Caller.start("failing", () -> {
                checkout.invalidate(new SQLException("gone", "08006"));
                checkout.close();
                return true;
            }));
        }
        failing.forEach(Caller::result);
        closing.awaitHanging(15);
        assertThat(pools.database.opened()).isEqualTo(15);
        closing.open();
        List<Checkout> again = Pools.checkOut(pool, 15);

        Pools.settle(pool);
        assertThat(pools.database.opened()).isEqualTo(30);
        assertThat(pools.database.closed()).isEqualTo(15);
        again.forEach(Checkout::close);
    }
}
