package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// Callers at a pool with nothing open while the database refuses every connect at once: how long each
/// waits for its error, and whether that names the refusal.
record Down(int callers, Duration timeout) implements Workload {
    @Override
    public Map<String, Double> measure(Peer peer) throws Exception {
        round(peer, new Waits(), new AtomicLong()); // loads the classes
        Waits waits = new Waits();
        AtomicLong named = new AtomicLong();
        long connects = StubDriver.connects();
        round(peer, waits, named);
        Map<String, Double> figures = new TreeMap<>();
        waits.addTo(figures);
        figures.put("named", named.doubleValue() / callers);
        figures.put("connects", (double) (StubDriver.connects() - connects));
        return figures;
    }

    private void round(Peer peer, Waits waits, AtomicLong named) throws Exception {
        DataSource pool = peer.create(Shape.down(Contention.CONNECTIONS, timeout));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            threads.add(Thread.startVirtualThread(() -> {
                long asked = System.nanoTime();
                try (Connection connection = pool.getConnection()) {
                    throw new IllegalStateException("a database that is down has lent " + connection);
                } catch (SQLException e) {
                    waits.record(number, System.nanoTime() - asked);
                    named.addAndGet(namesRefusal(e) ? 1 : 0);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Peer.close(pool);
    }

    private static boolean namesRefusal(SQLException error) {
        return Stream.<Throwable>iterate(error, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains("connection refused"));
    }

    @Override
    public String title() {
        return "%,d callers, connects are refused, a caller's timeout is %d ms".formatted(callers, timeout.toMillis());
    }

    @Override
    public List<String> words() {
        return List.of("down", Integer.toString(callers), timeout.toString());
    }
}
