package dev.aludel.pool;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Very many who wait. (reliability row F44)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ALongQueueTest {
    private final QuietDriver driver = new QuietDriver();
    private final Pool pool =
            Pool.of(settings -> settings.connections(driver).size(1).timeout(ofDays(1)));
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    private void waitForOne() {
        try (Checkout mine = pool.checkOut(null)) {
            served.addAndGet(mine.label() == null ? 1 : 0);
        } catch (SQLException e) {
            left.incrementAndGet();
        }
    }

    /// Half of them leave, in no order; the others are served by one connection.
    private void leaveAndAreServed(int waiters) throws Exception {
        Checkout only = pool.checkOut("holder");
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < waiters; i++) {
            threads.add(Thread.ofVirtual().start(this::waitForOne));
        }
        while (pool.snapshot().waiting() < waiters) {
            Thread.onSpinWait();
        }
        long joined = System.nanoTime();
        List<Thread> leaving = new ArrayList<>(threads);
        Collections.shuffle(leaving, new Random(42));
        leaving.subList(0, waiters / 2).forEach(Thread::interrupt);
        while (left.get() < waiters / 2) {
            Thread.onSpinWait();
        }
        long gone = System.nanoTime();
        only.close();
        for (Thread thread : threads) {
            assertThat(thread.join(ofMinutes(1))).as(thread.toString()).isTrue();
        }
        long end = System.nanoTime();
        assertThat(served.get()).isEqualTo(waiters - waiters / 2);
        assertThat(pool.snapshot())
                .extracting(PoolSnapshot::waiting, PoolSnapshot::idle, PoolSnapshot::checkedOut)
                .containsExactly(0, 1, 0);
        pool.close(ofSeconds(10));
        System.out.printf(
                "figures: %,d wait for one connection: %.2f µs each to join, %.2f to leave half of them in no order, %.2f"
                        + " to serve the other half%n",
                waiters,
                (joined - began) / 1e3 / waiters,
                (gone - joined) / 1e3 / (waiters / 2.0),
                (end - gone) / 1e3 / (waiters / 2.0));
        assertThat(Duration.ofNanos(end - began)).isLessThan(ofSeconds(60));
    }

    @Test
    void of_twenty_thousand_is_left_and_served_in_no_time() throws Exception {
        leaveAndAreServed(20_000);
    }

    @Test
    @Tag("full")
    void of_a_hundred_thousand_is_left_and_served_in_no_time() throws Exception {
        leaveAndAreServed(100_000);
    }
}
