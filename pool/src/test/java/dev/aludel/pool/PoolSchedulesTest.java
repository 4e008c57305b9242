package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.aludel.pool.Woven.Mistake;
import dev.aludel.testkit.SeededScheduler;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// Plays drawn schedules on the pool; each follows from its seed. `docs/pool-proof.md` says what that shows.
///
/// `-Daludel.schedules=1 -Daludel.seed=4711` plays one again.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolSchedulesTest {
    private static final long SHORT = Long.getLong("aludel.schedules", 100_000);
    private static final long LONG = Long.getLong("aludel.schedules", 3_000_000);
    private static final long FIRST = Long.getLong("aludel.seed", 1);
    private static final int ENOUGH_FOR_A_MISTAKE = 100_000;

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(QueuePool.class);

    /// What goes wrong is meant to, here.
    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    /// At its first use the JDK reads how numbers are written, under locks of its own that no schedule knows.
    @BeforeAll
    static void readLocaleData() {
        assertThat(Text.format("%.2f", 0.5)).isEqualTo("0.50");
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Test
    void all_invariants_hold_in_each_schedule() {
        play(FIRST, SHORT);
    }

    @Test
    @Tag("full")
    void all_invariants_hold_in_each_of_many_more_schedules() {
        play(FIRST + SHORT, LONG);
    }

    @Test
    void a_seed_gives_the_same_schedule_each_time() {
        LongFunction<SeededScheduler> first = player(null);
        LongFunction<SeededScheduler> second = player(null);
        for (long seed = FIRST; seed < FIRST + 200; seed++) {
            List<String> trace = first.apply(seed).trace();
            assertThat(second.apply(seed).trace()).isEqualTo(trace);
        }
    }

    @Test
    void there_are_switch_points_wherever_threads_meet() {
        Woven woven = new Woven();
        assertThat(player(woven).apply(FIRST).switches()).isPositive();

        assertThat(woven.points()).isGreaterThan(100);
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake("Line.hand", "isAwaited", 2, false), // does not look again: the wake-up is lost
                new Mistake("Ranks.leave", "giveUp", 1, true), // leaves though it was granted a slot
                new Mistake("Line.left", "accept", 1, false), // grants, and wakes nobody
                new Mistake("Growth.settled", "decrementAndGet", 1, false), // counts attempts that are over
                new Mistake("QueuePool.vacate", "grow", 1, false), // frees a slot, and connects for nobody
                new Mistake("Line.hand", "test", 1, true), // does not see the pool invalidated meanwhile
                new Mistake(
                        "Queueing.failIfClosed", "isClosed", 1, false)); // queues in a pool that was closed meanwhile
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_in_the_pool_is_found(Mistake mistake) {
        LongFunction<SeededScheduler> player = player(new Woven(mistake));
        long seed = 1;
        while (seed <= ENOUGH_FOR_A_MISTAKE && failure(player, seed) == null) {
            seed++;
        }

        assertThat(seed).as("found after so many schedules").isLessThanOrEqualTo(ENOUGH_FOR_A_MISTAKE);
        String told = String.valueOf(failure(player, seed));
        assertThat(told)
                .as("found again, with the seed, what each task did, and the last switches")
                .contains(
                        "invariant",
                        "seed " + seed + " gives this schedule again",
                        "its tasks were",
                        "the last of which were");
        System.out.println(
                mistake + ": seed " + seed + ", " + told.lines().findFirst().orElse(""));
    }

    private static @Nullable AssertionError failure(LongFunction<SeededScheduler> player, long seed) {
        try {
            assertThat(player.apply(seed).switches()).isPositive();
            return null;
        } catch (AssertionError e) {
            return e;
        }
    }

    /// Plays seeds on all processors until one fails.
    private static void play(long first, long count) {
        AtomicLong next = new AtomicLong(first);
        AtomicReference<@Nullable AssertionError> failure = new AtomicReference<>();
        List<Thread> threads = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(number -> Thread.ofPlatform().start(() -> play(next, first + count, failure)))
                .toList();
        long began = System.nanoTime();
        threads.forEach(thread -> assertThatCode(thread::join).doesNotThrowAnyException());
        AssertionError found = failure.get();
        if (found != null) {
            throw found;
        }
        double minutes = (System.nanoTime() - began) / 60e9;
        System.out.printf(
                Locale.ROOT,
                "%,d schedules (seeds %d to %d) in %.1f minutes: %,.0f a minute%n",
                count,
                first,
                first + count - 1,
                minutes,
                count / minutes);
    }

    private static void play(AtomicLong next, long end, AtomicReference<@Nullable AssertionError> failure) {
        LongFunction<SeededScheduler> player = player(null);
        for (long seed = next.getAndIncrement(); seed < end && failure.get() == null; seed = next.getAndIncrement()) {
            AssertionError found = failure(player, seed);
            if (found != null) {
                String replay = "replay: ./aludel test -pl pool -am -Dtest=PoolSchedulesTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Daludel.schedules=1 -Daludel.seed=" + seed + "\n";
                failure.compareAndSet(null, new AssertionError(replay + found.getMessage(), found));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static LongFunction<SeededScheduler> player(@Nullable Woven woven) {
        return (woven == null ? new Woven() : woven).instance(PoolSchedule.Player.class, LongFunction.class);
    }
}
