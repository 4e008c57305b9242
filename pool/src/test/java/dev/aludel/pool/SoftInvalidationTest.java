package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A connection that works, and that its borrower wants to have replaced.
// connection-model 2.6
@DisplayNameGeneration(ReplaceUnderscores.class)
class SoftInvalidationTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private static int number(Checkout lent) {
        return Pools.backend(lent).number();
    }

    @Test
    void leaves_the_connection_to_its_borrower_and_gives_the_next_another() throws Exception {
        // connection-model row 43
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0));
        Checkout lent = pool.checkOut(null);

        lent.invalidateSoftly(new SQLException("the rights of this role were changed"));

        lent.connection().createStatement().execute("select 1");
        assertThat(lent.connection().isValid(1)).isTrue();
        assertThat(pools.database.closed()).isZero();
        lent.close();
        try (Checkout next = pool.checkOut(null)) {
            assertThat(number(next)).isEqualTo(2);
            assertThat(((Loan) next).slot).isSameAs(((Loan) lent).slot);
        }
        try (Checkout next = pool.checkOut(null)) {
            assertThat(number(next)).as("the new one stays").isEqualTo(2);
        }
        assertThat(pools.database.backend(1).isOpen()).isFalse();
    }

    @Test
    void ends_what_was_left_open_as_any_check_in_does() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("insert into trips values (1)");
        lent.invalidateSoftly(null);

        lent.close();

        Pools.settle(pool);
        assertThat(pools.database.log(1)).contains("rollback").last().isEqualTo("close");
    }

    @Test
    void reaches_who_waits() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        lent.invalidateSoftly(null);
        lent.close();

        assertThat(number(waiter.result())).isEqualTo(2);
    }

    @Test
    void is_of_that_connection_only() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);

        first.invalidateSoftly(null);
        first.close();
        second.close();

        Pools.settle(pool);
        assertThat(pools.database.backend(2).isOpen()).isTrue();
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    @Test
    void after_check_in_does_nothing() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout over = pool.checkOut(null);
        over.close();

        over.invalidateSoftly(null);

        assertThat(number(pool.checkOut(null))).isEqualTo(1);
    }

    @Test
    void may_be_followed_by_a_hard_one_which_sends_nothing_more() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("insert into trips values (1)");

        lent.invalidateSoftly(null);
        lent.invalidate(null);
        lent.invalidateSoftly(null);
        lent.close();

        Pools.settle(pool);
        assertThat(pools.database.log(1)).doesNotContain("rollback").last().isEqualTo("close");
    }

    @Test
    void lets_its_borrower_take_the_connection_along() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        lent.invalidateSoftly(null);

        try (Connection detached = lent.detach()) {
            assertThat(detached.isValid(1)).isTrue();
        }
        assertThat(number(pool.checkOut(null))).isEqualTo(2);
    }

    @Test
    void of_a_shared_connection_lets_all_finish_who_have_it_and_shares_it_with_nobody_else() throws Exception {
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC).timeout(ofSeconds(9)));
        Checkout first = pool.checkOut("first");
        Checkout second = pool.checkOut("second");
        second.invalidateSoftly(null);
        second.close();
        Caller<Checkout> third = pools.waiting("third", pool);
        first.connection().createStatement().execute("select 1");

        first.close();

        assertThat(number(third.result())).isEqualTo(2);
        third.result().close();
    }

    @Test
    void of_a_lazy_handle_is_of_the_connection_that_it_has() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).lazy(true));
        try (Checkout lent = pool.checkOut(null)) {
            lent.invalidateSoftly(null); // it has none
            lent.connection().setAutoCommit(false);
            lent.connection().createStatement().execute("select 1");
            lent.invalidateSoftly(null);
            lent.connection().commit();
            lent.connection().createStatement().execute("select 1");
            assertThat(pools.database.opened()).isEqualTo(2);
            lent.connection().commit();
        }
        assertThat(pools.database.opened()).isEqualTo(2);
    }
}
