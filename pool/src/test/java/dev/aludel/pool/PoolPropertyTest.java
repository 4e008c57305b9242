package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/// Whatever is done to a pool, in whatever order, its invariants hold after each step and its full capacity at the end.
class PoolPropertyTest {
    private static final int SIZE = 2;
    private static final int OVERFLOW = 1;

    /// What can happen to a pool. The number chooses among what is there, or says how long.
    enum Move {
        CHECK_OUT,
        WAIT,
        RETURN,
        LEAVE_OPEN_AND_RETURN,
        INVALIDATE_ONE,
        INVALIDATE_ALL,
        ADVANCE,
        KILL,
        FAIL_NEXT_CONNECT,
        FAIL_NEXT_RESET,
        INTERRUPT
    }

    record Step(Move move, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Move.class), Arbitraries.integers().between(0, 1_000))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED, seed = "42")
    void invariants_hold_after_each_step(@ForAll("steps") List<Step> steps) throws Exception {
        Play play = new Play();
        try {
            for (Step step : steps) {
                play.make(step);
                play.pools.check();
            }
            play.fullCapacityIsThere();
        } finally {
            play.end();
        }
    }

    /// One sequence of steps on one pool, and what a test knows of it.
    private static final class Play {
        final Pools pools = new Pools();
        private final Pool pool = pools.pool(settings -> settings.size(SIZE)
                .maxOverflow(OVERFLOW)
                .timeout(ofSeconds(2))
                .linger(ofMillis(700))
                .recycle(ofSeconds(10)));
        private final List<Checkout> lent = new ArrayList<>();
        private final Deque<Caller<Checkout>> waiting = new ArrayDeque<>();
        private int failuresToCome;

        void make(Step step) throws SQLException {
            switch (step.move()) {
                case CHECK_OUT -> checkOut();
                case WAIT -> join();
                case RETURN -> take(step.number()).ifPresent(Checkout::close);
                case LEAVE_OPEN_AND_RETURN -> {
                    for (Checkout one : take(step.number()).stream().toList()) {
                        leaveOpen(one);
                        one.close();
                    }
                }
                case INVALIDATE_ONE -> {
                    if (!lent.isEmpty()) {
                        Throwable reason = step.number() % 2 == 0 ? null : new SQLException("made up", "08006");
                        lent.get(step.number() % lent.size()).invalidate(reason);
                    }
                }
                case INVALIDATE_ALL -> pool.invalidate();
                case ADVANCE -> pools.clock.advance(ofMillis(step.number()));
                case KILL -> {
                    List<Backend> open = pools.database.openBackends();
                    if (!open.isEmpty()) {
                        open.get(step.number() % open.size()).kill();
                    }
                }
                case FAIL_NEXT_CONNECT -> {
                    pools.database.next("connect").fails("08001");
                    failuresToCome++;
                }
                case FAIL_NEXT_RESET -> pools.database.next("rollback").fails("08006");
                case INTERRUPT -> waiting.forEach(Caller::interrupt);
            }
            settleWaiters();
        }

        private Optional<Checkout> take(int number) {
            return lent.isEmpty() ? Optional.empty() : Optional.of(lent.remove(number % lent.size()));
        }

        private static void leaveOpen(Checkout one) {
            try {
                one.connection().setAutoCommit(false);
                Statement left = one.connection().createStatement();
                left.execute("insert into trips values (1)");
            } catch (SQLException e) {
                // it was killed: then it is noticed here
            }
        }

        private void checkOut() {
            try {
                lent.add(pool.checkOut("caller", ZERO));
            } catch (SQLException e) {
                assertThat((Throwable) e).isInstanceOfAny(PoolTimeoutException.class, ConnectFailedException.class);
            }
        }

        private void join() {
            Caller<Checkout> caller = Caller.start("waiter", () -> pool.checkOut("waiter"));
            Await.until(() -> caller.isDone() || pools.clock.isParked(caller.thread()), pools.clock::toString);
            waiting.add(caller);
        }

        /// Those who got what they waited for become borrowers; the rest are parked again before the next step.
        private void settleWaiters() {
            Pools.settle(pool);
            for (Caller<Checkout> caller : List.copyOf(waiting)) {
                Await.until(() -> caller.isDone() || pools.clock.isParked(caller.thread()), pools.clock::toString);
                if (caller.isDone()) {
                    waiting.remove(caller);
                    collect(caller);
                }
            }
        }

        private void collect(Caller<Checkout> caller) {
            try {
                lent.add(caller.result());
            } catch (AssertionError e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                // its time was up, connecting failed, it was interrupted
                                error -> assertThat(error.getSQLState()).isIn("HYT00", "08001", "57014"));
            }
        }

        void fullCapacityIsThere() {
            lent.forEach(Checkout::close);
            lent.clear();
            while (!waiting.isEmpty()) {
                pools.clock.advance(Duration.ofMillis(500));
                settleWaiters();
                lent.forEach(Checkout::close);
                lent.clear();
            }
            for (; failuresToCome > 0; failuresToCome--) {
                useUpAFailure();
            }
            pools.clock.advance(ofSeconds(2)); // the pool may be pausing after a failed attempt
            Caller<List<Checkout>> all = Caller.start("all", () -> Pools.checkOut(pool, SIZE + OVERFLOW));
            lent.addAll(all.result());
            assertThat(pool.snapshot().checkedOut()).isEqualTo(SIZE + OVERFLOW);
        }

        private void useUpAFailure() {
            try {
                pools.database.connect().close();
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("08001");
            }
        }

        void end() {
            pools.close();
        }
    }
}
