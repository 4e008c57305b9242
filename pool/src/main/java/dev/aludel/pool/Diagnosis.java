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

    /// Who has a connection waits for another resource, such as a thread of an executor, while those
    /// who have that wait for a connection. A larger pool does not cure it while it has fewer
    /// connections than there is work under way.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param holders    who has a connection now
    /// @param idle       how many of them no thread works for: it has ended, is idle, or waits for this
    ///               pool itself
    /// @param waiting    who waits for a connection now
    /// @param enough     from how many connections on a larger pool would help, as far as is seen: for
    ///               all of these
    record HoldAndWait(
            double capacity,
            double outsideSql,
            List<Share> shares,
            int holders,
            int idle,
            int waiting,
            int enough,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public HoldAndWait {
            shares = List.copyOf(shares);
        }
    }

    /// Who has a connection waits for a second one of the same pool, and so on all around.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param holders    who has a connection now
    /// @param nested     how many of them wait for another
    /// @param waiting    who waits for a connection now
    /// @param enough     with how many connections those who have one or want one could not stand
    ///               still: one for each of their threads, and one more
    record CircularWait(
            double capacity,
            double outsideSql,
            List<Share> shares,
            int holders,
            int nested,
            int waiting,
            int enough,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public CircularWait {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were not returned by threads that have ended.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param left       how many of the connections have lost their thread
    /// @param longest    for how long nobody has used the quietest of them
    record Leaked(
            double capacity,
            double outsideSql,
            List<Share> shares,
            int left,
            Duration longest,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public Leaked {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were held in transactions that have done nothing for long.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param idle       how many have a transaction open, and have run no SQL for five seconds
    /// @param longest    for how long the quietest of them has not
    record IdleInTransaction(
            double capacity,
            double outsideSql,
            List<Share> shares,
            int idle,
            Duration longest,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public IdleInTransaction {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were busy in the database. Whether the statements are slow or wait for locks could not be seen.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    /// @param notSeen  why not
    record InDatabase(
            double capacity, double inSql, List<Share> shares, String notSeen, Confidence confidence, String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public InDatabase {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were busy in the database, with statements that wait for no lock.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    /// @param running  how many connections were in SQL when the server was looked at
    /// @param sql      the statement that most of them run, without values, or null if it is not known
    /// @param longest  for how long the oldest of these has been running
    record SlowSql(
            double capacity,
            double inSql,
            List<Share> shares,
            int running,
            @Nullable String sql,
            Duration longest,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public SlowSql {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were busy in the database, with statements that wait for locks which another client
    /// has.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    /// @param running  how many connections were in SQL when the server was looked at
    /// @param blocked  how many of them wait, in the end, for this one client
    /// @param id       the server's number for the one that has the locks and waits for none; 0 is a
    ///               prepared transaction
    /// @param blocker  what it does, or null if the server does not show it
    record LockedByOther(
            double capacity,
            double inSql,
            List<Share> shares,
            int running,
            int blocked,
            long id,
            @Nullable Backend blocker,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public LockedByOther {
            shares = List.copyOf(shares);
        }
    }

    /// Connections were busy in the database, with statements that wait for locks which another
    /// connection of this pool has.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    /// @param running  how many connections were in SQL when the server was looked at
    /// @param blocked  how many of them wait, in the end, for this one
    /// @param blocker  who has the locks and waits for none
    record LockedByOwn(
            double capacity,
            double inSql,
            List<Share> shares,
            int running,
            int blocked,
            Holder blocker,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public LockedByOwn {
            shares = List.copyOf(shares);
        }
    }

    /// Not every connection was open: opening them takes long, or fails. It is certain if there was a
    /// failure, and not all are open by now.
    sealed interface NotConnected extends Diagnosis {
        /// Returns what is open and on its way.
        Connects connects();

        @Override
        default Confidence confidence() {
            boolean certain = connects().lastFailure() != null
                    && connects().open() < connects().limit();
            return certain ? Confidence.CERTAIN : Confidence.LIKELY;
        }
    }

    /// Connections that are open, and attempts to open more.
    ///
    /// @param open        connections that are open
    /// @param limit       connections that the pool may have
    /// @param connecting  connections on their way
    /// @param phases      where those on their way are that can be seen
    /// @param failed      attempts that failed for this reason during the wait, as far as the last 32
    ///               show
    /// @param lastFailure the class and SQLState of the last failure to connect, or null if there was
    ///               none, or one has succeeded since
    record Connects(
            int open,
            int limit,
            int connecting,
            List<ConnectPhase> phases,
            int failed,
            @Nullable String lastFailure) {
        /// Copies the phases.
        public Connects {
            phases = List.copyOf(phases);
        }
    }

    /// Connecting takes longer than callers wait.
    record ConnectSlow(Connects connects, String remedy) implements NotConnected {}

    /// The server's name cannot be resolved.
    record HostUnknown(Connects connects, String remedy) implements NotConnected {}

    /// Nobody listens at the server's address.
    record ConnectionRefused(Connects connects, String remedy) implements NotConnected {}

    /// The server cannot be reached: the network does not lead there, or the driver does not say more.
    record Unreachable(Connects connects, String remedy) implements NotConnected {}

    /// The server, or what lies before it, does not answer.
    record NoAnswer(Connects connects, String remedy) implements NotConnected {}

    /// Client and server do not agree on TLS.
    record TlsFailed(Connects connects, String remedy) implements NotConnected {}

    /// The server refuses user or password.
    record LoginRefused(Connects connects, String remedy) implements NotConnected {}

    /// The server has no such database.
    record NoDatabase(Connects connects, String remedy) implements NotConnected {}

    /// The server, the database or the user has as many connections as it may have.
    record ServerFull(Connects connects, String remedy) implements NotConnected {}

    /// The server is starting up or shutting down.
    record ServerStarting(Connects connects, String remedy) implements NotConnected {}

    /// Connections cannot be opened for another reason: see the cause of the error.
    record ConnectFailed(Connects connects, String remedy) implements NotConnected {}

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
