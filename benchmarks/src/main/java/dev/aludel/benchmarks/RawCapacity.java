package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/// What the database can do without any pool: as many callers as there are connections, each with one of its own,
/// send the statement of the load, one after another.
record RawCapacity(String url, Duration leadIn, Duration counted) {
    /// Returns requests a second.
    double measure(long seed) throws InterruptedException {
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        SplittableRandom seeds = new SplittableRandom(seed);
        Thread[] callers = new Thread[OpenLoad.CONNECTIONS];
        long end = System.nanoTime() + leadIn.plus(counted).toNanos();
        for (int i = 0; i < callers.length; i++) {
            Arrivals works = new Arrivals(1, OpenLoad.MEAN_WORK, seeds.nextLong());
            callers[i] = Thread.ofVirtual().start(() -> call(works, end, done, failed));
        }
        Thread.sleep(leadIn);
        long before = done.sum();
        long from = System.nanoTime();
        Thread.sleep(counted);
        double rate = (done.sum() - before) * 1e9 / (System.nanoTime() - from);
        for (Thread caller : callers) {
            caller.join();
        }
        if (failed.sum() > 0) {
            throw new IllegalStateException(failed + " of the connections failed that the capacity is measured with");
        }
        return rate;
    }

    private void call(Arrivals works, long end, LongAdder done, LongAdder failed) {
        try (Connection connection = DriverManager.getConnection(url)) {
            while (System.nanoTime() < end) {
                try (PreparedStatement statement = connection.prepareStatement(Attempt.STATEMENT)) {
                    statement.setDouble(1, works.next().work());
                    statement.execute();
                }
                done.increment();
            }
        } catch (SQLException e) {
            failed.increment();
        }
    }
}
