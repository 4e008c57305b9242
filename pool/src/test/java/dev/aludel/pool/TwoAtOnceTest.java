package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two threads meet at one slot or one waiter, a million times each way (ten million in the long form). What may come
/// of it is listed; anything else is a connection lost, lent twice, or somebody forgotten in the queue.
///
/// Unlike under a model checker the threads are real, so what the processor and the compiler reorder counts.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TwoAtOnceTest {
    private static final int ROUNDS = 1_000_000;
    private static final int STRIDE = 64;

    @Test
    void who_leaves_while_a_slot_is_handed_over_has_it_or_the_line_has() { // F33, F35
        outcomes(HandAndLeave::new, ROUNDS, "got, LENT", "left, IDLE");
    }

    @Test
    void who_joins_while_a_slot_is_handed_over_gets_it() { // F35
        outcomes(HandAndJoin::new, ROUNDS, "got, LENT");
    }

    @Test
    void a_slot_that_comes_back_is_taken_once() {
        outcomes(HandAndTake::new, ROUNDS, "IDLE", "taken, LENT");
    }

    @Test
    void two_who_want_the_last_idle_slot_do_not_both_get_it() {
        outcomes(TwoTakes::new, ROUNDS, "first, LENT", "second, LENT");
    }

    @Test
    void who_is_failed_while_a_slot_is_handed_over_gets_one_of_both() {
        outcomes(HandAndFail::new, ROUNDS, "failed, IDLE", "got, LENT");
    }

    @Test
    void two_slots_go_to_two_waiters() {
        outcomes(TwoHands::new, ROUNDS, "got, got, LENT, LENT");
    }

    @Test
    void who_stands_first_makes_nobody_wait_beside_an_idle_slot() {
        outcomes(TwoHandsAndOneWhoStandsFirst::new, ROUNDS, "got, got, LENT, LENT");
    }

    @Test
    void who_joins_a_full_queue_while_another_is_served_waits_or_is_refused() { // F44
        outcomes(HandAndJoinAFullQueue::new, ROUNDS, "joined, got, LENT", "refused, got, LENT");
    }

    @Test
    void who_leaves_while_another_is_failed_is_counted_out_once() {
        outcomes(FailAndLeave::new, ROUNDS, "failed", "left");
    }

    @Test
    @Tag("full")
    void none_of_it_goes_wrong_in_ten_million_rounds() {
        outcomes(HandAndLeave::new, 10 * ROUNDS, "got, LENT", "left, IDLE");
        outcomes(HandAndJoin::new, 10 * ROUNDS, "got, LENT");
        outcomes(HandAndTake::new, 10 * ROUNDS, "IDLE", "taken, LENT");
        outcomes(TwoTakes::new, 10 * ROUNDS, "first, LENT", "second, LENT");
        outcomes(HandAndFail::new, 10 * ROUNDS, "failed, IDLE", "got, LENT");
        outcomes(TwoHands::new, 10 * ROUNDS, "got, got, LENT, LENT");
        outcomes(TwoHandsAndOneWhoStandsFirst::new, 10 * ROUNDS, "got, got, LENT, LENT");
        outcomes(HandAndJoinAFullQueue::new, 10 * ROUNDS, "joined, got, LENT", "refused, got, LENT");
        outcomes(FailAndLeave::new, 10 * ROUNDS, "failed", "left");
    }

    /// Not each outcome comes up on each machine; another never does.
    private static void outcomes(Supplier<Round> make, int rounds, String... possible) {
        assertThat(possible).containsAll(play(make, rounds).keySet());
    }

    /// Plays rounds, and counts what came of them.
    private static Map<String, Integer> play(Supplier<Round> make, int rounds) {
        Round[] stride = Stream.generate(make).limit(STRIDE).toArray(Round[]::new);
        Map<String, Integer> outcomes = new TreeMap<>();
        Meeting meeting = new Meeting();
        int strides = rounds / STRIDE;
        Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < strides; i++) {
                meeting.meet();
                for (Round round : stride) {
                    round.second();
                }
                meeting.meet();
            }
        });
        for (int i = 0; i < strides; i++) {
            for (Round round : stride) {
                round.prepare();
            }
            meeting.meet();
            for (Round round : stride) {
                round.first();
            }
            meeting.meet();
            for (Round round : stride) {
                outcomes.merge(round.outcome(), 1, Integer::sum);
            }
        }
        return outcomes;
    }

    /// Lets two threads begin and end together.
    private static final class Meeting {
        private final AtomicInteger arrivals = new AtomicInteger();

        @SuppressWarnings("ThreadPriorityCheck") // on one processor the other could not come
        void meet() {
            int mine = arrivals.getAndIncrement();
            int both = (mine | 1) + 1; // arrivals once the other is there, too
            for (int spins = 0; arrivals.get() < both; spins++) {
                if (spins < 1_000) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }

    /// One line with two slots, lent at first, and those who wait.
    private abstract static class Round {
        final Exception error = new Exception("made up");
        final Line line = new Line(new Capacity(2, 0), Round::slot, thread -> {});
        final Slot one = line.slots()[0];
        final Slot two = line.slots()[1];
        Waiter waiter = waiter();

        @SuppressWarnings("NullAway") // a slot of no pool
        private static Slot slot(int index) {
            return new Slot(null, index, null);
        }

        @SuppressWarnings("NullAway") // charged to nobody
        static Waiter waiter() {
            return new Waiter(null, 0, Long.MAX_VALUE);
        }

        void prepare() {
            one.become(Slot.LENT);
            two.become(Slot.LENT);
            waiter = waiter();
        }

        abstract void first();

        abstract void second();

        abstract String outcome();

        @SuppressWarnings("ReferenceEquality") // each error is one
        String end(Waiter waiter) {
            Object outcome = waiter.outcome();
            return outcome == null ? "waits" : outcome instanceof Slot ? "got" : outcome == error ? "failed" : "left";
        }

        String state(Slot slot) {
            String counted = line.waiting() == 0 && line.oldest() == null ? "" : ", the line is not empty";
            return switch (slot.state()) {
                        case Slot.IDLE -> "IDLE";
                        case Slot.LENT -> "LENT";
                        default -> "neither";
                    }
                    + counted;
        }
    }

    private static final class HandAndLeave extends Round {
        private boolean left;

        @Override
        void prepare() {
            super.prepare();
            line.join(waiter, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            left = line.leave(waiter);
        }

        @Override
        String outcome() {
            return end(waiter) + ", " + state(one) + (left == end(waiter).equals("left") ? "" : ", but was told else");
        }
    }

    private static final class HandAndJoin extends Round {
        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            line.join(waiter, Integer.MAX_VALUE);
        }

        @Override
        String outcome() {
            return end(waiter) + ", " + state(one);
        }
    }

    private static final class HandAndTake extends Round {
        private @Nullable Slot taken;

        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            taken = line.isEmpty() ? line.takeIdle(0) : null;
        }

        @Override
        String outcome() {
            return (taken == null ? "" : "taken, ") + state(one);
        }
    }

    private static final class TwoTakes extends Round {
        private @Nullable Slot firsts;
        private @Nullable Slot seconds;

        @Override
        void prepare() {
            super.prepare();
            one.become(Slot.IDLE);
        }

        @Override
        void first() {
            firsts = line.takeIdle(0);
        }

        @Override
        void second() {
            seconds = line.takeIdle(0);
        }

        @Override
        String outcome() {
            return (firsts == null ? "" : "first, ") + (seconds == null ? "" : "second, ") + state(one);
        }
    }

    private static final class HandAndFail extends Round {
        @Override
        void prepare() {
            super.prepare();
            line.join(waiter, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            line.failOldest(error);
        }

        @Override
        String outcome() {
            return end(waiter) + ", " + state(one);
        }
    }

    private static final class TwoHands extends Round {
        private Waiter younger = waiter();

        @Override
        void prepare() {
            super.prepare();
            younger = waiter();
            line.join(waiter, Integer.MAX_VALUE);
            line.join(younger, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            line.hand(two);
        }

        @Override
        String outcome() {
            @SuppressWarnings("ReferenceEquality") // likewise
            String twice = waiter.outcome() == younger.outcome() ? "both the same, " : "";
            return twice + end(waiter) + ", " + end(younger) + ", " + state(one) + ", " + state(two);
        }
    }

    private static final class TwoHandsAndOneWhoStandsFirst extends Round {
        private Waiter younger = waiter();

        @Override
        void prepare() {
            super.prepare();
            younger = waiter();
            line.join(younger, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.hand(one);
            line.hand(two);
        }

        @Override
        void second() {
            line.joinFirst(waiter);
        }

        /// Who stands first leaves an idle slot alone; it is served by the next that comes back.
        @Override
        @SuppressWarnings("ReferenceEquality") // each slot is one
        String outcome() {
            boolean late = waiter.outcome() == null && younger.outcome() == one && two.move(Slot.IDLE, Slot.LENT);
            if (late) {
                line.hand(two);
            }
            return end(waiter) + ", " + end(younger) + ", " + state(one) + ", " + state(two);
        }
    }

    private static final class HandAndJoinAFullQueue extends Round {
        private Waiter oldest = waiter();
        private boolean joined;

        @Override
        void prepare() {
            super.prepare();
            oldest = waiter();
            line.join(oldest, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.hand(one);
        }

        @Override
        void second() {
            joined = line.join(waiter, 1);
        }

        @Override
        String outcome() {
            String way = joined && line.leave(waiter) ? "joined, " : "refused, ";
            return way + end(oldest) + ", " + state(one);
        }
    }

    private static final class FailAndLeave extends Round {
        @Override
        void prepare() {
            super.prepare();
            line.join(waiter, Integer.MAX_VALUE);
        }

        @Override
        void first() {
            line.failOldest(error);
        }

        @Override
        void second() {
            line.leave(waiter);
        }

        @Override
        String outcome() {
            String end = end(waiter);
            return state(one).equals("LENT") ? end : end + ", the line is not empty";
        }
    }
}
