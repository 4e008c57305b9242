package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// connection-model 2.9
@DisplayNameGeneration(ReplaceUnderscores.class)
class NotesOnAConnectionTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final Pool pool = pools.pool(
            Settings.sqlalchemy(), settings -> settings.size(1).maxOverflow(0).name("trips"));

    @Test
    void are_found_by_the_next_borrower_of_the_same_connection_and_end_with_it() throws Exception {
        // connection-model row 2
        try (Checkout first = pool.checkOut(null)) {
            first.info().put("tenant", "acme");
        }
        Checkout second = pool.checkOut(null);
        assertThat(second.info()).containsEntry("tenant", "acme");
        second.invalidate(null);
        second.close();

        try (Checkout third = pool.checkOut(null)) {
            assertThat(third.info()).isEmpty();
        }
    }

    @Test
    void are_out_of_reach_after_the_check_in() throws Exception {
        Checkout lent = pool.checkOut(null);
        lent.close();

        assertThatThrownBy(lent::info).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void are_shared_by_those_who_share_the_connection() throws Exception {
        try (Pool shared = Pool.of(settings -> settings.kind(PoolKind.STATIC).connections(new RecordingDriver()));
                Checkout first = shared.checkOut(null);
                Checkout second = shared.checkOut(null)) {
            first.info().put("tenant", "acme");

            assertThat(second.info()).containsEntry("tenant", "acme");
        }
    }
}
