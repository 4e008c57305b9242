package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Who has a connection, and who has used it.
@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldingTest {
    private static final int ROUNDS = 20_000;

    private final Holding holding = new Holding();

    @Test
    void knows_the_first_other_user() {
        holding.usedBy(Thread.currentThread());
        holding.usedBy(Thread.currentThread());

        assertThat(holding.user()).isSameAs(Thread.currentThread());
        assertThat(holding.isUsedByMany()).isFalse();
    }

    /// Without both having seen that there is no other, nothing is shown: so there are many rounds. What this finds
    /// is wrong, whatever the machine does.
    @Test
    void misses_neither_of_two_users_who_come_at_once() {
        List<Holding> each =
                IntStream.range(0, ROUNDS).mapToObj(round -> new Holding()).toList();
        AtomicInteger one = new AtomicInteger(-1);
        AtomicInteger other = new AtomicInteger(-1);

        Caller<Boolean> first = Caller.start("one", () -> uses(each, one, other));
        Caller<Boolean> second = Caller.start("other", () -> uses(each, other, one));

        assertThat(first.result()).isTrue();
        assertThat(second.result()).isTrue();
        assertThat(each.stream().filter(holding -> !holding.isUsedByMany())).hasSize(0);
    }

    private static boolean uses(List<Holding> each, AtomicInteger mine, AtomicInteger others) {
        for (int round = 0; round < ROUNDS; round++) {
            mine.set(round);
            while (others.get() < round) {
                Thread.onSpinWait();
            }
            each.get(round).usedBy(Thread.currentThread());
        }
        return true;
    }

    /// A slot is old: see [Holding].
    @Test
    void has_what_comes_and_goes_with_a_loan_so_that_its_slot_need_not() {
        assertThat(Stream.of(Slot.class.getDeclaredFields()).map(Field::getType))
                .doesNotContain(Loan.class, Thread.class, Borrower.class, Tenant.class);
    }
}
