package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// One of several servers: how to connect to it, and whether it has lately been of use.
final class Host {
    /// How long it may take to answer before the next one is tried beside it: half of what the pool gives an attempt
    /// before it begins another ([Growth#OVERDUE]), so that one attempt mostly does.
    static final long PATIENCE = Growth.OVERDUE / 2;

    /// For how long a server that failed, or had the wrong role, is tried after all others.
    private static final long AVOIDED = TimeUnit.SECONDS.toNanos(10);

    /// What is to be expected of it, best first.
    enum Standing {
        GOOD,
        /// It answered a short while ago, but others are preferred.
        SECOND_BEST,
        /// It failed a short while ago, or had the wrong role, or keeps somebody waiting for too long.
        SUSPECT
    }

    /// What came of a visit, and when.
    private record Outcome(Standing standing, long at) {}

    /// Its address for messages, without secrets.
    final String address;

    private final ConnectionSource source;
    private final LongSupplier ticker;
    private final AtomicInteger overdue = new AtomicInteger();
    private volatile Outcome last = new Outcome(Standing.GOOD, 0);

    Host(String address, ConnectionSource source, LongSupplier ticker) {
        this.address = address;
        this.source = source;
        this.ticker = ticker;
    }

    Connection connect() throws SQLException {
        Connection connection = source.connect();
        if (connection == null) {
            throw new IllegalStateException("the connection source returned null: it must open a connection, or throw");
        }
        return connection;
    }

    /// Somebody's visit ended.
    void proved(Standing standing) {
        last = new Outcome(standing, ticker.getAsLong());
    }

    /// Somebody has been waiting for it for so long that the next one is tried.
    void addOverdue() {
        overdue.incrementAndGet();
    }

    /// One who was overdue came back.
    void removeOverdue() {
        overdue.decrementAndGet();
    }

    Standing standing() {
        if (overdue.get() > 0) {
            return Standing.SUSPECT;
        }
        Outcome known = last;
        return ticker.getAsLong() - known.at < AVOIDED ? known.standing : Standing.GOOD;
    }

    @Override
    public String toString() {
        return address;
    }
}
