package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// connection-model 2.8
@DisplayNameGeneration(ReplaceUnderscores.class)
class DetachingTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final List<String> heard = new ArrayList<>();

    private final Pool pool = pools.pool(
            Settings.sqlalchemy(),
            settings -> settings.size(1).maxOverflow(0).name("trips").listener(new PoolListener() {
                @Override
                public void detached(String connection) {
                    heard.add("detached " + connection + ", lent " + snapshot().checkedOut());
                }

                @Override
                public void closed(String connection) {
                    heard.add("closed " + connection);
                }
            }));

    private PoolSnapshot snapshot() {
        return pool.snapshot();
    }

    @Test
    void frees_the_slot_and_leaves_the_connection_to_its_borrower() throws Exception {
        // connection-model rows 10, 11, 50 and 54: the driver's own connection is given out, which the pool knows no
        // more
        Checkout lent = pool.checkOut("job");
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("insert into trips values (1)");

        try (Connection detached = lent.detach()) {
            assertThat(heard).containsExactly("detached trips#1, lent 0");
            assertThat(detached.getAutoCommit()).isFalse();
            assertThat(pools.database.rollbacks()).isZero();
            try (Checkout second = pool.checkOut(null)) {
                assertThat(Pools.backend(second).number()).isEqualTo(2);
            }
            detached.commit();
        }
        assertThat(pools.database.opened()).isEqualTo(2);
        assertThat(pools.database.open()).isEqualTo(1);
        assertThat(heard).containsExactly("detached trips#1, lent 0");
    }

    @Test
    void ends_the_loan_but_not_the_statements_of_the_driver() throws Exception {
        Checkout lent = pool.checkOut(null);
        Statement statement = lent.connection().createStatement();
        try (Connection detached = lent.detach()) {
            assertThat(pools.database.backend(1).openStatements()).isEqualTo(1);
            assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
            assertThat(lent.connection().isClosed()).isTrue();
            lent.close();
            assertThat(detached.isClosed()).isFalse();
        }
    }

    @Test
    void serves_who_waits() throws Exception {
        Checkout lent = pool.checkOut(null);
        var waiter = pools.waiting("waiter", pool);
        try (Connection detached = lent.detach()) {
            assertThat(Pools.backend(waiter.result()).number()).isEqualTo(2);
            assertThat(detached.isClosed()).isFalse();
        }
    }

    @Test
    void is_refused_after_an_invalidation_and_after_the_check_in() throws Exception {
        // connection-model row 89
        Checkout lent = pool.checkOut(null);
        lent.invalidate(null);
        assertThatThrownBy(lent::detach)
                .hasMessage("Connection trips#1 was invalidated and cannot be detached: close it, and check out again")
                .hasFieldOrPropertyWithValue("SQLState", "08003");
        lent.close();
        assertThatThrownBy(lent::detach).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void is_refused_if_others_may_share_the_connection() throws Exception {
        try (Pool shared = Pool.of(settings -> settings.kind(PoolKind.STATIC).connections(new RecordingDriver()));
                Checkout lent = shared.checkOut(null)) {
            assertThatThrownBy(lent::detach).hasFieldOrPropertyWithValue("SQLState", "0A000");
        }
    }
}
