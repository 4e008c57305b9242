package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LockChainsTest {
    private static LockWait wait(long waiter, Long... blockers) {
        return new LockWait(waiter, List.of(blockers), "ShareLock on transactionid", null);
    }

    @Test
    void lead_from_who_waits_to_who_waits_for_none() {
        LockChains chains = LockChains.of(List.of(wait(1, 2L), wait(2, 3L), wait(4, 3L)));

        assertThat(chains.roots(1)).containsExactly(3L);
        assertThat(chains.roots(2)).containsExactly(3L);
        assertThat(chains.roots(List.of(1L, 2L, 4L))).containsExactly(new LockChains.Root(3, 3));
    }

    @Test
    void of_who_does_not_wait_lead_nowhere() {
        LockChains chains = LockChains.of(List.of(wait(1, 2L)));

        assertThat(chains.roots(2)).isEmpty();
        assertThat(chains.of(2)).isNull();
        assertThat(chains.roots(List.of(2L, 7L))).isEmpty();
    }

    @Test
    void may_have_several_ends_of_which_the_worst_blocks_most() {
        LockChains chains = LockChains.of(List.of(wait(1, 8L, 9L), wait(2, 9L), wait(3, 8L), wait(4, 9L)));

        assertThat(chains.roots(1)).containsExactly(8L, 9L);
        assertThat(chains.roots(List.of(1L, 2L, 3L, 4L)))
                .containsExactly(new LockChains.Root(9, 3), new LockChains.Root(8, 2));
    }

    /// A deadlock, which a server ends by itself.
    @Test
    void that_are_rings_have_no_end() {
        LockChains chains = LockChains.of(List.of(wait(1, 2L), wait(2, 1L)));

        assertThat(chains.roots(1)).isEmpty();
    }

    @Test
    void may_be_as_long_as_a_server_has_connections() {
        LockChains chains = LockChains.of(
                LongStream.range(0, 10_000).mapToObj(id -> wait(id, id + 1)).toList());

        assertThat(chains.roots(0)).containsExactly(10_000L);
    }
}
