package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// One of several servers: how to connect to it, and whether it has lately been of use.
final class Host {
    /// How long it may take to answer before the next one is tried beside it: half of what the pool gives an attempt
    /// before it begins another ([Growth#OVERDUE]), so that one attempt mostly does.
    static final long PATIENCE = Growth.OVERDUE / 2;

    /// For how long a server that failed, or had the wrong role, is tried after all others.
    private static final long AVOIDED = TimeUnit.SECONDS.toNanos(10);

    private static final long NEVER = Long.MIN_VALUE;

    /// Its address for messages, without secrets.
    final String address;

    private final ConnectionSource source;
    private final LongSupplier ticker;
    private final AtomicInteger trying = new AtomicInteger();
    private final AtomicLong avoidedSince = new AtomicLong(NEVER);
    private volatile long tryingSince;

    Host(String address, ConnectionSource source, LongSupplier ticker) {
        this.address = address;
        this.source = source;
        this.ticker = ticker;
    }

    /// Connects. Meanwhile others see how long it takes.
    Connection connect() throws SQLException {
        if (trying.getAndIncrement() == 0) {
            tryingSince = ticker.getAsLong();
        }
        try {
            Connection connection = source.connect();
            if (connection == null) {
                throw new IllegalStateException(
                        "the connection source returned null: it must open a connection, or throw");
            }
            return connection;
        } finally {
            trying.decrementAndGet();
        }
    }

    void useful() {
        avoidedSince.set(NEVER);
    }

    void useless() {
        avoidedSince.set(ticker.getAsLong());
    }

    /// Returns whether it failed a short while ago, or somebody has been trying to connect to it for so long that
    /// it counts as failed.
    boolean isSuspect() {
        long now = ticker.getAsLong();
        long avoided = avoidedSince.get();
        boolean failed = avoided != NEVER && now - avoided < AVOIDED;
        return failed || (trying.get() > 0 && now - tryingSince >= PATIENCE);
    }

    @Override
    public String toString() {
        return address;
    }
}
