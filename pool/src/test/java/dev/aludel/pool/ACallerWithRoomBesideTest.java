package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.aludel.testkit.SeededScheduler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What drawn schedules found (invariant 5): callers who waited until somebody returned a connection, though there was
/// room for one more. The same few steps in many orders, on the woven pool.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ACallerWithRoomBesideTest {
    private static final long SEEDS = 2_000;

    @ParameterizedTest
    @ValueSource(classes = {BesideACheckThatEnds.class, BesideUpkeepThatOpens.class})
    void is_connected_for_at_once(Class<?> steps) {
        LongConsumer player = new Woven().instance(steps, LongConsumer.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            long each = seed;
            assertThatCode(() -> player.accept(each)).doesNotThrowAnyException();
        }
    }

    /// A pool of one connection and one more, and two callers.
    abstract static class Steps implements LongConsumer {
        static final Duration LONG = Duration.ofSeconds(10);

        private void hold(SeededScheduler scheduler, Pool pool, Duration delay, Duration hold) {
            try {
                scheduler.sleep(delay);
                long came = scheduler.getAsLong();
                try (Checkout lent = pool.checkOut(null, LONG)) {
                    long waited = scheduler.getAsLong() - came;
                    if (waited > Duration.ofMillis(200).toNanos()) {
                        throw new AssertionError(lent + " took " + Duration.ofNanos(waited));
                    }
                    scheduler.sleep(hold);
                }
            } catch (SQLException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void accept(long seed) {
            SeededScheduler scheduler = new SeededScheduler(seed);
            SwitchPoints.use(scheduler);
            scheduler.punctual();
            Settings settings = new Settings()
                    .connections(new ScriptedServer(scheduler, 0))
                    .size(1)
                    .maxOverflow(1)
                    .scheduling(new Scheduling(
                            scheduler,
                            scheduler::parkNanos,
                            scheduler::unpark,
                            scheduler,
                            new Random(seed),
                            Deadlines.NEAR));
            configure(settings);
            Pool pool = Pool.of(settings);
            Thread[] callers = {
                scheduler.spawn("first", () -> {
                    hold(scheduler, pool, Duration.ZERO, Duration.ZERO);
                    hold(scheduler, pool, Duration.ofMillis(1), LONG);
                }),
                scheduler.spawn("second", () -> hold(scheduler, pool, delay(), LONG))
            };
            scheduler.spawn("closer", () -> close(scheduler, pool, callers));
            scheduler.run();
        }

        private static void close(SeededScheduler scheduler, Pool pool, Thread[] callers) {
            while (callers[0].isAlive() || callers[1].isAlive()) {
                scheduler.parkNanos(LONG.toNanos());
            }
            pool.close(LONG);
        }

        abstract void configure(Settings settings);

        abstract Duration delay();
    }

    /// The second comes while the idle connection is checked for the first. He counted that attempt as his, though it
    /// ended for the first while he looked.
    public static final class BesideACheckThatEnds extends Steps {
        @Override
        void configure(Settings settings) {
            settings.prePing(true);
        }

        @Override
        Duration delay() {
            return Duration.ofMillis(1);
        }
    }

    /// The second comes while the upkeep looks for slots to fill. It took the last one for a moment, only to put it
    /// back.
    public static final class BesideUpkeepThatOpens extends Steps {
        @Override
        void configure(Settings settings) {
            settings.minIdle(1);
        }

        @Override
        Duration delay() {
            return Duration.ofSeconds(1);
        }
    }
}
