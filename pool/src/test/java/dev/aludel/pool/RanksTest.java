package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Those who wait, in three queues that are one.
@DisplayNameGeneration(ReplaceUnderscores.class)
class RanksTest {
    private final AtomicInteger everybody = new AtomicInteger();
    private final Ranks ranks = new Ranks(new AtomicInteger(), everybody);

    @SuppressWarnings("NullAway") // charged to nobody
    private static Waiter waiter(Priority priority) {
        return new Waiter(null, Borrower.of("caller").priority(priority), 0, Long.MAX_VALUE, Waiter.UNSTATED);
    }

    private Waiter queued(Priority priority) {
        Waiter waiter = waiter(priority);
        assertThat(ranks.countIn(waiter, Integer.MAX_VALUE)).isTrue();
        ranks.put(waiter, false);
        return waiter;
    }

    private void servesTheNext() {
        Waiter next = Objects.requireNonNull(ranks.poll());
        ranks.hadHisTurn(next);
        ranks.countOut(next);
    }

    @Test
    void are_walked_in_the_order_of_their_turns() {
        Waiter low = queued(Priority.LOW);
        Waiter normal = queued(Priority.NORMAL);
        Waiter high = queued(Priority.HIGH);
        Waiter last = queued(Priority.LOW);

        assertThat(ranks).containsExactly(high, normal, low, last);
    }

    @Test
    void are_walked_one_by_one_so_that_a_walk_needs_no_memory_for_all_of_them() {
        Waiter first = queued(Priority.NORMAL);
        Waiter second = queued(Priority.NORMAL);
        Waiter third = queued(Priority.NORMAL);
        queued(Priority.LOW);
        Iterator<Waiter> walk = ranks.iterator();

        assertThat(walk.next()).isSameAs(first);
        ranks.remove(third);

        assertThat(walk.next()).isSameAs(second);
        assertThat(walk.next().priority).as("the next who is still there").isEqualTo(Priority.LOW);
        assertThat(walk.hasNext()).isFalse();
    }

    @Test
    void are_taken_out_of_whichever_queue_they_are_in() {
        Waiter low = queued(Priority.LOW);
        Waiter normal = queued(Priority.NORMAL);
        Waiter high = queued(Priority.HIGH);

        ranks.remove(normal);
        assertThat(ranks).containsExactly(high, low);
        ranks.remove(low);
        ranks.remove(high);
        assertThat(ranks).isEmpty();
    }

    @Test
    void pass_over_those_of_the_highest_who_have_left() {
        Waiter normal = queued(Priority.NORMAL);
        Waiter high = queued(Priority.HIGH);
        assertThat(high.giveUp()).isTrue();

        assertThat(ranks.oldest()).isSameAs(normal);
        assertThat(ranks).as("the other is taken out").containsExactly(normal);
    }

    @Test
    void do_not_count_an_equal_as_one_who_came_first_for_his_priority() {
        queued(Priority.LOW); // somebody names one
        Waiter normal = queued(Priority.NORMAL);
        Waiter equal = waiter(Priority.NORMAL);
        ranks.countIn(equal, Integer.MAX_VALUE);
        ranks.put(equal, true); // as if he had been quicker, though counted later

        servesTheNext();

        assertThat(ranks.overtook(normal)).isZero();
    }

    @Test
    void never_say_of_the_highest_that_others_had_a_higher_priority() {
        Waiter high = queued(Priority.HIGH);
        Waiter equal = waiter(Priority.HIGH);
        ranks.countIn(equal, Integer.MAX_VALUE);
        ranks.put(equal, true);

        servesTheNext();

        assertThat(ranks.overtook(high)).isZero();
    }

    @Test
    void count_who_came_later_and_had_a_higher_one_once_the_turn_would_have_come() {
        queued(Priority.NORMAL);
        Waiter low = queued(Priority.LOW);
        queued(Priority.HIGH);
        queued(Priority.NORMAL);

        servesTheNext();
        assertThat(ranks.overtook(low)).as("one stood before him").isZero();
        servesTheNext();
        assertThat(ranks.overtook(low)).isEqualTo(1);
        servesTheNext();
        assertThat(ranks.overtook(low)).isEqualTo(2);
    }

    @Test
    void count_who_moves_on_from_one_queue_to_another_once() {
        Waiter waiter = queued(Priority.LOW);

        ranks.poll();
        ranks.movesOn(waiter);

        assertThat(ranks.before(Priority.LOW)).isZero();
        assertThat(everybody).hasValue(1);
    }
}
