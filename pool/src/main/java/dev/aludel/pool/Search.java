package dev.aludel.pool;

import dev.aludel.pool.Host.Standing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One round over several servers, for one connection.
///
/// Each server is tried on a thread of its own. One that has not answered within [Host#PATIENCE] is overtaken
/// by the next, and may still win; of what comes later the connections are closed. Where a replica is preferred,
/// a primary that answered is taken once the replicas had that time; those that are suspect are not asked then.
/// A search that finds nothing waits for its threads, so that calls that never come back are as many as the
/// pool's [Zombies] at most.
final class Search {
    /// That of a server which takes no writes.
    private static final String READ_ONLY = "25006";

    private final Hosts hosts;
    private final Scheduling scheduling;
    private final Thread searcher = Thread.currentThread();
    private final List<Visit> visits = new ArrayList<>();
    private final long began;

    Search(Hosts hosts) {
        this.hosts = hosts;
        this.scheduling = hosts.scheduling;
        this.began = scheduling.now();
    }

    /// What came of one server.
    private sealed interface Result {
        /// Returns what was opened and is still open.
        default @Nullable Connection connection() {
            return null;
        }

        record Fit(Connection connection) implements Result {}

        record WrongRole(@Nullable Connection connection) implements Result {}

        record Failed(Throwable error) implements Result {}

        /// Nobody waits for it any more, or it was taken.
        record Over() implements Result {}
    }

    /// @throws NoHostException if none would do
    /// @throws SQLException    what the only one there is threw
    Connection find(List<Host> order) throws SQLException {
        try {
            return visitAll(order);
        } catch (Throwable e) { // what is opened from now on has no owner
            abandon();
            throw e;
        }
    }

    private Connection visitAll(List<Host> order) throws SQLException {
        int hostsLeft = order.size();
        for (Host host : order) {
            long patience = patience(hostsLeft--);
            if (!hasSecondBest() || host.standing() == Standing.GOOD) {
                Connection found = visit(host, order.size() == 1, patience);
                if (found != null) {
                    return found;
                }
            }
        }
        Connection found = await(left(), () -> hasSecondBest() || isOver());
        return found == null ? secondBest() : found;
    }

    private @Nullable Connection visit(Host host, boolean isAlone, long patience) throws SQLException {
        Visit visit = new Visit(host);
        visits.add(visit);
        if (isAlone) {
            visit.run();
        } else {
            scheduling.execute(visit);
        }
        Connection found = await(patience, visit::isSettled);
        if (found == null) {
            visit.overtake();
        }
        return found;
    }

    /// Leaves each of the hosts its share of the time.
    private long patience(int hostsLeft) {
        return Math.min(Host.PATIENCE, left() / hostsLeft);
    }

    private long left() {
        return began + hosts.limit - scheduling.now();
    }

    private boolean isOver() {
        return visits.stream().allMatch(Visit::isSettled);
    }

    /// Waits until there is a connection, something is true, or the time is up.
    private @Nullable Connection await(long nanos, BooleanSupplier condition) throws SQLException {
        long end = scheduling.now() + nanos;
        while (true) {
            boolean over = condition.getAsBoolean();
            Connection found = take();
            long left = end - scheduling.now();
            if (found != null || over || left <= 0) {
                return found;
            }
            if (searcher.isInterrupted()) { // the attempt was given up
                throw refusal();
            }
            scheduling.park().accept(left);
        }
    }

    private @Nullable Connection take() {
        for (Visit visit : visits) {
            if (visit.result.get() instanceof Result.Fit fit) {
                hosts.found(visit.host);
                return handOver(visit, fit.connection());
            }
        }
        return null;
    }

    private boolean hasSecondBest() {
        return visits.stream().anyMatch(visit -> visit.secondBest() != null);
    }

    /// Returns the primary where a replica was preferred, or says why there is no connection.
    private Connection secondBest() throws SQLException {
        for (Visit visit : visits) {
            Connection connection = visit.secondBest();
            if (connection != null) {
                return handOver(visit, connection);
            }
        }
        throw refusal();
    }

    private Connection handOver(Visit visit, Connection connection) {
        visit.result.set(new Result.Over());
        abandon();
        return connection;
    }

    private SQLException refusal() throws SQLException {
        List<Throwable> failures = visits.stream()
                .map(visit -> visit.result.get())
                .filter(Result.Failed.class::isInstance)
                .map(result -> ((Result.Failed) result).error())
                .toList();
        if (visits.size() == 1 && failures.size() == 1) {
            throwAsIs(failures.getFirst());
        }
        String text = "no " + hosts.role.sought + " among " + visits.size() + ": "
                + String.join("; ", visits.stream().map(Visit::refusal).toList());
        String state = state(failures);
        abandon();
        awaitReturn();
        NoHostException refusal = new NoHostException(text, state, failures.isEmpty() ? null : failures.getFirst());
        failures.stream().skip(1).forEach(refusal::addSuppressed);
        return refusal;
    }

    private static void throwAsIs(Throwable error) throws SQLException {
        switch (error) {
            case SQLException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException("the driver threw what it has not declared", error);
        }
    }

    /// If all failed in the same way, that is how the search failed. If none did, all are replicas where a primary is
    /// wanted, or the other way round.
    private String state(List<Throwable> failures) {
        if (failures.isEmpty() && hosts.role == Role.PRIMARY && visits.stream().allMatch(Visit::isWrong)) {
            return READ_ONLY;
        }
        List<String> states = failures.stream()
                .map(error -> error instanceof SQLException e ? e.getSQLState() : null)
                .map(state -> Objects.requireNonNullElse(state, ""))
                .distinct()
                .toList();
        boolean alike = failures.size() == visits.size()
                && states.size() == 1
                && !states.getFirst().isEmpty();
        return alike ? states.getFirst() : "08001";
    }

    /// Closes what was opened besides, and interrupts who is still with a server.
    private void abandon() {
        visits.forEach(Visit::abandon);
    }

    private void awaitReturn() {
        boolean interrupted = Thread.interrupted(); // or it could not park
        while (!visits.stream().allMatch(visit -> visit.returned)) {
            scheduling.park().accept(Growth.OVERDUE);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            searcher.interrupt();
        }
    }

    private void closeElsewhere(Connection connection) {
        try {
            scheduling.execute(() -> close(connection));
        } catch (Throwable e) { // whatever an executor throws, nothing stays open
            close(connection);
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (Throwable e) {
                // it was of no use to anybody
            }
        }
    }

    /// Whether whoever went to a server is back, and if not, whether that takes too long.
    private enum Stay {
        AWAY,
        OVERDUE,
        BACK
    }

    /// One server, visited for one search.
    private final class Visit implements Runnable {
        final Host host;
        final AtomicReference<@Nullable Result> result = new AtomicReference<>();
        private final AtomicReference<Stay> stay = new AtomicReference<>(Stay.AWAY);
        volatile boolean returned;
        private volatile @Nullable Thread worker;

        Visit(Host host) {
            this.host = host;
        }

        boolean isSettled() {
            return result.get() != null;
        }

        boolean isWrong() {
            return result.get() instanceof Result.WrongRole;
        }

        @Nullable
        Connection secondBest() {
            return result.get() instanceof Result.WrongRole wrong ? wrong.connection() : null;
        }

        /// The next one is tried: others are not to wait for this host meanwhile.
        void overtake() {
            if (stay.compareAndSet(Stay.AWAY, Stay.OVERDUE)) {
                host.addOverdue();
            }
        }

        private void back() {
            if (stay.getAndSet(Stay.BACK) == Stay.OVERDUE) {
                host.removeOverdue();
            }
        }

        @Override
        public void run() {
            worker = Thread.currentThread();
            try {
                connect();
            } finally {
                worker = null;
                returned = true;
                wake();
            }
        }

        private void connect() {
            Connection connection = null;
            try {
                if (isSettled()) { // given up before it began
                    back();
                    return;
                }
                connection = host.connect();
                if (hosts.wants(connection)) {
                    host.proved(Standing.GOOD);
                    settle(new Result.Fit(connection), connection);
                } else {
                    boolean keep = hosts.role == Role.PREFER_REPLICA;
                    host.proved(keep ? Standing.SECOND_BEST : Standing.SUSPECT);
                    settle(new Result.WrongRole(keep ? connection : null), connection);
                }
            } catch (Throwable e) { // a driver may throw anything: another server may still do
                host.proved(Standing.SUSPECT);
                settle(new Result.Failed(e), connection);
            }
        }

        /// What is not handed over is closed; this may take long, so the result comes first.
        private void settle(Result mine, @Nullable Connection connection) {
            back();
            boolean wanted = result.compareAndSet(null, mine);
            wake();
            if (!wanted || mine.connection() == null) {
                close(connection);
            }
        }

        private void wake() {
            scheduling.unpark().accept(searcher);
        }

        void abandon() {
            Result before = result.getAndSet(new Result.Over());
            Thread busy = worker;
            if (before == null && busy != null) {
                busy.interrupt();
            }
            Connection left = before == null ? null : before.connection();
            if (left != null) {
                closeElsewhere(left);
            }
        }

        /// Returns what is wrong with the server.
        String refusal() {
            return switch (result.get()) {
                case Result.WrongRole wrong -> host + (hosts.role == Role.PRIMARY ? " is a replica" : " is no replica");
                case Result.Failed failed -> host + " failed with " + Text.kind(failed.error());
                case Result.Fit fit -> host + " came too late";
                case Result.Over over -> host + " came too late";
                case null -> host + Text.format(" has not answered within %.2f s", (scheduling.now() - began) / 1e9);
            };
        }
    }
}
