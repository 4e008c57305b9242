package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the server what it does, shortly before a caller's time is up, over a connection of its own:
/// the pool has none to spare then.
///
/// Nobody waits for it but who asks for an explanation. One look serves all for two seconds, there is
/// one at a time, and one that takes longer than a look may is interrupted by whoever wants the next.
final class ServerLook {
    /// How long a look may take.
    static final Duration BUDGET = Duration.ofMillis(300);

    /// For how long one is good enough, and none is begun after it.
    static final long SERVES = TimeUnit.SECONDS.toNanos(2);

    private static final String APPLICATION = "aludel-diag";

    private final Config config;
    private final Scheduling scheduling;
    private final Lending lending;
    private final Supplier<Server> server;
    private final PoolerWatch pooler;
    private final LongPredicate isFull;
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    /// Who waits for one that is under way.
    private final Queue<Thread> awaiting = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Done last;

    /// @param isFull says whether the server has no connection left at a time: then it is not asked for one more
    ServerLook(Config config, Lending lending, Supplier<Server> server, PoolerWatch pooler, LongPredicate isFull) {
        this.config = config;
        this.lending = lending;
        this.scheduling = config.scheduling();
        this.server = server;
        this.pooler = pooler;
        this.isFull = isFull;
    }

    /// One that is under way.
    private static final class Running {
        final long began;
        volatile @Nullable Thread thread;

        Running(long began) {
            this.began = began;
        }
    }

    private record Done(long at, ServerReport report) {}

    /// Has the server looked at, unless it was a moment ago. Does not wait, and does not throw.
    void begin(long now) {
        Server asked = server.get();
        Done done = last;
        if (!config.diagnosticConnection()
                || !lending.isOpen()
                || asked instanceof OtherServer
                || asked instanceof SqliteServer
                || (isFull.test(now) && !pooler.isBetween())
                || (done != null && now - done.at < SERVES)) {
            return;
        }
        Running before = running.get();
        if (before != null) {
            interruptIfLate(before, now);
            return;
        }
        start(now, asked);
    }

    /// Without memory or a thread it is not seen what the server does.
    private void start(long now, Server asked) {
        try {
            Running next = new Running(now);
            if (running.compareAndSet(null, next)) {
                launch(next, asked);
            }
        } catch (OutOfMemoryError e) {
            // as above
        }
    }

    private void launch(Running next, Server asked) {
        boolean launched = false;
        try {
            scheduling.executor().execute(() -> run(next, asked));
            launched = true;
        } catch (RuntimeException | OutOfMemoryError e) {
            // as above
        } finally {
            if (!launched) {
                running.set(null);
            }
        }
    }

    /// The pool is being suspended or closed: nothing of it is to be open for long.
    void stop() {
        Running look = running.get();
        Thread thread = look == null ? null : look.thread;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void interruptIfLate(Running look, long now) {
        Thread thread = look.thread;
        if (thread != null && now - look.began > BUDGET.toNanos()) {
            thread.interrupt();
        }
    }

    private void run(Running look, Server asked) {
        look.thread = Thread.currentThread();
        try {
            last = new Done(scheduling.now(), reportOrReason(asked));
        } finally { // even without memory for what was seen
            running.set(null);
            awaiting.forEach(scheduling.unpark());
        }
    }

    private ServerReport reportOrReason(Server asked) {
        try {
            return report(asked);
        } catch (SQLException | RuntimeException | LinkageError e) { // somebody wants to know why nothing was seen
            return ServerReport.unseen("it could not be asked (" + Text.kind(e) + ")");
        }
    }

    private ServerReport report(Server asked) throws SQLException {
        return pooler.isBetween() ? new PoolerLook(config, pooler, scheduling).report(asked) : direct(asked);
    }

    private ServerReport direct(Server asked) throws SQLException {
        Connection connection = config.source().connect();
        if (connection == null) {
            return ServerReport.unseen("the connection source returned null");
        }
        try (connection) {
            connection.setNetworkTimeout(DIRECT, (int) BUDGET.toMillis());
            introduce(connection);
            List<String> gaps = new ArrayList<>();
            return new ServerReport(
                    seen(asked.activity(connection, BUDGET), "its sessions: ", gaps),
                    seen(asked.locks(connection, BUDGET), ServerReport.LOCKS, gaps),
                    seen(asked.limits(connection, BUDGET), "its limits: ", gaps),
                    null,
                    Duration.ZERO,
                    gaps);
        }
    }

    private static void introduce(Connection connection) {
        try {
            connection.setClientInfo("ApplicationName", APPLICATION);
        } catch (SQLException | RuntimeException e) {
            // it has no names for its clients
        }
    }

    private static final Executor DIRECT = Runnable::run;

    private static <T> List<T> seen(ServerView<T> view, String what, List<String> gaps) {
        switch (view) {
            case ServerView.Seen<T>(List<T> all, String gap) -> {
                if (gap != null) {
                    gaps.add(what + gap);
                }
                return all;
            }
            case ServerView.Refused<T>(String why) -> gaps.add(what + why);
            case ServerView.NotKnown<T>() -> gaps.add(what + "it does not tell");
        }
        return List.of();
    }

    /// Returns what was seen last, if that was a moment ago, or why nothing was.
    ServerReport seen(long now) {
        Done done = last;
        if (done != null && now - done.at <= SERVES) {
            return done.report.aged(Duration.ofNanos(Math.max(0, now - done.at)));
        }
        if (!config.diagnosticConnection()) {
            return ServerReport.unseen("diagnosticConnection is off");
        }
        if (server.get() instanceof OtherServer) {
            return ServerReport.unseen("of this kind nothing is known");
        }
        Running look = running.get();
        if (look != null && pooler.isBetween() && config.poolerConsole() == null) {
            return PoolerLook.soFar(now - look.began);
        }
        if (isFull.test(now) && !pooler.isBetween()) {
            return ServerReport.unseen("it has no connection left for who wants to look");
        }
        return ServerReport.unseen(look == null ? "it was not asked" : "it has not answered in time");
    }

    /// Looks, and waits for what is seen.
    ServerReport look(long now) {
        begin(now);
        Thread self = Thread.currentThread();
        awaiting.add(self);
        try {
            long end = now + BUDGET.toNanos();
            for (long left = BUDGET.toNanos(); left > 0 && isAwaited(self); left = end - scheduling.now()) {
                scheduling.park().accept(left);
            }
        } finally {
            awaiting.remove(self);
        }
        return seen(scheduling.now());
    }

    private boolean isAwaited(Thread self) {
        return running.get() != null && !self.isInterrupted();
    }
}
