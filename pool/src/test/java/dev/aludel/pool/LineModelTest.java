package dev.aludel.pool;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Line, Slot and Waiter under Lincheck, which tries the interleavings of small programs.
///
/// [Ordered] has its answers compared with those of [OneAfterAnother], the same line for one thread: each answer must
/// be one that the line could have given with the operations in some order that fits what was seen. There, connections
/// come back one at a time. [Crowded] lets everything happen at once and looks at the end: nothing is lost, nothing is
/// there twice, nobody waits beside an idle connection. In neither may an operation need another thread to go on.
@Tag("lincheck")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LineModelTest {
    private static final int SLOTS = 3;
    private static final int THREADS = 3;
    private static final int CALLERS = THREADS + 2; // what goes before and comes after are one each

    @Test
    void its_answers_are_those_of_a_line_for_one_thread() { // F33, F35
        ordered(3, 200);
    }

    @Test
    void whatever_meets_nothing_is_lost_or_doubled_and_nobody_is_forgotten() { // F33, F35
        crowded(3, 300);
    }

    @Test
    void both_hold_on_real_threads() { // F33, F35
        stress(4, 1_000);
    }

    @Test
    @Tag("full")
    void its_answers_are_those_of_a_line_for_one_thread_in_a_long_run() {
        ordered(40, 3_000);
    }

    @Test
    @Tag("full")
    void nothing_is_lost_or_doubled_in_a_long_run() {
        crowded(40, 3_000);
    }

    @Test
    @Tag("full")
    void both_hold_on_real_threads_in_a_long_run() {
        stress(40, 10_000);
    }

    private static void ordered(int programs, int schedules) {
        check(Ordered.class, modelChecking(), programs, schedules);
    }

    private static void crowded(int programs, int schedules) {
        check(Crowded.class, modelChecking(), programs, schedules);
    }

    /// The JDK's deque is taken as it promises to be, so that the schedules are spent on what is ours.
    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .checkObstructionFreedom(true)
                .addGuarantee(forClasses(ConcurrentLinkedDeque.class.getName())
                        .allMethods()
                        .treatAsAtomic());
    }

    private static void stress(int programs, int runs) {
        check(Ordered.class, new StressOptions(), programs, runs);
        check(Crowded.class, new StressOptions(), programs, runs);
    }

    private static void check(Class<?> model, Options<?, ?> options, int programs, int times) {
        options.iterations(programs)
                .invocationsPerIteration(times)
                .threads(THREADS)
                .actorsPerThread(3)
                .actorsBefore(3)
                .actorsAfter(2)
                .sequentialSpecification(model == Ordered.class ? OneAfterAnother.class : model)
                .check(model);
    }

    @SuppressWarnings("NullAway") // a slot of no pool
    private static Slot slot(int index, int state) {
        Slot slot = new Slot(null, index, null);
        slot.become(state);
        return slot;
    }

    @SuppressWarnings("NullAway") // charged to nobody
    private static Waiter waiter() {
        return new Waiter(null, 0, Long.MAX_VALUE);
    }

    /// How a caller's wait ended.
    public enum Answer {
        GOT,
        LEFT,
        WAITS,
        DOES_NOT_WAIT
    }

    /// All slots are lent at first, to the one who returns them. Each thread is a caller, which waits once at a time.
    @Param(name = "caller", gen = ThreadIdGen.class)
    public static final class Ordered {
        private final Line line = new Line(new Capacity(SLOTS, 0), index -> slot(index, Slot.LENT), thread -> {});
        private final @Nullable Waiter[] waiters = new Waiter[CALLERS];
        private int returned;

        @Operation
        public Answer ask(@Param(name = "caller") int caller) {
            if (waiters[caller] == null) {
                waiters[caller] = waiter();
                enter(waiters[caller]);
            }
            return Answer.WAITS;
        }

        @Operation
        public Answer leave(@Param(name = "caller") int caller) {
            Waiter waiter = waiters[caller];
            waiters[caller] = null;
            return waiter == null ? Answer.DOES_NOT_WAIT : end(waiter);
        }

        private void enter(Waiter waiter) {
            Slot idle = line.isEmpty() ? line.takeIdle(0) : null;
            if (idle == null) {
                line.join(waiter, Integer.MAX_VALUE);
            } else {
                waiter.grant(idle);
            }
        }

        private Answer end(Waiter waiter) {
            if (line.leave(waiter)) {
                return Answer.LEFT;
            }
            return Answer.GOT;
        }

        @Operation(nonParallelGroup = "returns")
        public boolean checkIn() {
            if (returned == SLOTS) {
                return false;
            }
            line.hand(line.slots()[returned++]);
            return true;
        }
    }

    /// What [Ordered] is to one who sees no two things at once.
    public static final class OneAfterAnother {
        private final Map<Object, Answer> callers = new LinkedHashMap<>();
        private final Deque<Object> queue = new ArrayDeque<>();
        private int lent = SLOTS;
        private int idle;

        public Answer ask(int caller) {
            if (!callers.containsKey(caller)) {
                enter(caller);
            }
            return Answer.WAITS;
        }

        public Answer leave(int caller) {
            Answer answer = callers.remove(caller);
            queue.remove(caller);
            return answer == null ? Answer.DOES_NOT_WAIT : answer;
        }

        private void enter(int caller) {
            if (idle > 0) {
                idle--;
                callers.put(caller, Answer.GOT);
            } else {
                queue.add(caller);
                callers.put(caller, Answer.LEFT);
            }
        }

        public boolean checkIn() {
            if (lent == 0) {
                return false;
            }
            lent--;
            Object oldest = queue.poll();
            if (oldest == null) {
                idle++;
            } else {
                callers.put(oldest, Answer.GOT);
            }
            return true;
        }
    }

    /// Each thread may hold one connection, and wait for one.
    @Param(name = "caller", gen = ThreadIdGen.class)
    public static final class Crowded {
        private final Line line =
                new Line(new Capacity(2, 0), index -> slot(index, index == 0 ? Slot.LENT : Slot.IDLE), thread -> {});
        private final @Nullable Waiter[] waiters = new Waiter[CALLERS];
        private final boolean[] isFirst = new boolean[CALLERS];
        private final @Nullable Slot[] held = new Slot[CALLERS];

        public Crowded() {
            held[1] = line.slots()[0];
        }

        @Operation
        public void ask(@Param(name = "caller") int caller) {
            if (waiters[caller] == null && held[caller] == null) {
                held[caller] = line.isEmpty() ? line.takeIdle(0) : null;
                if (held[caller] == null) {
                    isFirst[caller] = false;
                    waiters[caller] = waiter();
                    line.join(waiters[caller], Integer.MAX_VALUE);
                }
            }
        }

        @Operation
        public void giveUp(@Param(name = "caller") int caller) {
            Waiter waiter = waiters[caller];
            waiters[caller] = null;
            if (waiter != null && !line.leave(waiter) && waiter.outcome() instanceof Slot slot) {
                held[caller] = slot;
            }
        }

        @Operation
        public void checkIn(@Param(name = "caller") int caller) {
            Slot slot = held[caller];
            held[caller] = null;
            if (slot != null) {
                line.hand(slot);
            }
        }

        /// The connection that it has needs a check, during which it takes what comes first.
        @Operation
        public void refresh(@Param(name = "caller") int caller) {
            Slot unfit = held[caller];
            held[caller] = null;
            if (unfit != null) {
                Waiter waiter = waiter();
                waiters[caller] = waiter;
                isFirst[caller] = true;
                line.joinFirst(waiter);
                unfit.become(Slot.CONNECTING);
            }
        }

        /// A check is over.
        @Operation
        public void prepared() {
            for (Slot slot : line.slots()) {
                if (slot.move(Slot.CONNECTING, Slot.LENT)) {
                    line.hand(slot);
                    return;
                }
            }
        }

        @Operation
        public void fail() {
            line.failOldest(new Exception());
        }

        @Validate
        public void holds() {
            int queued = 0;
            boolean isForgotten = false;
            int lent = line.count(Slot.LENT);
            for (int caller = 0; caller < held.length; caller++) {
                Waiter waiter = waiters[caller];
                boolean waits = waiter != null && waiter.outcome() == null;
                queued += waits ? 1 : 0;
                isForgotten = isForgotten || (waits && !isFirst[caller] && line.count(Slot.IDLE) > 0);
                lent -= held[caller] != null || (waiter != null && waiter.outcome() instanceof Slot) ? 1 : 0;
            }
            expect(lent == 0, "a connection is lent to nobody, or twice");
            expect(line.waiting() == queued, "the count of those who wait is wrong");
            expect(!isForgotten, "somebody waits beside an idle connection");
        }

        private static void expect(boolean claim, String otherwise) {
            if (!claim) {
                throw new IllegalStateException(otherwise);
            }
        }
    }
}
