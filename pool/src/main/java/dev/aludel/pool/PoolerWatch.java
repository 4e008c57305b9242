package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Whether a pooler stands between the pool and the server, what kind of, and what follows.
final class PoolerWatch {
    static final String GUIDE = "docs/guides/poolers.md";

    /// How often two connections are compared: others may use the pooler meanwhile.
    private static final int LOOKS = 3;

    /// How long a second connection is waited for, and then its answers.
    private static final Duration LIMIT = Duration.ofMillis(300);

    /// How long after a look began connections that are opened beside it wait for what is seen: long
    /// enough unless the first one's answers are slow, too.
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /// How many connections are tried, if each is lost at the question.
    private static final int TRIES = 3;

    /// Of how many thrown out of a queue it is known when.
    private static final int KEPT = 32;

    private final Config config;
    private final Logger log;
    private final Scheduling scheduling;

    /// Since when somebody looks, or 0.
    private final AtomicLong lookingSince = new AtomicLong();

    private final Queue<Thread> beside = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLongArray thrownOutAt = new AtomicLongArray(KEPT);
    private final AtomicLongArray waitedSince = new AtomicLongArray(KEPT);
    private final AtomicInteger thrownOut = new AtomicInteger();

    /// Whether all is known that ever will be.
    private volatile boolean isKnown;

    private volatile boolean between;
    private volatile boolean shares;
    private volatile @Nullable String database;
    private volatile @Nullable String user;

    PoolerWatch(Config config, Logger log) {
        this.config = config;
        this.log = log;
        this.scheduling = config.scheduling();
        this.isKnown = config.pooler() != Pooler.DETECT && config.poolerConsole() == null;
        this.shares = config.pooler() == Pooler.TRANSACTION;
        this.between = shares || config.pooler() == Pooler.SESSION || config.poolerConsole() != null;
    }

    /// Returns whether the server's sessions cannot be told to be the pool's.
    boolean isBetween() {
        return between;
    }

    /// Returns whether one transaction of a connection may have another session than the next.
    boolean sharesSessions() {
        return shares;
    }

    /// Looks at the first connection, which must be in auto-commit. Those that are opened beside it wait: what they
    /// leave in a session, and whether that may be reset, depends on what is seen.
    ///
    /// @throws SQLException if the connection is lost
    void meet(Connection opened, Server server, OptionalLong told) throws SQLException {
        if (shares && !isOfPostgres(server)) {
            doesNotHeed(server);
        }
        know(opened, server, told);
        warnOfKept();
    }

    private void know(Connection opened, Server server, OptionalLong told) throws SQLException {
        while (!isKnown) {
            if (lookingSince.compareAndSet(0, scheduling.now())) {
                lookAlone(opened, server, told);
                return;
            }
            if (!isOverInTime()) {
                return;
            }
        }
    }

    /// The pool is the one that does what borrowers are refused.
    private void warnOfKept() {
        if (shares && config.kept() != null && !warned.getAndSet(true)) {
            log.warn(
                    "{} sets each new connection, and the pooler in between gives each transaction another session: it is"
                            + " lost, or met by others. Leave it out, and give the user or the database the setting"
                            + " (ALTER ROLE … SET …); see {}",
                    config.kept(),
                    GUIDE);
        }
    }

    private static boolean isOfPostgres(Server server) {
        return "PostgreSQL".equals(server.name());
    }

    /// Else nothing would be refused and nothing be reset.
    private void doesNotHeed(Server server) {
        shares = false;
        if (!warned.getAndSet(true)) {
            log.warn(
                    "pooler TRANSACTION is not heeded, as only what is known of PostgreSQL's sessions can be refused and"
                            + " this is {}: each connection counts as a session, which is reset",
                    server.name());
        }
    }

    private boolean isOverInTime() {
        Thread self = Thread.currentThread();
        beside.add(self);
        try {
            long since = lookingSince.get();
            while (since != 0 && left(since) > 0 && !self.isInterrupted()) {
                scheduling.park().accept(left(since));
                since = lookingSince.get();
            }
            return since == 0;
        } finally {
            beside.remove(self);
        }
    }

    private long left(long since) {
        return since + PATIENCE - scheduling.now();
    }

    private void lookAlone(Connection first, Server server, OptionalLong told) throws SQLException {
        try {
            if (!isKnown) {
                learn(first, server, told);
            }
        } finally {
            lookingSince.set(0);
            beside.forEach(scheduling.unpark());
        }
    }

    /// A question that costs connection after connection is given up: the pool is to lend.
    private void learn(Connection first, Server server, OptionalLong told) throws SQLException {
        try {
            if (config.poolerConsole() != null) {
                database = PoolerConsole.database(first.getMetaData().getURL());
                user = first.getMetaData().getUserName();
            }
            if (config.pooler() == Pooler.DETECT) {
                look(first, server, told);
            }
            isKnown = shares || !Thread.currentThread().isInterrupted(); // then it was given up half-way
        } catch (SQLException e) {
            isKnown = !server.isDisconnect(e) || lost.incrementAndGet() >= TRIES;
            if (server.isDisconnect(e)) {
                throw e;
            }
            toldNothing(e);
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            isKnown = true;
            toldNothing(e);
        }
    }

    private void toldNothing(Throwable reason) {
        log.debug("Whether there is a pooler in between could not be told ({})", Text.kind(reason));
    }

    private void look(Connection first, Server server, OptionalLong told) throws SQLException {
        ServerSession session = told.isEmpty() ? null : server.session(first);
        if (session == null || session.id() == told.getAsLong()) {
            return;
        }
        between = true;
        shares = changes(first, session, server);
        log.info(
                "There is a pooler between this pool and the server{}",
                shares
                        ? ", which gives each transaction another session: what would be kept in one is refused (see "
                                + GUIDE + "; pooler(…) says otherwise)"
                        : "");
    }

    /// Two that share a session while both are open, or one that gets another, are no session's owners.
    /// A pooler that has no session left for the second one keeps it waiting: that tells nothing, nor
    /// does a server that shows none.
    private boolean changes(Connection first, ServerSession session, Server server) throws SQLException {
        long end = scheduling.now() + 2 * LIMIT.toNanos();
        Second second = new Second();
        try {
            Connection other = second.await();
            for (int i = 0; other != null && i < LOOKS; i++) {
                ServerSession its = sessionOf(other, server, end - scheduling.now());
                ServerSession again = its == null ? null : server.session(first); // so it was open all the time
                if (its == null || again == null) {
                    return false;
                }
                if (its.equals(session) || !again.equals(session)) {
                    return true;
                }
            }
            return false;
        } finally {
            second.close();
        }
    }

    private @Nullable ServerSession sessionOf(Connection second, Server server, long left) {
        try {
            if (left <= 0) {
                return null;
            }
            second.setNetworkTimeout(Runnable::run, (int) Config.millis(left));
            return server.session(second);
        } catch (SQLException | RuntimeException e) {
            log.debug("A second connection, to see what kind of pooler there is, told nothing ({})", Text.kind(e));
            return null;
        }
    }

    /// One more connection, opened in a thread of its own: where each has a session, there may be none
    /// left, and it would wait for long. It is not waited for longer than [#LIMIT], and closed whenever
    /// it comes.
    private final class Second implements Runnable {
        private final Thread waits = Thread.currentThread();
        private final AtomicReference<@Nullable Connection> opened = new AtomicReference<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Thread worker;
        private volatile boolean done;

        @Nullable
        Connection await() {
            long end = scheduling.now() + LIMIT.toNanos();
            try {
                scheduling.executor().execute(this);
            } catch (RuntimeException | OutOfMemoryError e) { // there is no thread to be had
                return null;
            }
            long left = LIMIT.toNanos();
            while (!done && left > 0 && !waits.isInterrupted()) {
                scheduling.park().accept(left);
                left = end - scheduling.now();
            }
            return opened.get();
        }

        @Override
        public void run() {
            worker = Thread.currentThread();
            try {
                opened.set(config.source().connect());
            } catch (SQLException | RuntimeException | LinkageError e) {
                log.debug("No second connection, to see what kind of pooler there is ({})", Text.kind(e));
            } finally {
                worker = null;
                done = true;
                scheduling.unpark().accept(waits);
            }
            if (over.get()) {
                close();
            }
        }

        void close() {
            over.set(true);
            Thread still = worker;
            if (still != null) {
                still.interrupt(); // it leaves the pooler's queue
            }
            Connection connection = opened.getAndSet(null);
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException | RuntimeException e) {
                    // it was nobody's
                }
            }
        }
    }

    /// Refuses what a statement would keep in its session, if the next transaction may have another one.
    void check(String sql, Lexicon lexicon, Server server) throws SQLFeatureNotSupportedException {
        if (shares && lexicon.of(sql).keeps(server)) {
            Kept kept = Kept.of(sql);
            if (kept != null) {
                throw refusal(kept);
            }
        }
    }

    /// Likewise, what a setter of JDBC would.
    void check(Kept kept) throws SQLFeatureNotSupportedException {
        if (shares) {
            throw refusal(kept);
        }
    }

    private SQLFeatureNotSupportedException refusal(Kept kept) {
        return new SQLFeatureNotSupportedException(
                "Pool '" + config.name() + "': " + kept.what
                        + " is refused: the pooler between this pool and the server gives each transaction whichever session is"
                        + " free, so it would be lost, or met by somebody else. Instead: " + kept.instead + "; see "
                        + GUIDE,
                "0A000");
    }

    /// A statement failed.
    ///
    /// @param since when it began, or 0 if that is not known
    void failed(SQLException e, long since, long now) {
        if (isThrownOut(e)) {
            int at = thrownOut.getAndIncrement() & (KEPT - 1);
            waitedSince.set(at, since == 0 ? now : since);
            thrownOutAt.set(at, now);
        }
    }

    /// PgBouncer's words, which are the name of its setting: in no other language.
    private static boolean isThrownOut(SQLException e) {
        return "08P01".equals(e.getSQLState()) && String.valueOf(e.getMessage()).contains("query_wait_timeout");
    }

    /// Returns what the pooler gave up on since an instant, and how long that had waited since then.
    PoolerReport.ThrownOut thrownOut(long from, long now) {
        int[] these = IntStream.range(0, Math.min(KEPT, thrownOut.get()))
                .filter(at -> thrownOutAt.get(at) - from >= 0 && thrownOutAt.get(at) - now <= 0)
                .toArray();
        long waited = IntStream.of(these)
                .mapToLong(at -> thrownOutAt.get(at) - (waitedSince.get(at) - from > 0 ? waitedSince.get(at) : from))
                .filter(nanos -> nanos > 0)
                .sum();
        return new PoolerReport.ThrownOut(these.length, Duration.ofNanos(waited));
    }

    @Nullable
    String database() {
        return database;
    }

    @Nullable
    String user() {
        return user;
    }
}
