package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// A pool seen through handles that have a connection only while they need one: see [Settings#lazy].
final class LazyPool implements Pool {
    private final QueuePool pool;
    private final Duration timeout;

    /// What the connections are like before a borrower changes them, as far as somebody has asked.
    private final ConcurrentMap<Attribute, Optional<Object>> usual = new ConcurrentHashMap<>();

    LazyPool(QueuePool pool) {
        this.pool = pool;
        this.timeout = Duration.ofNanos(pool.config().timeout());
    }

    QueuePool pool() {
        return pool;
    }

    /// Returns what a connection has that nobody changed. The first time, one is checked out to be
    /// asked.
    @Nullable
    Object usual(Attribute attribute, @Nullable String label, Duration limit) throws SQLException {
        Optional<Object> known = usual.get(attribute);
        if (known == null) {
            try (Checkout asked = pool.checkOut(label, limit)) {
                known = Optional.ofNullable(attribute.of(asked.connection()));
            }
            usual.put(attribute, known);
        }
        return known.orElse(null);
    }

    @Override
    public String name() {
        return pool.name();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return handle(null, timeout);
    }

    @Override
    public Checkout checkOut(@Nullable String label) throws SQLException {
        return handle(label, timeout);
    }

    /// A handle lasts for long, and its deadline counts from when it is made: what is left then bounds each wait.
    @Override
    public Checkout checkOut(@Nullable String label, Deadline deadline) throws SQLException {
        Duration left = deadline.left();
        return checkOut(label, left.isNegative() ? Duration.ZERO : left.compareTo(timeout) < 0 ? left : timeout);
    }

    @Override
    public Checkout checkOut(@Nullable String label, Duration limit) throws SQLException {
        Queueing.checked(limit);
        return handle(label, limit);
    }

    private LazyConnectionProxy handle(@Nullable String label, Duration limit) throws SQLException {
        pool.checkOpen();
        return new LazyConnectionProxy(this, label, limit);
    }

    @Override
    public PoolSnapshot snapshot() {
        return pool.snapshot();
    }

    @Override
    public List<Usage> usage() {
        return pool.usage();
    }

    @Override
    public Explanation explain() {
        return pool.explain();
    }

    @Override
    public void invalidate() {
        pool.invalidate();
    }

    @Override
    public void resize(int size, int maxOverflow) {
        pool.resize(size, maxOverflow);
    }

    @Override
    public boolean suspend(Duration bound) {
        return pool.suspend(bound);
    }

    @Override
    public void resume() {
        pool.resume();
    }

    @Override
    public int warmUp(Duration bound) throws SQLException {
        return pool.warmUp(bound);
    }

    @Override
    public void close(Duration bound) {
        pool.close(bound);
    }

    @Override
    public int getLoginTimeout() {
        return pool.getLoginTimeout();
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
