package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Thousands of callers whose time is up at the same instant, on a pool of 20 connections that are busy all the while:
/// each is told why, by an error of its own, and how late that comes is written down beside bare timers.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AStormOfTimeoutsTest {
    private static final int SLOTS = 20;
    private static final int JOBS = 5;
    private static final Duration WAIT = ofSeconds(3);
    private static final long MOST_BYTES = 96 * 1024;

    private final QuietDriver driver = new QuietDriver();
    private volatile boolean over;

    @Test
    void gives_each_caller_a_report_of_its_own_that_costs_little_memory() throws Exception {
        storm(2_000);
    }

    @Test
    @Tag("full")
    void gives_ten_thousand_callers_no_less() throws Exception {
        storm(10_000);
    }

    private void storm(int callers) throws Exception {
        Told[] told = new Told[callers];
        long[] control = new long[callers];
        List<Thread> threads = new ArrayList<>();
        try (Pool pool = Pool.of(
                settings -> settings.size(SLOTS).maxOverflow(0).timeout(WAIT).connections(driver))) {
            Caller<Integer> jobs = Caller.start(Thread.ofPlatform().daemon(), () -> work(pool));
            Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == SLOTS);
            long end = System.nanoTime() + WAIT.toNanos();
            for (int i = 0; i < callers; i++) {
                int number = i;
                threads.add(Thread.ofVirtual().start(() -> told[number] = waited(pool, end)));
                threads.add(Thread.ofVirtual().start(() -> control[number] = parked(end)));
            }
            Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == callers);
            LockSupport.parkNanos(end - System.nanoTime() - ofMillis(300).toNanos()); // until none has a report yet
            assertThat(pool.snapshot().waiting()).isEqualTo(callers);
            long before = allocated();
            for (Thread thread : threads) {
                thread.join();
            }
            long bytes = (allocated() - before) / callers;
            over = true;
            assertThat(jobs.result()).isPositive();
            assertThat(pool.snapshot().timeouts()).isEqualTo(callers);
            assertThat(pool.snapshot().waiting()).isZero();
            figures(Arrays.stream(told).mapToLong(Told::late).toArray(), control, bytes);
            assertThat(Arrays.stream(told).map(Told::error))
                    .doesNotHaveDuplicates()
                    .allSatisfy(AStormOfTimeoutsTest::check);
            assertThat(Arrays.stream(told))
                    .allSatisfy(each -> assertThat(each.error.explanation().waited())
                            .isBetween(each.patience, each.patience.plusNanos(each.late)));
            assertThat(bytes).as("bytes for each timeout").isLessThan(MOST_BYTES);
        }
    }

    /// Holds all connections, and uses each of them now and then, so that there is something to account for.
    private int work(Pool pool) throws SQLException {
        List<Checkout> lent = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            lent.add(pool.checkOut("job " + i % JOBS));
        }
        int calls = 0;
        for (; !over; calls++) {
            for (Checkout each : lent) {
                each.connection().isValid(1);
            }
            LockSupport.parkNanos(10_000_000);
        }
        lent.forEach(Checkout::close);
        return calls;
    }

    /// What one caller got.
    ///
    /// @param late nanoseconds after its time was up
    private record Told(PoolTimeoutException error, Duration patience, long late) {}

    private static Told waited(Pool pool, long end) {
        Duration patience = Duration.ofNanos(end - System.nanoTime());
        try {
            pool.checkOut("waiter", patience).close();
            throw new AssertionError("there was no connection to be had");
        } catch (SQLException e) {
            return new Told((PoolTimeoutException) e, patience, System.nanoTime() - end);
        }
    }

    private static void check(PoolTimeoutException error) {
        Explanation explanation = error.explanation();
        double seconds = SLOTS * explanation.waited().toNanos() / 1e9;
        assertThat(explanation.holders()).isNotEmpty();
        assertThat(explanation.waiters()).hasSizeLessThanOrEqualTo(100);
        assertThat(explanation.diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.HeldOutsideSql.class, held -> {
                    assertThat(held.capacity()).isBetween(0.97 * seconds, 1.03 * seconds);
                    assertThat(held.outsideSql()).isGreaterThan(0.5 * held.capacity());
                    assertThat(held.shares()).allMatch(share -> share.label() != null);
                });
    }

    private static long parked(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return System.nanoTime() - end;
    }

    /// Returns how many bytes all threads have allocated so far; virtual ones count for those that carry them.
    private static long allocated() throws JMException {
        ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
        return (long) ManagementFactory.getPlatformMBeanServer().getAttribute(threads, "TotalThreadAllocatedBytes");
    }

    private static void figures(long[] late, long[] control, long bytes) {
        System.out.printf(
                "figures: %,d callers whose time is up at once on %d connections: %,d bytes each; late by %s; bare"
                        + " parkNanos %s%n",
                late.length, SLOTS, bytes, spread(late), spread(control));
    }

    private static String spread(long[] late) {
        Arrays.sort(late);
        return String.format(
                "p50 %.2f, p99 %.2f, p99.9 %.2f ms", at(late, 0.5) / 1e6, at(late, 0.99) / 1e6, at(late, 0.999) / 1e6);
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
