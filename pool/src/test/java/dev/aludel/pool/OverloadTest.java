package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.SeededScheduler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// More is asked of a pool than it can give, by callers who have stated a deadline: an open load in
/// virtual time, in which each arrives when it arrives, however long the others wait (reliability
/// section 4).
@DisplayNameGeneration(ReplaceUnderscores.class)
class OverloadTest {
    private static final int SIZE = 10;
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long HOLD = 10 * MILLISECOND;
    private static final long DEADLINE = 500 * MILLISECOND;
    private static final double CAPACITY = SIZE * 1e9 / HOLD;

    /// What became of one caller.
    private record Outcome(long arrived, long ended, boolean served) {
        boolean isGood() {
            return served && ended - arrived <= DEADLINE;
        }

        long took() {
            return ended - arrived;
        }
    }

    /// How a caller asks.
    private interface Asking {
        Checkout checkOut() throws SQLException;
    }

    /// One run.
    private static final class Load {
        private final SeededScheduler scheduler;
        private final FakeDatabase database = new FakeDatabase();
        private final SplittableRandom random;
        private final List<Outcome> outcomes = new ArrayList<>();
        private final List<Outcome> patient = new ArrayList<>();
        private final Pool pool;
        private long held;
        private int loans;

        Load(long seed) {
            this(seed, SIZE);
        }

        /// @param most how many connections one tenant may have
        Load(long seed, int most) {
            random = new SplittableRandom(seed);
            scheduler = new SeededScheduler(seed);
            scheduler.punctual();
            pool = Pool.of(new Settings()
                    .connections(database::connect)
                    .size(SIZE)
                    .maxPerTenant(most)
                    .timeout(ofSeconds(5))
                    .prePing(false)
                    .scheduling(new Scheduling(
                            scheduler,
                            scheduler::parkNanos,
                            scheduler::unpark,
                            scheduler,
                            new Random(1),
                            Deadlines.NEAR)));
        }

        /// Lets all come who are to come until an instant, and ends.
        void play(long until) {
            scheduler.spawn("closer", () -> {
                rest(until + 2 * DEADLINE);
                pool.close();
            });
            scheduler.run();
        }

        /// Returns what became of those who arrived meanwhile.
        List<Outcome> from(Duration from, Duration to) {
            return outcomes.stream()
                    .filter(outcome -> outcome.arrived >= from.toNanos() && outcome.arrived < to.toNanos())
                    .toList();
        }

        /// Returns how many loans a second the connections could have made, as long as those were.
        double capacity() {
            return SIZE * 1e9 * loans / held;
        }

        /// Has callers come for a while, at so many times the pool's capacity, one after another.
        private void arrive(double factor, long from, long to) {
            long at = from;
            while (at < to) {
                long mine = at;
                scheduler.spawn("caller", () -> call(mine, true));
                at += exponential(1e9 / (factor * CAPACITY));
            }
        }

        /// Likewise, callers who state no deadline.
        ///
        /// @param mine gets what became of them
        private void arrive(double factor, long to, Borrower who, List<Outcome> mine) {
            for (long at = 0; at < to; at += exponential(1e9 / (factor * CAPACITY))) {
                long its = at;
                scheduler.spawn(String.valueOf(who.label()), () -> {
                    rest(its);
                    call(its, mine, () -> pool.checkOutFor(who));
                });
            }
        }

        private long exponential(double mean) {
            return (long) (-mean * Math.log(1 - random.nextDouble()));
        }

        private void rest(long until) {
            for (long left = until - scheduler.getAsLong(); left > 0; left = until - scheduler.getAsLong()) {
                scheduler.parkNanos(left);
            }
        }

        private void call(long at, boolean states) {
            rest(at);
            long end = at + DEADLINE;
            call(
                    at,
                    states ? outcomes : patient,
                    () -> states
                            ? pool.checkOut("caller", () -> Duration.ofNanos(end - scheduler.getAsLong()))
                            : pool.checkOut("patient"));
        }

        private void call(long at, List<Outcome> mine, Asking asking) {
            try (Checkout checkout = asking.checkOut()) {
                long hold = exponential((double) HOLD);
                held += hold;
                loans++;
                rest(scheduler.getAsLong() + hold);
                assertThat(checkout.label()).isNotNull();
                mine.add(new Outcome(at, scheduler.getAsLong(), true));
            } catch (PoolTimeoutException e) {
                mine.add(new Outcome(at, scheduler.getAsLong(), false));
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Load played(long seed, double factor, Duration time) {
        Load load = new Load(seed);
        load.arrive(factor, 0, time.toNanos());
        load.play(time.toNanos());
        return load;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.2, 2, 5, 10})
    void serves_in_time_what_can_be_served_and_refuses_the_others_at_once(double factor) {
        Load load = played(1, factor, ofSeconds(2));
        List<Outcome> outcomes = load.from(ofMillis(500), ofSeconds(2));

        double good = outcomes.stream().filter(Outcome::isGood).count() / 1.5;
        long[] refusals = outcomes.stream()
                .filter(outcome -> !outcome.served)
                .mapToLong(Outcome::took)
                .sorted()
                .toArray();
        assertThat(good / load.capacity()).isGreaterThan(0.95);
        assertThat(refusals[refusals.length * 99 / 100]).isZero();
    }

    @Test
    void is_over_as_soon_as_less_is_asked() {
        Load load = new Load(1);
        load.arrive(10, 0, ofSeconds(1).toNanos());
        load.arrive(0.8, ofSeconds(1).toNanos(), ofSeconds(4).toNanos());
        load.play(ofSeconds(4).toNanos());

        List<Outcome> after = load.from(ofMillis(1_500), ofSeconds(4));
        assertThat(after).hasSizeGreaterThan(1_500).allMatch(Outcome::isGood);
    }

    @Test
    void of_what_can_be_served_nobody_is_refused() {
        refusesNobody(50_000);
    }

    @Test
    @Tag("full")
    void of_what_can_be_served_nobody_is_refused_in_ten_million_checkouts() {
        refusesNobody(10_000_000);
    }

    private static void refusesNobody(int checkouts) {
        int callers = 0;
        for (int seed = 1; callers < checkouts; seed++) {
            List<Outcome> outcomes = played(seed, 0.8, ofSeconds(20)).outcomes;
            assertThat(outcomes).as("seed %s", seed).allMatch(Outcome::isGood);
            callers += outcomes.size();
        }
    }

    /// Who states no deadline waits in order of arrival, whoever else is refused.
    @Test
    void refuses_nobody_who_has_stated_no_deadline() {
        Load load = new Load(1);
        load.arrive(5, 0, ofSeconds(1).toNanos());
        load.scheduler.spawn("patient", () -> load.call(ofMillis(800).toNanos(), false));
        load.play(ofSeconds(1).toNanos());

        assertThat(load.patient).singleElement().satisfies(outcome -> {
            assertThat(outcome.served).isTrue();
            assertThat(outcome.took()).isLessThan(ofMillis(400).toNanos());
        });
    }

    /// A loan of the batch that is under way is not cut short, so one of these may have to be waited for.
    @Test
    void of_low_priority_leaves_normal_traffic_nearly_as_it_is_alone() {
        double alone = meanWait(0);
        double beside = meanWait(5);

        assertThat(beside).isLessThan(alone + HOLD);
    }

    /// @param batch how many times the capacity is asked for with low priority
    /// @return how long normal callers, of half the capacity, took in all
    private static double meanWait(double batch) {
        Load load = new Load(1);
        List<Outcome> normal = new ArrayList<>();
        if (batch > 0) {
            load.arrive(batch, ofSeconds(2).toNanos(), Borrower.of("batch").priority(Priority.LOW), new ArrayList<>());
        }
        load.arrive(0.5, ofSeconds(2).toNanos(), Borrower.of("normal"), normal);
        load.play(ofSeconds(9).toNanos());

        assertThat(normal).hasSizeGreaterThan(800).allMatch(Outcome::isGood);
        return normal.stream().mapToLong(Outcome::took).average().orElseThrow();
    }

    @Test
    void of_one_tenant_leaves_the_others_what_it_may_not_have() {
        Load load = new Load(1, SIZE / 2);
        List<Outcome> flood = new ArrayList<>();
        List<Outcome> others = new ArrayList<>();
        load.arrive(5, ofSeconds(2).toNanos(), Borrower.of("flood").tenant("acme"), flood);
        load.arrive(0.3, ofSeconds(2).toNanos(), Borrower.of("other").tenant("other"), others);
        load.play(ofSeconds(9).toNanos());

        assertThat(others).hasSizeGreaterThan(500).allMatch(Outcome::isGood);
        assertThat(flood).as("and it has its own, which is not enough").anyMatch(outcome -> !outcome.served());
    }
}
