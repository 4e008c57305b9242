package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a pool takes of the heap: a little for each who waits, nothing for what is over.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FootprintTest {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final int WAITERS = 10_000;

    private final QuietDriver driver = new QuietDriver();
    private volatile boolean refuses;
    private long texts;
    private int timeouts;
    private int refusals;

    /// Returns what is used of the heap when the garbage is gone.
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static List<Thread> start(Runnable each) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            threads.add(Thread.ofVirtual().start(each));
        }
        return threads;
    }

    private static long usedWhile(Supplier<Boolean> all, long before) {
        Await.until(all::get, () -> "all to wait");
        return used() - before;
    }

    /// Ten thousand virtual threads that wait for a connection, beside as many that just park. (F44)
    @Test
    void of_ten_thousand_who_wait_is_less_than_64_mebibytes() throws Exception {
        Pool pool = Pool.of(settings -> settings.connections(driver).size(1).timeout(ofDays(1)));
        Checkout only = pool.checkOut("holder");
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch parked = new CountDownLatch(WAITERS);
        long before = used();
        List<Thread> idlers = start(() -> {
            parked.countDown();
            while (!over.get()) {
                LockSupport.park();
            }
        });
        parked.await();
        long bare = usedWhile(() -> true, before);
        over.set(true);
        idlers.forEach(LockSupport::unpark);
        for (Thread idler : idlers) {
            idler.join();
        }
        idlers.clear();

        before = used();
        AtomicLong served = new AtomicLong();
        List<Thread> waiters = start(() -> {
            try (Checkout mine = pool.checkOut("waiter")) {
                served.addAndGet(mine.label() == null ? 0 : 1);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        long withPool = usedWhile(() -> pool.snapshot().waiting() == WAITERS, before);
        only.close();
        for (Thread waiter : waiters) {
            waiter.join();
        }
        pool.close(ofSeconds(10));

        System.out.printf(
                "figures: heap of %,d waiting virtual threads: %.1f MiB, of as many that merely park %.1f MiB, so for"
                        + " the pool %.1f MiB%n",
                WAITERS, withPool / MEBIBYTE, bare / MEBIBYTE, (withPool - bare) / MEBIBYTE);
        assertThat(served.get()).isEqualTo(WAITERS);
        assertThat((withPool - bare) / MEBIBYTE).isLessThan(64);
    }

    private void doesNotGrow(int checkouts) throws Exception {
        AtomicLong now = new AtomicLong();
        Scheduling scheduling = new Scheduling(
                now::get,
                nanos -> LockSupport.parkNanos(1_000_000),
                LockSupport::unpark,
                task -> Thread.ofVirtual().start(task),
                new Random(42),
                Deadlines.NEAR);
        Pool pool = Pool.of(
                new Settings().connections(this::connect).size(2).maxOverflow(0).scheduling(scheduling));
        String[] labels = new String[50];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = "label " + i;
        }
        visit(pool, labels, now, 20_000);
        long before = used();
        long began = System.nanoTime();

        visit(pool, labels, now, checkouts);

        long took = System.nanoTime() - began;
        long grown = used() - before;
        PoolSnapshot snapshot = pool.snapshot();
        pool.close();
        System.out.printf(
                "figures: after %,d checkouts in %.1f h of virtual time (%.1f s) the heap has grown by %,d bytes;"
                        + " %,d texts, %,d timeouts, %,d refusals, %,d connections opened, %d open%n",
                checkouts,
                now.get() / 3.6e12,
                took / 1e9,
                grown,
                texts,
                timeouts,
                refusals,
                driver.opened(),
                snapshot.idle());
        assertThat(grown).isLessThan((long) (MEBIBYTE / 4));
    }

    private Connection connect() throws SQLException {
        if (refuses) {
            throw new SQLException("refused", "08001");
        }
        return driver.connect();
    }

    private void visit(Pool pool, String[] labels, AtomicLong now, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            try (Checkout mine = pool.checkOut(labels[i % labels.length])) {
                now.addAndGet(1_000_000);
                mine.connection().setAutoCommit(i % 2 == 0);
                if (i % 10 == 0) {
                    execute(mine.connection(), "update trips set seats = " + texts++ + " where id = ?");
                }
                if (i % 1_000 == 0) {
                    timeOut(pool);
                }
                if (i % 1_000 == 500) {
                    mine.invalidate(null);
                }
            }
            if (i % 10_000 == 0) {
                beRefused(pool);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// With one connection of two lent already.
    private void timeOut(Pool pool) throws SQLException {
        try (Checkout second = pool.checkOut("second")) {
            pool.checkOut("third", ZERO).close();
            throw new AssertionError("a third beside " + second);
        } catch (PoolTimeoutException e) {
            timeouts++;
        }
    }

    private void beRefused(Pool pool) throws SQLException {
        refuses = true;
        pool.invalidate();
        try {
            pool.checkOut("refused").close();
            throw new AssertionError("not refused");
        } catch (ConnectFailedException e) {
            refusals++;
        } finally {
            refuses = false;
        }
    }

    @Test
    void is_the_same_after_a_hundred_thousand_checkouts() throws Exception {
        doesNotGrow(100_000);
    }

    @Test
    @Tag("full")
    void is_the_same_after_ten_million_checkouts() throws Exception {
        doesNotGrow(10_000_000);
    }
}
