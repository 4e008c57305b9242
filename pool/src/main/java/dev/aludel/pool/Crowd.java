package dev.aludel.pool;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.aludel.pool.ServerView.NotKnown;
import dev.aludel.pool.ServerView.Refused;
import dev.aludel.pool.ServerView.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Those with whom a pool shares a server that has no connection left.
///
/// Such a server cannot be asked over a connection that is opened for it. So one of the pool's own is
/// used, on its way between two borrowers, and on no borrower's thread: see [Attempt].
final class Crowd {
    /// For how long after a refusal the server counts as full.
    static final long LASTS = TimeUnit.MINUTES.toNanos(1);

    /// How long there is between two looks.
    static final long APART = TimeUnit.SECONDS.toNanos(5);

    /// How long each of the two questions may take, as the server is told.
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /// After which time a server that did not heed that is not waited for.
    private static final int SILENCE_MILLIS = 2_000;

    private static final Executor DIRECT = Runnable::run;

    private final Config config;
    private final Line line;
    private final Supplier<Server> server;
    private final PoolerWatch pooler;
    private final AtomicBoolean wanted = new AtomicBoolean();

    /// Connections that are looked over.
    private final AtomicInteger underWay = new AtomicInteger();

    private volatile long refusedAt;

    /// Whether it has given none since.
    private volatile boolean full;

    private volatile long nextLook;
    private volatile @Nullable Done last;

    private record Done(long at, Occupancy seen) {}

    Crowd(Config config, Line line, Supplier<Server> server, PoolerWatch pooler) {
        this.config = config;
        this.line = line;
        this.server = server;
        this.pooler = pooler;
    }

    /// The server has refused a connection, as it has none left, or a pooler before it has.
    void refused(long now, ConnectTrouble trouble) {
        refusedAt = now;
        full = true;
        if (trouble == ConnectTrouble.SERVER_FULL && now - nextLook >= 0 && mayAsk()) {
            nextLook = now + APART;
            wanted.set(true);
        }
    }

    /// Behind a pooler the server's sessions cannot be told to be the pool's.
    private boolean mayAsk() {
        return config.diagnosticConnection() && !pooler.isBetween() && isKnown();
    }

    private boolean isKnown() {
        return !(server.get() instanceof OtherServer || server.get() instanceof SqliteServer);
    }

    /// Returns whether the server has refused a connection a moment ago, as it had none left.
    boolean isFelt(long now) {
        return refusedAt != 0 && now - refusedAt <= LASTS;
    }

    /// Returns whether it was the last that it did, so that none can be opened to look at it.
    boolean isFull(long now) {
        return full && now - refusedAt <= APART;
    }

    /// The server gave a connection: it needs no look.
    void gave() {
        full = false;
        if (wanted.get()) {
            wanted.set(false);
        }
    }

    /// Returns whether the next connection that comes back is to be looked over.
    boolean wantsLook() {
        return wanted.get();
    }

    /// Takes it upon the caller to look.
    ///
    /// @return whether he has to; then [#ended] has to follow
    boolean claim() {
        if (!wanted.get() || !wanted.compareAndSet(true, false)) {
            return false;
        }
        underWay.incrementAndGet();
        return true;
    }

    void ended() {
        underWay.decrementAndGet();
    }

    /// Returns whether a connection is looked over, which then can be lent.
    boolean looks() {
        return underWay.get() > 0;
    }

    /// Has the server looked at over a connection that nobody has, and which is in auto-commit.
    ///
    /// @return whether it may be lent: not if a call was cut, or left a transaction, since nobody knows
    ///         what is still to come on it
    boolean look(Connection connection) {
        boolean fit = false;
        Occupancy seen = Occupancy.unseen("there was no memory to look");
        try {
            seen = bounded(connection);
            TransactionState state = server.get().transactionState(connection);
            fit = state == TransactionState.NONE || state == TransactionState.UNKNOWN;
        } catch (SQLException | RuntimeException | LinkageError e) {
            seen = Occupancy.unseen("it could not be asked (" + Text.kind(e) + ")");
        } finally {
            long now = config.scheduling().now();
            nextLook = now + (fit ? APART : LASTS); // what costs a connection is not done often
            last = new Done(now, seen);
        }
        return fit;
    }

    private Occupancy bounded(Connection connection) throws SQLException {
        int before;
        try {
            before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(DIRECT, SILENCE_MILLIS);
        } catch (SQLException | RuntimeException | LinkageError e) {
            return unbounded(e);
        }
        Occupancy seen = occupancy(connection);
        connection.setNetworkTimeout(DIRECT, before);
        return seen;
    }

    /// Where a driver has no network timeout nothing is asked, and nothing was sent that would cost the connection.
    private static Occupancy unbounded(Throwable e) throws SQLException {
        if (e instanceof SQLException thrown && !Limits.isPlainRefusal(thrown)) {
            throw thrown;
        }
        return Occupancy.unseen(
                "its driver has no network timeout, without which it is not asked (" + Text.kind(e) + ")");
    }

    private Occupancy occupancy(Connection connection) throws SQLException {
        return switch (server.get().limitsInPassing(connection, LIMIT)) {
            case Seen<ConnectionLimit>(List<ConnectionLimit> all, var gap) -> occupancy(reached(all), connection);
            case Refused<ConnectionLimit>(String why) -> Occupancy.unseen(why);
            case NotKnown<ConnectionLimit>() -> Occupancy.unseen("it does not tell");
        };
    }

    /// Returns the narrowest limit that is reached, or null if none is.
    private static @Nullable ConnectionLimit reached(List<ConnectionLimit> limits) {
        return limits.stream()
                .map(Crowd::withOneMore)
                .filter(it -> it.room() == 0)
                .max(comparing(ConnectionLimit::scope))
                .orElse(null);
    }

    /// The connection that looks is not counted there, but is one of the pool's.
    private static ConnectionLimit withOneMore(ConnectionLimit it) {
        return new ConnectionLimit(it.scope(), it.name(), it.limit(), it.reserved(), it.used() + 1);
    }

    private Occupancy occupancy(@Nullable ConnectionLimit limit, Connection connection) throws SQLException {
        if (limit == null) {
            return Occupancy.unseen("none of its limits was seen reached when it was asked");
        }
        ServerView<Backend> backends = server.get().activityInPassing(connection, LIMIT);
        return occupancy(limit, seen(backends), gap(backends));
    }

    private static List<Backend> seen(ServerView<Backend> backends) {
        return backends instanceof Seen<Backend>(List<Backend> all, var gap) ? all : List.of();
    }

    private static @Nullable String gap(ServerView<Backend> backends) {
        return switch (backends) {
            case Seen<Backend>(var all, String gap) -> gap;
            case Refused<Backend>(String why) -> why;
            case NotKnown<Backend>() -> "it does not tell who has them";
        };
    }

    private Occupancy occupancy(ConnectionLimit limit, List<Backend> backends, @Nullable String gap) {
        Set<Backend> ours = ours(backends);
        Map<String, Long> others = backends.stream()
                .filter(backend -> isCounted(backend, limit) && !ours.contains(backend))
                .collect(groupingBy(Crowd::name, counting()));
        int seen = 1
                + ours.size()
                + others.values().stream().mapToInt(Long::intValue).sum();
        return new Occupancy(limit, shares(others), 1 + ours.size(), Duration.ZERO, seen < limit.used() ? gap : null);
    }

    private static boolean isCounted(Backend backend, ConnectionLimit limit) {
        return switch (limit.scope()) {
            case SERVER -> true;
            case DATABASE -> backend.database().equals(limit.name());
            case USER -> backend.user().equals(limit.name());
        };
    }

    private static String name(Backend backend) {
        return backend.application().isEmpty() ? backend.user() : backend.application();
    }

    private static List<Occupancy.Share> shares(Map<String, Long> counts) {
        List<Occupancy.Share> shares = new ArrayList<>();
        counts.forEach((who, count) -> shares.add(new Occupancy.Share(who, count.intValue())));
        shares.sort(comparingInt(Occupancy.Share::connections).reversed().thenComparing(Occupancy.Share::who));
        return shares;
    }

    /// Returns what serves the connections of this pool, but for the one that looks.
    private Set<Backend> ours(List<Backend> backends) {
        long now = config.scheduling().now();
        ServerReport report = new ServerReport(backends, List.of(), List.of(), null, Duration.ZERO, List.of());
        Set<Backend> ours = new HashSet<>();
        for (Slot slot : line.slots()) {
            Backend backend = slot.state() == Slot.EMPTY
                    ? null
                    : report.serving(slot.backend, Duration.ofNanos(Math.max(0, now - slot.openedAt)));
            if (backend != null) {
                ours.add(backend);
            }
        }
        return ours;
    }

    /// Returns a diagnosis with what was seen of a server that is full; any other as it is.
    Diagnosis quotedIn(Diagnosis diagnosis, long now) {
        if (!(diagnosis instanceof NotConnected.ServerFull lacking)) {
            return diagnosis;
        }
        NotConnected.Connects connects = lacking.connects();
        return pooler.isBetween() ? behindPooler(connects) : quoting(connects, seen(connects.open(), now));
    }

    private static NotConnected.ServerFull behindPooler(NotConnected.Connects connects) {
        return new NotConnected.ServerFull(
                connects,
                Occupancy.unseen("behind a pooler the server is not asked"),
                "lower the pools' sizes, or raise the limit of the server, or of the pooler");
    }

    static NotConnected.ServerFull quoting(NotConnected.Connects connects, Occupancy seen) {
        ConnectionLimit limit = seen.limit();
        String whose = switch (limit == null ? ConnectionLimit.Scope.SERVER : limit.scope()) {
            case SERVER -> "server";
            case DATABASE -> "database";
            case USER -> "user";
        };
        return new NotConnected.ServerFull(
                connects, seen, "lower the pools' sizes, or raise the " + whose + "'s limit");
    }

    private Occupancy seen(int open, long now) {
        Done done = last;
        if (done != null && now - done.at <= LASTS) {
            return done.seen.aged(Duration.ofNanos(Math.max(0, now - done.at)));
        }
        if (!config.diagnosticConnection()) {
            return Occupancy.unseen("diagnosticConnection is off");
        }
        if (open == 0) {
            return Occupancy.unseen("this pool has no connection to ask it over");
        }
        return Occupancy.unseen(
                isKnown() ? "no connection came back to ask it over" : "of this kind of server nothing is known");
    }
}
