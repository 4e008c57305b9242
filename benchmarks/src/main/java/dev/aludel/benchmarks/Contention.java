package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/// Callers that check a connection out, hold it, return it and ask again at once, far more than there are
/// connections.
///
/// A hold of zero is one `Thread.yield()` with the connection in hand: no time passes, but others run.
/// Without it a virtual thread that finds a connection would never leave its carrier, and only as many
/// callers as there are carriers would run at all, whatever the pool.
///
/// A wait that the end of the window cuts off counts with what it had reached. A pool that serves a few
/// callers very fast and the rest never would have no long waits otherwise.
record Contention(int callers, boolean virtual, Duration hold, Duration warmUp, Duration window) implements Workload {
    /// How many connections the callers share.
    static final int CONNECTIONS = 20;

    @Override
    public Map<String, Double> measure(Peer peer) throws Exception {
        DataSource pool = peer.filled(CONNECTIONS);
        long start = System.nanoTime() + warmUp.toNanos();
        long end = start + window.toNanos();
        Waits waits = new Waits();
        List<Caller> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(new Caller(i, pool, hold.toNanos(), start, end, waits));
        }
        List<Thread> threads = start(all);
        sleepUntil(start);
        Work before = Work.soFar();
        sleepUntil(end);
        Work work = Work.soFar().since(before);
        Map<String, Double> figures = figures(all, waits, work);
        closeAfter(threads, pool);
        return figures;
    }

    private Map<String, Double> figures(List<Caller> all, Waits waits, Work work) {
        all.forEach(Caller::recordCutWait);
        long[] trips = all.stream().mapToLong(caller -> caller.trips.get()).toArray();
        long sum = 0;
        int none = 0;
        for (long trip : trips) {
            sum += trip;
            none += trip == 0 ? 1 : 0;
        }
        Map<String, Double> figures = new TreeMap<>();
        waits.addTo(figures);
        figures.put("trips/s", sum / (window.toNanos() / 1e9));
        figures.put("Jain", Jain.index(trips));
        figures.put("no trip", (double) none);
        figures.put("CPU ms/1000 trips", sum == 0 ? Double.NaN : Waits.millis(work.cpu()) * 1000 / sum);
        figures.put("JIT ms/1000 trips", sum == 0 ? Double.NaN : work.jitMillis() * 1000.0 / sum);
        figures.put("errors", (double)
                all.stream().mapToLong(caller -> caller.errors.get()).sum());
        return figures;
    }

    /// Virtual callers are started by a virtual thread, so that they stand in the carriers' own queues, where a
    /// caller that yields goes behind them; queued from outside, they might wait for as long as two others
    /// yield to each other.
    private List<Thread> start(List<Caller> all) {
        if (!virtual) {
            return all.stream()
                    .map(caller -> Thread.ofPlatform().daemon().start(caller))
                    .toList();
        }
        List<Thread> threads =
                all.stream().map(caller -> Thread.ofVirtual().unstarted(caller)).toList();
        Thread.startVirtualThread(() -> threads.forEach(Thread::start));
        return threads;
    }

    /// The callers end by themselves; the figures need not wait for the last of them.
    private static void closeAfter(List<Thread> threads, DataSource pool) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
                Peer.close(pool);
            } catch (Exception e) {
                throw new IllegalStateException("the pool was not closed", e);
            }
        });
    }

    private static void sleepUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    @Override
    public String title() {
        return "%,d %s threads, hold %d ms".formatted(callers, virtual ? "virtual" : "platform", hold.toMillis());
    }

    @Override
    public List<String> words() {
        return List.of(
                "contention",
                Integer.toString(callers),
                Boolean.toString(virtual),
                hold.toString(),
                warmUp.toString(),
                window.toString());
    }

    private static final class Caller implements Runnable {
        private static final long NOT_WAITING = Long.MIN_VALUE;

        private final int number;
        private final DataSource pool;
        private final long hold;
        private final long start;
        private final long end;
        private final Waits waits;
        private final AtomicLong trips = new AtomicLong();
        private final AtomicLong errors = new AtomicLong();
        private final AtomicLong since = new AtomicLong(NOT_WAITING);

        Caller(int number, DataSource pool, long hold, long start, long end, Waits waits) {
            this.number = number;
            this.pool = pool;
            this.hold = hold;
            this.start = start;
            this.end = end;
            this.waits = waits;
        }

        @Override
        public void run() {
            for (long asked = System.nanoTime(); asked - end < 0; asked = System.nanoTime()) {
                since.setOpaque(asked);
                try (Connection connection = pool.getConnection()) {
                    served(connection, asked, System.nanoTime());
                } catch (SQLException e) {
                    since.setOpaque(NOT_WAITING);
                    errors.setOpaque(errors.getOpaque() + 1);
                }
            }
        }

        private void served(Connection connection, long asked, long now) {
            if (now - end >= 0) {
                return; // recordCutWait saw it waiting
            }
            since.setOpaque(NOT_WAITING);
            if (now - start >= 0) {
                trips.setOpaque(trips.getOpaque() + 1);
                waits.record(number, now - asked);
            }
            hold(connection, now);
        }

        /// Holds the connection; the loop is for a pool that unparks its caller once too often.
        @SuppressWarnings("ThreadPriorityCheck") // the yield is what is asked of the scheduler
        private void hold(Connection connection, long now) {
            if (hold == 0) {
                Thread.yield();
                return;
            }
            for (long left = hold; left > 0; left = now + hold - System.nanoTime()) {
                LockSupport.parkNanos(connection, left);
            }
        }

        private void recordCutWait() {
            long asked = since.getOpaque();
            if (asked != NOT_WAITING) {
                waits.record(number, end - asked);
            }
        }
    }
}
