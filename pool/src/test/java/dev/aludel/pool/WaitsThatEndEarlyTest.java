package dev.aludel.pool;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Waits that are interrupted, cancelled or time out while a connection is being handed over. (F33, F35)
///
/// Real threads and real time, platform and virtual: what is random is who meets whom, never what is asserted.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitsThatEndEarlyTest {
    private static final int SLOTS = 4;
    private static final int CALLERS = 48;
    private static final int CANCELLERS = 8;

    private final QuietDriver driver = new QuietDriver();
    private final Pool pool = Pool.of(settings -> settings.connections(driver)
            .name("early")
            .size(SLOTS)
            .prePing(false)
            .timeout(ofSeconds(30)));

    /// For each connection, whether somebody has it.
    private final Map<Connection, AtomicBoolean> owned = new ConcurrentHashMap<>();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger timedOut = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger interruptedVirtual = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();

    private int early() {
        return timedOut.get() + interrupted.get() + interruptedVirtual.get() + cancelled.get();
    }

    private void call(Random random) {
        while (!enough.get()) {
            visit(random, Thread.currentThread().isVirtual() ? interruptedVirtual : interrupted);
            boolean ignored = Thread.interrupted();
        }
    }

    /// Gives tasks to an executor and cancels them, wherever they are by then.
    private void cancel(ExecutorService executor, Random random) {
        while (!enough.get()) {
            Future<?> task = executor.submit(() -> visit(random, cancelled));
            LockSupport.parkNanos(random.nextInt(1_000_000));
            task.cancel(true);
        }
    }

    private void visit(Random random, AtomicInteger ended) {
        Duration patience = random.nextInt(4) == 0 ? ofSeconds(20) : Duration.ofNanos(random.nextInt(1_500_000));
        try (Checkout mine = pool.checkOut(null, patience)) {
            use(mine, random);
        } catch (PoolTimeoutException e) {
            timedOut.incrementAndGet();
        } catch (SQLException e) {
            ended.incrementAndGet();
            if (!"57014".equals(e.getSQLState())) {
                wrong.add("unexpected: " + e);
            }
        } catch (Throwable e) {
            wrong.add("unexpected: " + e);
        }
    }

    private void use(Checkout mine, Random random) {
        AtomicBoolean flag = owned.computeIfAbsent(((Loan) mine).driver(), connection -> new AtomicBoolean());
        if (!flag.compareAndSet(false, true)) {
            wrong.add("lent twice: " + mine);
        }
        served.incrementAndGet();
        LockSupport.parkNanos(random.nextInt(100_000));
        flag.set(false); // before it goes back
    }

    /// Plays until so many waits have ended without a connection.
    private void play(int waits) throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(i);
            Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            callers.add(builder.name("caller " + i).start(() -> call(random)));
        }
        Random random = new Random(4711);
        try (ExecutorService executor = Executors.newFixedThreadPool(CANCELLERS)) {
            for (int i = 0; i < CANCELLERS; i++) {
                Random drawn = new Random(100 + i);
                callers.add(Thread.ofVirtual().name("canceller " + i).start(() -> cancel(executor, drawn)));
            }
            while (early() < waits && wrong.isEmpty()) {
                callers.get(random.nextInt(CALLERS)).interrupt();
                LockSupport.parkNanos(20_000);
            }
            enough.set(true);
        }
        for (Thread caller : callers) {
            assertThat(caller.join(ofMinutes(1)))
                    .as("%s: %s", caller, pool.snapshot())
                    .isTrue();
        }
    }

    private void nothingIsLostAndNothingLentTwice(int waits) throws Exception {
        long began = System.nanoTime();
        play(waits);

        assertThat(wrong).isEmpty();
        assertThat(cancelled).hasPositiveValue();
        Pools.awaitSnapshot(pool, now -> now.checkedOut() + now.waiting() + now.connecting() == 0);
        List<Checkout> all = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            all.add(pool.checkOut(null, ofSeconds(10)));
        }
        assertThat(all.stream().map(mine -> ((Loan) mine).driver())).doesNotHaveDuplicates();
        assertThat(pool.snapshot())
                .extracting(PoolSnapshot::checkedOut, PoolSnapshot::abandoned)
                .containsExactly(4, 0);
        all.forEach(Checkout::close);
        pool.close(ofSeconds(10));
        assertThat(driver.open()).isZero();
        assertThat(driver.most()).isLessThanOrEqualTo(SLOTS + 1);
        System.out.printf(
                "figures: waits that ended early: %,d timed out, %,d interrupted (platform), %,d interrupted (virtual),"
                        + " %,d cancelled, beside %,d served, %d connections opened, in %.1f s: none lost, none lent twice%n",
                timedOut.get(),
                interrupted.get(),
                interruptedVirtual.get(),
                cancelled.get(),
                served.get(),
                driver.opened(),
                (System.nanoTime() - began) / 1e9);
    }

    @Test
    void lose_and_double_no_connection() throws Exception {
        nothingIsLostAndNothingLentTwice(10_000);
    }

    @Test
    @Tag("full")
    void lose_and_double_no_connection_a_million_times() throws Exception {
        nothingIsLostAndNothingLentTwice(1_000_000);
    }
}
