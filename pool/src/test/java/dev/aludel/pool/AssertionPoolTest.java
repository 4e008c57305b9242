package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// connection-model 2.11
@DisplayNameGeneration(ReplaceUnderscores.class)
class AssertionPoolTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool() {
        return pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.kind(PoolKind.ASSERTION).name("trips"));
    }

    @Test
    void refuses_a_second_checkout_at_once_and_shows_where_the_first_was_made() throws Exception {
        // connection-model row 59
        Pool pool = pool();
        Caller<Checkout> first = Caller.start("first", () -> pool.checkOut("GET /trips"));
        Checkout lent = first.result();

        AlreadyCheckedOutException refused =
                catchThrowableOfType(AlreadyCheckedOutException.class, () -> pool.checkOut("GET /other"));

        assertThat((Throwable) refused)
                .hasMessageMatching(
                        "Pool 'trips' \\(kind ASSERTION\\) lends one connection at a time, and it is already"
                                + " checked out: by GET /trips at AssertionPoolTest\\.\\w+\\(AssertionPoolTest\\.java:\\d+\\)"
                                + " on thread 'first'; use that one, or check it in first");
        assertThat(refused.getSQLState()).isEqualTo("HY010");
        assertThat(refused.explanation().holders()).singleElement().satisfies(holder -> {
            assertThat(holder.label()).isEqualTo("GET /trips");
            assertThat(holder.site()).startsWith("AssertionPoolTest.");
        });
        assertThat(pool.snapshot().waiting()).isZero();
        lent.close();
    }

    @Test
    void lends_again_after_the_check_in() throws Exception {
        // connection-model row 59
        Pool pool = pool();
        Connection first = pool.getConnection();
        assertThatThrownBy(pool::getConnection).isInstanceOf(AlreadyCheckedOutException.class);
        first.close();
        first.close();

        for (int i = 0; i < 3; i++) {
            pool.checkOut(null).close();
        }

        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void lends_again_after_an_invalidation_and_after_a_connect_that_failed() throws Exception {
        Pool pool = pool();
        Checkout lent = pool.checkOut(null);
        lent.invalidate(null);
        lent.close();
        pools.database.down();
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        pools.database.up();

        pool.checkOut(null).close();

        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void counts_a_checkout_that_is_still_connecting() throws Exception {
        Pool pool = pool();
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> first = pools.waiting("first", pool, ofSeconds(5).toNanos());
        connect.awaitHanging(1);

        assertThatThrownBy(() -> pool.checkOut("second")).hasMessageContaining("by first at ");

        connect.open();
        first.result().close();
        pool.checkOut("second").close();
    }
}
