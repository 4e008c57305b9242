package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/// All callers at once at a pool of 20 that has nothing open yet, where a connect takes 20 ms; each holds its
/// connection for 1 ms. Measured on new pools, after as many that only warm the JVM up.
record Burst(int callers, int rounds) implements Workload {
    private static final Duration CONNECT = Duration.ofMillis(20);
    private static final Duration HOLD = Duration.ofMillis(1);

    @Override
    public Map<String, Double> measure(Peer peer) throws Exception {
        for (int i = 0; i < rounds; i++) {
            round(peer, new Waits(), new AtomicLong());
        }
        Waits waits = new Waits();
        AtomicLong errors = new AtomicLong();
        long connects = StubDriver.connects();
        double served = 0;
        for (int i = 0; i < rounds; i++) {
            served += Waits.millis(round(peer, waits, errors));
        }
        Map<String, Double> figures = new TreeMap<>();
        waits.addTo(figures);
        figures.put("all served ms", served / rounds);
        figures.put("connects", (double) (StubDriver.connects() - connects) / rounds);
        figures.put("errors", errors.doubleValue());
        return figures;
    }

    /// Returns how long it took until the last caller was done.
    private long round(Peer peer, Waits waits, AtomicLong errors) throws Exception {
        DataSource pool = peer.create(Shape.cold(Contention.CONNECTIONS, CONNECT));
        CountDownLatch gate = new CountDownLatch(1);
        AtomicLong opened = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    gate.await();
                    call(pool, () -> waits.record(number, System.nanoTime() - opened.get()));
                } catch (SQLException | InterruptedException e) {
                    errors.incrementAndGet();
                }
            }));
        }
        opened.set(System.nanoTime());
        gate.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        long served = System.nanoTime() - opened.get();
        Peer.close(pool);
        return served;
    }

    private static void call(DataSource pool, Runnable served) throws SQLException, InterruptedException {
        try (Connection connection = pool.getConnection()) {
            served.run();
            Thread.sleep(HOLD);
            connection.clearWarnings();
        }
    }

    @Override
    public String title() {
        return "%,d callers at once, nothing open, a connect takes 20 ms".formatted(callers);
    }

    @Override
    public List<String> words() {
        return List.of("burst", Integer.toString(callers), Integer.toString(rounds));
    }
}
