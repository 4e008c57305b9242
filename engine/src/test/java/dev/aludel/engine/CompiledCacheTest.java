package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.select;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.aludel.sql.Condition;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Select;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CompiledCacheTest {
    private final VirtualClock clock = new VirtualClock();
    private final CompiledCache cache = cache(4);

    private CompiledCache cache(int capacity) {
        return new CompiledCache(Dialects.POSTGRESQL, capacity, clock, EngineLog.of("cache-test", false, null));
    }

    /// Statements of a shape of their own for each number.
    private static Select<Long> shape(int number) {
        return select(TRIP.id).where(Collections.nCopies(number, TRIP.id.gt(0L)).toArray(Condition[]::new));
    }

    private void use(int number) {
        clock.advance(ofMillis(10));
        cache.find(shape(number));
    }

    @Test
    void knows_a_statement_again_by_its_shape_whatever_its_values() {
        Lookup first = cache.find(select(TRIP).where(TRIP.id.eq(1L)));
        Lookup second = cache.find(select(TRIP).where(TRIP.id.eq(2L)));

        assertThat(second.sql()).isSameAs(first.sql());
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(1, 4, 1, 1));
    }

    @Test
    void drops_the_least_recently_used_when_it_has_grown_half_as_many_again() {
        try (LogLines log = LogLines.of("dev.aludel.engine.Engine.cache-test", Level.DEBUG)) {
            for (int number = 1; number <= 6; number++) use(number);
            use(1);
            assertThat(cache.statistics().size()).isEqualTo(6);

            use(7);

            assertThat(cache.statistics()).isEqualTo(new CacheStatistics(4, 4, 1, 7));
            assertThat(log.messages())
                    .containsExactly("Compiled cache size pruning from 7 items to 4.  Increase cache size to reduce the"
                            + " frequency of pruning.");
        }
        for (int kept : List.of(1, 5, 6, 7)) use(kept);
        assertThat(cache.statistics().hits()).isEqualTo(5);
    }

    @Test
    void keeps_nothing_if_its_capacity_is_zero() {
        CompiledCache off = cache(0);
        off.find(shape(1));
        off.find(shape(1));

        assertThat(off.statistics()).isEqualTo(new CacheStatistics(0, 0, 0, 2));
    }

    @Test
    void is_shared_by_threads() throws InterruptedException {
        CompiledCache shared = cache(500);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int number = 1; number <= 50; number++) shared.find(shape(number));
            }));
        }
        for (Thread thread : threads) thread.join();

        CacheStatistics statistics = shared.statistics();
        assertThat(statistics.size()).isEqualTo(50);
        assertThat(statistics.hits() + statistics.misses()).isEqualTo(400);
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // the yield is for the JDK's scheduler
    void is_cut_back_while_other_threads_use_it() throws Exception {
        AtomicLong time = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        CompiledCache shared = new CompiledCache(
                Dialects.POSTGRESQL,
                1_000,
                () -> time.addAndGet(2_000_000), // each use is noted
                EngineLog.of("cache-test", false, null));
        List<Caller<Integer>> users = new ArrayList<>();
        for (int user = 1; user <= 4; user++) {
            users.add(Caller.start("user-" + user, () -> {
                int uses = 0;
                do {
                    shared.find(Unsafe.sql("select " + uses++ % 1_000));
                    Thread.yield(); // they outnumber the carriers: one of them may be next at a lock of the map
                } while (!done.get());
                return uses;
            }));
        }
        try {
            for (int number = 1_000; number < 50_000; number++) shared.find(Unsafe.sql("select " + number));
        } finally {
            done.set(true);
        }
        for (Caller<Integer> user : users) assertThat(user.result()).isPositive();

        shared.find(Unsafe.sql("select 50000"));
        assertThat(shared.statistics().size()).isBetween(1_000, 1_500);
    }
}
