package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.FakeDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Real threads and real time: what is random is who meets whom, never what is asserted.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolUnderStressTest {
    private static final int SLOTS = 5;
    private static final Duration PATIENT = ofSeconds(30);
    private static final Duration LONGEST_RUN = ofSeconds(60);

    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool = Pool.of(settings -> settings.connections(database::connect)
            .name("stress")
            .size(3)
            .maxOverflow(2)
            .linger(ofMillis(5))
            .timeout(ofSeconds(30)));

    /// For each connection, whether somebody has it.
    private final Map<Backend, AtomicBoolean> owned = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();

    @AfterEach
    void closes() {
        pool.close(Duration.ZERO);
    }

    /// One caller: comes a number of times, waits for different lengths, sometimes breaks what it got.
    private final class Visitor implements Runnable {
        private final Random random;
        private final int visits;

        Visitor(int seed, int visits) {
            this.random = new Random(seed);
            this.visits = visits;
        }

        @Override
        public void run() {
            for (int i = 0; i < visits; i++) {
                Duration patience = patience();
                try {
                    visit(patience);
                } catch (PoolTimeoutException e) {
                    if (patience.equals(PATIENT)) { // a wake-up was lost
                        wrong.add("starved: " + e);
                    }
                } catch (SQLException e) {
                    if (!"57014".equals(e.getSQLState())) { // it was not interrupted while it waited
                        wrong.add("unexpected: " + e);
                    }
                } catch (Throwable e) {
                    wrong.add("unexpected: " + e);
                }
                boolean ignored = Thread.interrupted();
            }
        }

        private Duration patience() {
            return switch (random.nextInt(8)) {
                case 0 -> Duration.ZERO;
                case 1 -> Duration.ofNanos(random.nextInt(200_000));
                case 2, 3 -> Duration.ofNanos(random.nextInt(5_000_000));
                default -> PATIENT;
            };
        }

        private void visit(Duration patience) throws SQLException {
            try (Checkout mine = pool.checkOut("visitor", patience)) {
                use(mine);
            }
        }

        private void use(Checkout mine) throws SQLException {
            AtomicBoolean flag = owned.computeIfAbsent(Pools.backend(mine), backend -> new AtomicBoolean());
            if (!flag.compareAndSet(false, true)) {
                wrong.add("lent twice: " + mine);
            }
            try {
                work(mine.connection());
                if (random.nextInt(50) == 0) {
                    mine.invalidate(random.nextBoolean() ? new SQLException("made up", "08006") : null);
                }
                served.incrementAndGet();
            } finally {
                flag.set(false); // before it goes back
            }
        }

        private void work(Connection connection) throws SQLException {
            if (random.nextInt(4) == 0) {
                connection.setAutoCommit(false);
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            }
            if (random.nextInt(3) == 0) {
                LockSupport.parkNanos(random.nextInt(300_000));
            }
        }
    }

    private void play(int callers, int visits, int interrupts, boolean invalidate) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Thread.Builder builder = i % 4 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            threads.add(builder.name("visitor " + i).start(new Visitor(i, visits)));
        }
        Thread watcher = Thread.ofPlatform().daemon().start(() -> watch(threads));
        Random random = new Random(4711);
        for (int i = 0; i < interrupts; i++) {
            threads.get(random.nextInt(threads.size())).interrupt();
            LockSupport.parkNanos(100_000);
            if (invalidate && i % 100 == 99) {
                pool.invalidate();
            }
        }
        for (Thread thread : threads) {
            assertThat(thread.join(LONGEST_RUN))
                    .as("%s ends: %s", thread, pool.snapshot())
                    .isTrue();
        }
        watcher.join();
    }

    /// What may be seen at any time, while all is in motion.
    private void watch(List<Thread> threads) {
        long checkouts = 0;
        long timeouts = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            PoolSnapshot now = pool.snapshot();
            if (now.checkouts() < checkouts || now.timeouts() < timeouts) {
                wrong.add("a counter fell: " + now);
            }
            checkouts = now.checkouts();
            timeouts = now.timeouts();
            if (now.checkedOut() + now.idle() + now.connecting() > SLOTS || now.waiting() < 0) {
                wrong.add("out of bounds: " + now);
            }
            String text = pool.explain().text();
            if (!text.startsWith("Pool 'stress'")) {
                wrong.add(text);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private void everythingIsThere() throws SQLException {
        assertThat(wrong).isEmpty();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() + snapshot.waiting() + snapshot.connecting() == 0);
        List<Checkout> all = Pools.checkOut(pool, SLOTS);
        assertThat(all.stream().map(Pools::backend)).doesNotHaveDuplicates().allMatch(Backend::isOpen);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(SLOTS);
        all.forEach(Checkout::close);
        assertThat(database.overlaps()).isZero();
        assertThat(database.peakOpen()).isLessThanOrEqualTo(SLOTS);
        pool.close(ofSeconds(10));
        assertThat(database.open()).isZero();
        assertThat(database.opened()).isEqualTo(database.closed());
    }

    @Test
    void loses_and_doubles_no_connection_when_timeouts_and_interrupts_meet_hand_offs() throws Exception {
        play(60, 25, 500, false);

        everythingIsThere();
        assertThat(served.get()).isGreaterThan(60);
    }

    @Test
    void loses_nothing_either_while_it_is_invalidated_again_and_again() throws Exception {
        play(30, 40, 500, true);

        everythingIsThere();
    }

    @Test
    @Tag("full")
    void loses_and_doubles_no_connection_in_a_long_run() throws Exception {
        play(400, 500, 20_000, true);

        everythingIsThere();
        assertThat(served.get()).isGreaterThan(10_000);
    }

    @Test
    void starves_nobody() throws Exception {
        Pool strict =
                Pool.of(settings -> settings.connections(database::connect).size(2));
        AtomicInteger done = new AtomicInteger();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        List<Checkout> both = Pools.checkOut(strict, 2); // until all queue: who starts first would else be done first
        for (int i = 0; i < 200; i++) {
            int visitor = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int visit = 0; visit < 10; visit++) {
                    try (Checkout mine = strict.checkOut(null)) {
                        order.add(visitor);
                        work(mine);
                    } catch (SQLException e) {
                        wrong.add(e.toString());
                    }
                }
                done.incrementAndGet();
            }));
        }
        Pools.awaitSnapshot(strict, snapshot -> snapshot.waiting() == 200);
        both.forEach(Checkout::close);
        for (Thread thread : threads) {
            assertThat(thread.join(LONGEST_RUN)).isTrue();
        }

        assertThat(done.get()).isEqualTo(200);
        assertThat(wrong).isEmpty();
        assertThat(new HashSet<>(List.copyOf(order).subList(0, 300)))
                .as("who was served before anybody was for the third time; two may have a connection and not run yet")
                .hasSizeGreaterThanOrEqualTo(198);
        assertThat(strict.snapshot().checkouts()).isEqualTo(2_002);
        strict.close(ofSeconds(10));
    }

    private static void work(Checkout mine) throws SQLException {
        try (Statement statement = mine.connection().createStatement()) {
            statement.execute("select 1");
        }
    }
}
