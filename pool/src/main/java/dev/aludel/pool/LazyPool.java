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

    /// What the connections are like before a borrower changes them, as far as somebody has asked.
    private final ConcurrentMap<Attribute, Optional<Object>> usual = new ConcurrentHashMap<>();

    LazyPool(QueuePool pool) {
        this.pool = pool;
    }

    QueuePool pool() {
        return pool;
    }

    /// Returns what a connection has that nobody changed. The first time, one is checked out to be
    /// asked.
    @Nullable
    Object usual(Attribute attribute, LazyConnectionBase asking) throws SQLException {
        Optional<Object> known = usual.get(attribute);
        if (known == null) {
            try (Checkout asked = asking.lent(false)) {
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
        return handle(null, null, pool.config().timeout(), null);
    }

    @Override
    public Checkout checkOut(@Nullable String label) throws SQLException {
        return handle(null, label, pool.config().timeout(), null);
    }

    /// It is that of each connection that the handle gets.
    @Override
    public Checkout checkOut(@Nullable String label, Deadline deadline) throws SQLException {
        return handle(null, label, pool.config().timeout(), deadline);
    }

    /// As above.
    @Override
    public Checkout checkOutFor(Borrower borrower) throws SQLException {
        return handle(borrower, borrower.label(), pool.config().timeout(), borrower.deadline());
    }

    @Override
    public @Nullable Deadline deadline() {
        return pool.deadline();
    }

    @Override
    public Checkout checkOut(@Nullable String label, Duration limit) throws SQLException {
        return handle(null, label, Queueing.saturated(Queueing.checked(limit)), null);
    }

    private LazyConnectionProxy handle(
            @Nullable Borrower borrower, @Nullable String label, long timeout, @Nullable Deadline deadline)
            throws SQLException {
        pool.checkOpen();
        return new LazyConnectionProxy(this, borrower, label, timeout, deadline);
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
