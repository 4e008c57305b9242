package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @RegisterExtension
    final Pools pools = new Pools();

    private final Budget budget = new Budget();

    private long takenAt(long now) {
        return IntStream.range(0, 5_000).filter(i -> budget.take(now)).count();
    }

    @Test
    void has_a_thousand_at_once() {
        assertThat(takenAt(1)).isEqualTo(1_000);
    }

    @Test
    void has_one_more_for_each_millisecond() {
        takenAt(1);

        assertThat(takenAt(1 + SECOND / 10)).isEqualTo(100);
        assertThat(takenAt(1 + SECOND / 10)).isZero();
    }

    @Test
    void saves_no_more_than_a_thousand() {
        takenAt(1);

        assertThat(takenAt(1 + 60 * SECOND)).isEqualTo(1_000);
    }

    @Test
    void bounds_the_lines_of_code_that_are_recorded_of_those_who_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).prePing(true));
        for (int i = 0; i < 1_000; i++) {
            try (Checkout checkout = pool.checkOut("many")) {
                assertThat(site(checkout)).isNotNull();
            }
        }

        try (Checkout checkout = pool.checkOut("one too many")) {
            assertThat(site(checkout)).isNull();
        }
        pools.clock.advance(Duration.ofSeconds(1));

        try (Checkout checkout = pool.checkOut("later")) {
            assertThat(site(checkout)).isNotNull();
        }
    }

    private static @Nullable Object site(Checkout checkout) {
        return ((Loan) checkout).account.site();
    }
}
