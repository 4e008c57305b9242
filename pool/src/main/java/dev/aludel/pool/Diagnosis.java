package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a caller got no connection. One record per cause that the pool can tell apart.
///
/// Seconds are connection-seconds: one connection, held for one second.
public sealed interface Diagnosis {
    /// Returns how sure this is.
    Confidence confidence();

    /// Returns what to do about it. It never proposes to split a transaction without saying what that makes final.
    String remedy();

    /// What one label and line of code used.
    ///
    /// @param label   who, or null if the checkouts carried no label
    /// @param site    the line that checked out, as `Trips.holds(Trips.java:47)`, or null if it was not recorded
    /// @param seconds connection-seconds within the wait
    record Share(@Nullable String label, @Nullable String site, double seconds) {}

    /// Connections were held while their holders did something else than SQL.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    record HeldOutsideSql(double capacity, double outsideSql, List<Share> shares, Confidence confidence, String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public HeldOutsideSql {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were busy in the database. Whether the statements are slow or wait for a lock is not known here.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    record InDatabase(double capacity, double inSql, List<Share> shares, Confidence confidence, String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public InDatabase {
            shares = List.copyOf(shares);
        }
    }

    /// Not every connection was open: they are still being opened, or cannot be. It is certain if there was a failure,
    /// and not all are open by now.
    ///
    /// @param open        connections that are open
    /// @param limit       connections that the pool may have
    /// @param connecting  connections on their way
    /// @param lastFailure the class and SQLState of the last failure to connect, or null if there was none
    record NotConnected(
            int open, int limit, int connecting, @Nullable String lastFailure, String remedy) implements Diagnosis {
        @Override
        public Confidence confidence() {
            return lastFailure == null || open >= limit ? Confidence.LIKELY : Confidence.CERTAIN;
        }
    }

    /// Somebody has called [Pool#suspend], and nobody [Pool#resume] since.
    ///
    /// @param time since when
    record Suspended(Duration time) implements Diagnosis {
        @Override
        public Confidence confidence() {
            return Confidence.CERTAIN;
        }

        @Override
        public String remedy() {
            return "call resume() on the pool when what it was suspended for is done";
        }
    }

    /// Nothing can be concluded.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param inSql      how many of them were spent in SQL
    /// @param unseen     how many were held after an `unwrap`, so that nobody saw what for
    record Unknown(double capacity, double outsideSql, double inSql, double unseen) implements Diagnosis {
        @Override
        public Confidence confidence() {
            return Confidence.UNKNOWN;
        }

        @Override
        public String remedy() {
            return unseen > outsideSql + inSql
                    ? "leave the driver's own connection alone where JDBC's will do: what is done through it is not seen"
                    : "look at the holders below, and at pool.usage() over a longer time";
        }
    }
}
