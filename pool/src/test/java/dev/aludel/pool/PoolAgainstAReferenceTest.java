package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// The pool, on a virtual clock and a fake database, does what a [ReferencePool] does, step by step:
/// who is served, in which order, with which connection, who fails with what; which connections are
/// open, idle, closed; what its listener hears.
///
/// The steps are a plain list rather than jqwik's action chains: a list shrinks by leaving steps out,
/// and each step finds what it needs in the state that it meets, so there are no preconditions to get
/// stuck in.
class PoolAgainstAReferenceTest {
    enum Move {
        ASK,
        GIVE_BACK,
        GIVE_BACK_TWICE,
        BREAK,
        INVALIDATE,
        ADVANCE,
        INTERRUPT,
        REFUSE,
        ACCEPT,
        RESIZE,
        SUSPEND,
        RESUME
    }

    record Step(Move move, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Move> moves = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(Move.ASK, Move.GIVE_BACK)), Tuple.of(4, Arbitraries.of(Move.class)));
        return Combinators.combine(moves, Arbitraries.integers().between(0, 3_000))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED, seed = "42")
    void does_what_the_reference_does(@ForAll("steps") List<Step> steps) throws Exception {
        try (Play play = new Play()) {
            for (Step step : steps) {
                play.make(step);
            }
            play.end();
        }
    }

    @SuppressWarnings("NullAway") // what is asked for by its name is there
    private static final class Play implements AutoCloseable {
        private final Pools pools = new Pools();
        private final ReferencePool reference = new ReferencePool(2, 1);
        private final Diary diary = new Diary();
        private final QueuePool pool = (QueuePool) pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(2)
                        .maxOverflow(1)
                        .timeout(Duration.ofNanos((long) (ReferencePool.TIMEOUT * 1e6)))
                        .recycle(Duration.ofMillis(ReferencePool.RECYCLE))
                        .scheduling(drawingTheMost(pools.scheduling()))
                        .listener(diary));

        /// So that its pauses are known.
        private static Scheduling drawingTheMost(Scheduling usual) {
            RandomGenerator most = new RandomGenerator() {
                @Override
                public long nextLong() {
                    return 0;
                }

                @Override
                public long nextLong(long least, long bound) {
                    return bound - 1;
                }
            };
            return new Scheduling(usual.ticker(), usual.park(), usual.unpark(), usual.executor(), most, usual.near());
        }

        private final Map<String, Caller<Checkout>> callers = new TreeMap<>();
        private final Map<String, Checkout> lent = new TreeMap<>();
        private int asked;
        private int connectsBefore;

        void make(Step step) {
            advance(1); // no two steps at one instant: a slot that was used just now would be preferred
            begin();
            switch (step.move()) {
                case ASK -> ask();
                case GIVE_BACK -> giveBack(step.number(), 1);
                case GIVE_BACK_TWICE -> giveBack(step.number(), 2);
                case BREAK -> breakDown(step.number());
                case INVALIDATE -> {
                    pool.invalidate();
                    reference.invalidate();
                }
                case ADVANCE -> advance(step.number());
                case INTERRUPT -> interrupt();
                case REFUSE -> refuse(true);
                case ACCEPT -> refuse(false);
                case RESIZE -> resize(step.number());
                case SUSPEND -> {
                    pool.suspend(Duration.ZERO);
                    reference.suspend();
                }
                case RESUME -> {
                    pool.resume();
                    reference.resume();
                }
            }
            compare(step);
        }

        private void begin() {
            reference.opened.clear();
            reference.connects = 0;
            connectsBefore = pools.database.calls("connect");
        }

        private void ask() {
            String who = "%04d".formatted(asked++);
            callers.put(who, Caller.start(who, () -> pool.checkOut(who)));
            reference.ask(who);
        }

        private void giveBack(int number, int times) {
            String who = borrower(number);
            if (who == null) {
                return;
            }
            ReferencePool.Place place = place(who);
            Checkout loan = lent.remove(who);
            for (int i = 0; i < times; i++) {
                loan.close();
            }
            reference.giveBack(place);
        }

        private void breakDown(int number) {
            String who = borrower(number);
            if (who != null) {
                lent.get(who).invalidate(null);
                reference.breakDown(place(who));
            }
        }

        private @Nullable String borrower(int number) {
            List<String> names = List.copyOf(lent.keySet());
            return names.isEmpty() ? null : names.get(number % names.size());
        }

        private ReferencePool.Place place(String who) {
            return reference.answers.get(who).place();
        }

        /// From one thing that happens by itself to the next, so that no two happen at once.
        private void advance(int millis) {
            double end = reference.now + millis;
            for (double next = reference.next(); next <= end; next = reference.next()) {
                begin();
                move(next);
                compare(new Step(Move.ADVANCE, (int) next));
            }
            move(end);
        }

        private void move(double time) {
            pools.clock.advance(Duration.ofNanos((long) ((time - reference.now) * 1e6)));
            reference.advanceTo(time);
        }

        private void interrupt() {
            String first = reference.order.peekFirst();
            if (first != null) {
                callers.get(first).interrupt();
                reference.interrupt(first);
            }
        }

        private void refuse(boolean on) {
            if (on != reference.refusing) {
                reference.refusing = on;
                if (on) {
                    pools.database.every("connect").fails("08001");
                } else {
                    pools.database.every("connect").works();
                }
            }
        }

        private void resize(int number) {
            int size = Math.clamp(reference.size + number % 3 - 1, 1, 4);
            int maxOverflow = number / 3 % 3;
            pool.resize(size, maxOverflow);
            reference.resize(size, maxOverflow);
        }

        /// Waits until the pool has done what the reference did at once.
        private void compare(Step step) {
            long began = System.nanoTime();
            while (!collected() || !hasTried() || !seen().equals(expected())) {
                if (System.nanoTime() - began > 2_000_000_000L) {
                    assertThat(seen()).as("after %s", step).isEqualTo(expected());
                    assertThat(collected())
                            .as("callers after %s: %s", step, callers)
                            .isTrue();
                }
                LockSupport.parkNanos(20_000);
            }
            comparePlaces(step);
        }

        /// Returns whether the pool has begun to connect, if it should: while it is refused, that
        /// changes nothing else. It may try with several at once where the reference stops after the
        /// first refusal.
        private boolean hasTried() {
            return reference.connects == 0 || pools.database.calls("connect") > connectsBefore;
        }

        /// Takes in who has an answer by now; the others must be parked, or who asks next could overtake.
        private boolean collected() {
            for (String who : reference.answers.keySet()) {
                Caller<Checkout> caller = callers.get(who);
                if (caller != null) {
                    if (!caller.isDone()) {
                        return false;
                    }
                    answered(who, caller);
                    callers.remove(who);
                }
            }
            return callers.values().stream().allMatch(caller -> pools.clock.isParked(caller.thread()));
        }

        private void answered(String who, Caller<Checkout> caller) {
            ReferencePool.Answer answer = reference.answers.get(who);
            if (answer.place() == null) {
                assertThat(caller.failure())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                error -> assertThat(error.getSQLState()).isEqualTo(answer.error()));
            } else {
                lent.put(who, caller.result());
            }
        }

        /// Connections that were opened in one step may have found their places in any order.
        private void comparePlaces(Step step) {
            Map<Integer, ReferencePool.Place> byIndex = new HashMap<>();
            reference.places.forEach(place -> byIndex.put(place.index, place));
            for (Map.Entry<String, Checkout> loan : lent.entrySet()) {
                int index = ((Loan) loan.getValue()).slot.index;
                int expected = place(loan.getKey()).index;
                if (reference.opened.contains(expected)) {
                    assertThat(reference.opened)
                            .as("place of %s after %s", loan.getKey(), step)
                            .contains(index);
                    reference.answers.put(loan.getKey(), new ReferencePool.Answer(byIndex.get(index), ""));
                } else {
                    assertThat(index)
                            .as("place of %s after %s", loan.getKey(), step)
                            .isEqualTo(expected);
                }
            }
        }

        private record View(PoolSnapshot counts, Map<String, Integer> events, int open) {}

        private View seen() {
            return new View(pool.snapshot(), diary.counts(), pools.database.open());
        }

        private View expected() {
            int busy = reference.count(ReferencePool.State.BUSY);
            int idle = reference.count(ReferencePool.State.IDLE);
            PoolSnapshot counts = new PoolSnapshot(
                    pool.name(),
                    reference.size,
                    reference.maxOverflow,
                    busy,
                    idle,
                    0,
                    reference.order.size(),
                    reference.events.getOrDefault("checkedOut", 0),
                    reference.events.getOrDefault("timedOut", 0),
                    reference.suspended,
                    0);
            return new View(counts, reference.events, busy + idle);
        }

        /// Nothing was lost on the way: all may be lent, and each connection's life was in order.
        void end() {
            refuse(false);
            make(new Step(Move.RESUME, 0));
            advance(5_000);
            while (!lent.isEmpty()) {
                make(new Step(Move.GIVE_BACK, 0));
            }
            for (int i = 0; i < reference.size + reference.maxOverflow; i++) {
                make(new Step(Move.ASK, 0));
            }
            assertThat(lent).hasSize(reference.size + reference.maxOverflow);
            diary.checkLives();
        }

        @Override
        public void close() {
            pools.close();
        }
    }

    /// What a listener heard: how often, and of each connection in which order.
    private static final class Diary implements PoolListener {
        private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();
        private final ConcurrentMap<String, ConcurrentLinkedQueue<String>> lives = new ConcurrentHashMap<>();

        Map<String, Integer> counts() {
            return new TreeMap<>(counts);
        }

        private void hear(String event, String connection) {
            lives.computeIfAbsent(connection, name -> new ConcurrentLinkedQueue<>())
                    .add(event);
            counts.merge(event, 1, Integer::sum);
        }

        void checkLives() {
            assertThat(lives.values().stream().map(life -> String.join(" ", life)))
                    .allSatisfy(life -> assertThat(life)
                            .matches(
                                    "connected( checkedOut( invalidated)?( reset)? checkedIn)*( checkedOut| closed)?"));
        }

        @Override
        public void connected(String connection) {
            hear("connected", connection);
        }

        @Override
        public void checkedOut(String connection, @Nullable String label) {
            hear("checkedOut", connection);
        }

        @Override
        public void reset(String connection, boolean inTransaction) {
            hear("reset", connection);
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            hear("checkedIn", connection);
        }

        @Override
        public void invalidated(String connection, @Nullable Throwable reason) {
            hear("invalidated", connection);
        }

        @Override
        public void closed(String connection) {
            hear("closed", connection);
        }

        @Override
        public void waiting(@Nullable String label) {
            counts.merge("waiting", 1, Integer::sum);
        }

        @Override
        public void timedOut(PoolTimeoutException timeout) {
            counts.merge("timedOut", 1, Integer::sum);
        }
    }
}
