package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a caller got no connection. One record per cause that the pool can tell apart.
///
/// Seconds are connection-seconds: one connection, held for one second.
public sealed interface Diagnosis
        permits NotConnected,
                OwnReason,
                Diagnosis.HeldOutsideSql,
                Diagnosis.HoldAndWait,
                Diagnosis.CircularWait,
                Diagnosis.Leaked,
                Diagnosis.IdleInTransaction,
                Diagnosis.EventLoop,
                Diagnosis.ResetSlow,
                Diagnosis.Churn,
                Diagnosis.Paused,
                Diagnosis.TooSmall,
                Diagnosis.Overload,
                Diagnosis.Burst,
                Diagnosis.Pooler,
                Diagnosis.InDatabase,
                Diagnosis.SlowSql,
                Diagnosis.LockedByOther,
                Diagnosis.LockedByOwn,
                Diagnosis.Suspended,
                Diagnosis.OutOfSight,
                Diagnosis.Unknown {
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
    /// @param awaited    what several of them wait for, if that is a connection of another pool; else null
    record HeldOutsideSql(
            double capacity,
            double outsideSql,
            List<Share> shares,
            @Nullable Awaited awaited,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public HeldOutsideSql {
            shares = List.copyOf(shares);
        }

        /// Of holders of whom none is known to wait for another pool.
        public HeldOutsideSql(
                double capacity, double outsideSql, List<Share> shares, Confidence confidence, String remedy) {
            this(capacity, outsideSql, shares, null, confidence, remedy);
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

    /// Another pool for whose connections holders wait.
    ///
    /// @param pool    its name
    /// @param holders how many of the holders do
    /// @param longest for how long the first of them has
    record Awaited(String pool, int holders, Duration longest) {}

    /// Who has a connection waits for a second one of the same pool, or of another whose holders wait
    /// for one of this, and so on all around.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param holders    who has a connection now
    /// @param nested     how many of them wait for another
    /// @param waiting    who waits for a connection now
    /// @param others     the other pools that it leads through, by their names; none if all of them
    ///               wait for this one
    /// @param enough     with how many connections of this pool those who have one or want one could
    ///               not stand still: one for each of their threads, and one more if some would have
    ///               two
    record CircularWait(
            double capacity,
            double outsideSql,
            List<Share> shares,
            int holders,
            int nested,
            int waiting,
            List<String> others,
            int enough,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the lists.
        public CircularWait {
            shares = List.copyOf(shares);
            others = List.copyOf(others);
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

    /// Whoever has a connection, or waits for one, blocks an event loop: what would return the connections
    /// runs on the same thread.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param outsideSql how many of them were held outside SQL
    /// @param shares     by whom, the largest first
    /// @param loop       the class of the event loop
    /// @param holders    how many who have a connection got it on such a thread
    /// @param waiting    how many wait for one on such a thread, of the first 100
    record EventLoop(
            double capacity,
            double outsideSql,
            List<Share> shares,
            String loop,
            int holders,
            int waiting,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public EventLoop {
            shares = List.copyOf(shares);
        }
    }

    /// Returning connections takes long: their transactions are ended and their state is put back then.
    ///
    /// @param capacity  connection-seconds that the pool had during the wait
    /// @param resetting how many of them returning took
    /// @param each      how long it took on the whole, or null if none has ended during the wait
    record ResetSlow(
            double capacity, double resetting, @Nullable Duration each, Confidence confidence, String remedy)
            implements Diagnosis {}

    /// Connections are closed and opened anew all the time.
    ///
    /// @param capacity   connection-seconds that the pool had during the wait
    /// @param connecting how many of them opening took
    /// @param opened     how many were opened, as far as the last 64 show
    /// @param perSecond  how many that is a second
    record Churn(double capacity, double connecting, int opened, double perSecond, Confidence confidence, String remedy)
            implements Diagnosis {}

    /// The process, or its threads, stood still: a garbage collection, a suspended machine, no processor.
    ///
    /// @param waited how long the wait was
    /// @param stood  for how much of it a thread of the pool that meant to run did not
    record Paused(Duration waited, Duration stood) implements Diagnosis {
        @Override
        public Confidence confidence() {
            return Confidence.LIKELY;
        }

        @Override
        public String remedy() {
            return "see what stopped it: the log of the garbage collector (-Xlog:gc,safepoint), a container's limit of"
                    + " processor time, a machine that was suspended or swaps; no setting of the pool helps";
        }
    }

    /// More is asked of the pool than its connections can do, though each is returned as soon as ever.
    ///
    /// @param capacity  connection-seconds that the pool had during the wait
    /// @param inSql     how many of them were spent in SQL
    /// @param shares    by whom, the largest first
    /// @param heldEach  for how long a connection is held
    /// @param usually   for how long it was when nobody waited
    /// @param needed    how many connections those would keep busy who ask, or null: that can be derived
    ///               only while ever more come than are served
    /// @param seats     how many the pool has
    /// @param room      how many more the server would take, or null if it was not seen
    record TooSmall(
            double capacity,
            double inSql,
            List<Share> shares,
            Duration heldEach,
            Duration usually,
            @Nullable Double needed,
            int seats,
            @Nullable Integer room,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public TooSmall {
            shares = List.copyOf(shares);
        }
    }

    /// The database does not do more than before, however many ask: each statement takes longer instead.
    ///
    /// @param capacity  connection-seconds that the pool had during the wait
    /// @param inSql     how many of them were spent in SQL
    /// @param shares    by whom, the largest first
    /// @param heldEach  for how long a connection is held
    /// @param usually   for how long it was when nobody waited
    /// @param perSecond how many loans a second are served
    /// @param before    how many were at most when nobody waited
    record Overload(
            double capacity,
            double inSql,
            List<Share> shares,
            Duration heldEach,
            Duration usually,
            double perSecond,
            double before,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public Overload {
            shares = List.copyOf(shares);
        }
    }

    /// Many came at once, and the caller's time was too short for them to pass; on the whole the pool suffices.
    ///
    /// @param capacity  connection-seconds that the pool had during the wait
    /// @param inSql     how many of them were spent in SQL
    /// @param shares    by whom, the largest first
    /// @param callers   how many: those served during the wait, and those who wait still
    /// @param within    how long the wait was
    /// @param busy      how many connections are busy when nobody waits
    /// @param seats     how many the pool has
    record Burst(
            double capacity,
            double inSql,
            List<Share> shares,
            int callers,
            Duration within,
            double busy,
            int seats,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public Burst {
            shares = List.copyOf(shares);
        }
    }

    /// Statements wait in a pooler between the pool and the server.
    ///
    /// @param capacity connection-seconds that the pool had during the wait
    /// @param inSql    how many of them were spent in SQL
    /// @param shares   by whom, the largest first
    /// @param running  how many connections were in SQL when the server was looked at
    /// @param active   how many statements of all clients the server ran then, or null if that is not known
    /// @param pooler   what could be told of the pooler, or null if all is told from the server
    record Pooler(
            double capacity,
            double inSql,
            List<Share> shares,
            int running,
            @Nullable Integer active,
            @Nullable PoolerReport pooler,
            Confidence confidence,
            String remedy)
            implements Diagnosis {
        /// Copies the shares.
        public Pooler {
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
    /// @param usually  for how long a loan was in SQL when nobody waited, or null if that was not seen
    record SlowSql(
            double capacity,
            double inSql,
            List<Share> shares,
            int running,
            @Nullable String sql,
            Duration longest,
            @Nullable Duration usually,
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

    /// Another pool, which is wrapped ([Explained#wrap]), gave none for reasons that are not seen from
    /// here: nothing is lent through the wrapper, or it could not open a connection.
    ///
    /// @param lent        connections that are lent through the wrapper
    /// @param trouble     what kept it from opening one, or null if its error does not tell
    /// @param lastFailure the class and SQLState of the error that tells it, or null
    record OutOfSight(
            int lent, @Nullable String trouble, @Nullable String lastFailure, Confidence confidence, String remedy)
            implements Diagnosis {}

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
