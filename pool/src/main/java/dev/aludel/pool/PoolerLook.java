package dev.aludel.pool;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at a pooler in place of the server, whose sessions cannot be told to be the pool's there: asks
/// its console or, without one, tries whether a statement is answered.
final class PoolerLook {
    /// How long either may take: less than a look, so that it is known in time.
    private static final Duration LIMIT = ServerLook.BUDGET.dividedBy(2);

    private static final String HIDDEN =
            ServerReport.SERVER + "behind a pooler its sessions cannot be told to be the pool's,"
                    + " so it was not asked (diagnosticConnection is off there)";

    private final Config config;
    private final PoolerWatch watch;
    private final Scheduling scheduling;

    PoolerLook(Config config, PoolerWatch watch, Scheduling scheduling) {
        this.config = config;
        this.watch = watch;
        this.scheduling = scheduling;
    }

    ServerReport report(Server server) {
        ConnectionSource console = config.poolerConsole();
        return console == null ? tried(server) : asked(console);
    }

    private static ServerReport seen(PoolerReport.@Nullable Queue queue, @Nullable String gap) {
        List<String> gaps = new ArrayList<>(List.of(HIDDEN));
        if (gap != null) {
            gaps.add("the pooler: " + gap);
        }
        return new ServerReport(List.of(), List.of(), List.of(), queue, Duration.ZERO, gaps);
    }

    private ServerReport asked(ConnectionSource console) {
        try {
            PoolerReport.Queue queue = new PoolerConsole(console).ask(watch.database(), watch.user(), LIMIT);
            return seen(
                    queue, queue == null ? "its console shows no database of the name that this pool asks for" : null);
        } catch (SQLException | RuntimeException | LinkageError e) {
            return seen(null, "its console could not be asked (" + Text.kind(e) + ")");
        }
    }

    /// Nobody can tell from here why there is no answer: all sessions may be busy with this pool's
    /// statements, too, and a driver may send statements before a connection is open.
    private static ServerReport unanswered() {
        return seen(
                null,
                "a new client of it had no answer in time: it is paused, all its sessions are busy, the server"
                        + " does not answer it, or it is slow to let clients in");
    }

    /// Returns what is known of a look that is under way for so many nanoseconds.
    static ServerReport soFar(long taken) {
        return taken >= LIMIT.toNanos()
                ? unanswered()
                : seen(null, "whether it answers a new client was not known in time");
    }

    private ServerReport tried(Server server) {
        long began = scheduling.now();
        try (Connection connection = config.source().connect()) {
            if (connection == null) {
                return seen(null, "the connection source returned null");
            }
            connection.setNetworkTimeout(Runnable::run, (int) LIMIT.toMillis());
            server.session(connection);
            return seen(null, null);
        } catch (SQLException | RuntimeException | LinkageError e) {
            boolean isGivenUp = Thread.currentThread().isInterrupted() && scheduling.now() - began >= LIMIT.toNanos();
            return isGivenUp || isTimeout(e)
                    ? unanswered()
                    : seen(null, "a connection to try it failed (" + Text.kind(e) + ")");
        }
    }

    private static boolean isTimeout(Throwable e) {
        return e instanceof SQLTimeoutException || e.getCause() instanceof SocketTimeoutException;
    }
}
