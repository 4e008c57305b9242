package dev.aludel.pool;

import static java.util.Objects.requireNonNull;

import dev.aludel.testkit.SeededScheduler;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One drawn schedule: several servers that answer, refuse, hang and hear no interrupt, and searches among them that
/// may
/// be given up. All of it follows from the seed.
final class HostsSchedule {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    /// When whoever searches is given up: with time for all servers, or with little.
    private static final long[] LIMITS = {3 * SECOND, 400 * MILLISECOND};

    private static final List<Role> ROLES = List.of(Role.values());

    /// How a server is to whoever connects.
    private enum Health {
        GOOD,
        SLOW,
        REFUSES,
        HANGS,
        DEAF,
        ODD
    }

    private static final List<Health> HEALTH = List.of(Health.values());

    /// Plays seeds, for callers that know the pool of another class loader only.
    public static final class Player implements LongFunction<SeededScheduler> {
        @Override
        public SeededScheduler apply(long seed) {
            return new HostsSchedule(seed).play();
        }
    }

    private final SeededScheduler scheduler;
    private final SplittableRandom random;
    private final Hosts hosts;
    private final List<Site> sites = new ArrayList<>();
    private final List<Wire> open = new ArrayList<>();
    private final Map<Thread, Thread> searchers = new HashMap<>();
    private final Map<Thread, Integer> calls = new HashMap<>();
    private final long limit;
    private final boolean punctual;
    private final boolean isShortOfThreads;

    HostsSchedule(long seed) {
        scheduler = new SeededScheduler(seed);
        SwitchPoints.use(scheduler);
        random = scheduler.random();
        punctual = random.nextBoolean();
        if (punctual) {
            scheduler.punctual();
        }
        isShortOfThreads = random.nextInt(8) == 0;
        limit = LIMITS[random.nextInt(LIMITS.length)];
        Scheduling scheduling = new Scheduling(
                scheduler, scheduler::parkNanos, scheduler::unpark, this::execute, new Random(seed), Deadlines.NEAR);
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            sites.add(new Site(HEALTH.get(random.nextInt(HEALTH.size())), random.nextBoolean()));
        }
        List<Host> all = sites.stream()
                .map(site -> new Host("host", site::connect, scheduling.ticker()))
                .toList();
        hosts = new Hosts(all, ROLES.get(random.nextInt(ROLES.size())), HostsSchedule::isReplica, scheduling, limit);
        int callers = 1 + random.nextInt(3);
        for (int i = 0; i < callers; i++) {
            int number = i;
            scheduler.spawn("caller " + i, () -> search("watchdog " + number));
        }
    }

    SeededScheduler play() {
        scheduler.run();
        check(open.stream().allMatch(wire -> wire.isHeld), "a connection that nobody has stays open");
        check(calls.values().stream().allMatch(count -> count == 0), "a thread is still with a server");
        return scheduler;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private void execute(Runnable task) {
        if (isShortOfThreads && random.nextInt(3) == 0) {
            throw new RejectedExecutionException("no thread to be had");
        }
        Thread searcher = Thread.currentThread();
        scheduler.execute(() -> {
            searchers.put(Thread.currentThread(), searcher);
            task.run();
        });
    }

    private void search(String watchdog) {
        scheduler.parkNanos(random.nextInt(3) * (400 * MILLISECOND));
        long began = scheduler.getAsLong();
        Thread me = Thread.currentThread();
        boolean[] done = new boolean[1];
        boolean[] givenUp = new boolean[1];
        long patience = random.nextInt(4) == 0 ? random.nextLong(limit) : limit;
        scheduler.spawn(watchdog, () -> {
            sleep(patience);
            if (!done[0]) {
                givenUp[0] = true;
                me.interrupt();
            }
        });
        try {
            Connection found = hosts.connect();
            done[0] = true;
            taken((Wire) Proxy.getInvocationHandler(found));
        } catch (SQLException | RuntimeException e) {
            done[0] = true;
            check(calls.getOrDefault(me, 0) == 0, "a search failed while a thread of it is with a server");
            check(givenUp[0] || !mustFind(), "a search failed though a good server has the role: " + e);
            check(!givenUp[0] || Thread.interrupted(), "the interrupt is lost");
        }
        boolean bounded = punctual && sites.stream().noneMatch(site -> site.health == Health.DEAF);
        long took = scheduler.getAsLong() - began;
        check(!bounded || took <= limit, "a search took longer than it may");
        check(
                givenUp[0] || !mustFind() || took <= sites.size() * Host.PATIENCE,
                "a search waited for a server though another was there");
    }

    private void taken(Wire wire) {
        check(!wire.isClosed, "a closed connection was found");
        check(!wire.isHeld, "a connection was found twice");
        check(hosts.role.takes(wire.site.replica), "a connection has the wrong role");
        wire.isHeld = true;
    }

    private boolean mustFind() {
        return punctual
                && !isShortOfThreads
                && sites.stream().anyMatch(site -> site.health == Health.GOOD && hosts.role.takes(site.replica));
    }

    private void sleep(long nanos) {
        try {
            scheduler.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReplica(Connection connection) throws SQLException {
        Wire wire = (Wire) Proxy.getInvocationHandler(connection);
        wire.site.call();
        return wire.site.replica;
    }

    /// One server.
    private final class Site {
        final Health health;
        final boolean replica;

        Site(Health health, boolean replica) {
            this.health = health;
            this.replica = replica;
        }

        Connection connect() throws SQLException {
            call();
            Wire wire = new Wire(this);
            open.add(wire);
            return wire.connection;
        }

        /// Takes the time that the server takes, or fails.
        void call() throws SQLException {
            Thread searcher = searchers.getOrDefault(Thread.currentThread(), Thread.currentThread());
            calls.merge(searcher, 1, Integer::sum);
            try {
                scheduler.pause("call");
                behave();
            } finally {
                calls.merge(searcher, -1, Integer::sum);
            }
        }

        private void behave() throws SQLException {
            switch (health) {
                case GOOD -> waitFor(random.nextInt(20) * MILLISECOND, false);
                case SLOW -> waitFor(random.nextInt(1_200) * MILLISECOND, false);
                case REFUSES -> throw new SQLException("nobody listens", "08001");
                case HANGS -> waitFor(60 * SECOND, false);
                case DEAF -> waitFor(random.nextInt(8_000) * MILLISECOND, true);
                case ODD -> throw new IllegalStateException("a driver may throw anything");
            }
        }

        private void waitFor(long nanos, boolean deaf) throws SQLException {
            boolean interrupted = false;
            long end = scheduler.getAsLong() + nanos;
            for (long left = nanos; left > 0; left = end - scheduler.getAsLong()) {
                if (!deaf && Thread.currentThread().isInterrupted()) {
                    throw new SQLException("interrupted", "08001");
                }
                interrupted |= deaf && Thread.interrupted();
                scheduler.parkNanos(left);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// One connection.
    private final class Wire implements InvocationHandler {
        final Site site;
        final Connection connection = (Connection)
                Proxy.newProxyInstance(HostsSchedule.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
        boolean isClosed;
        boolean isHeld;

        Wire(Site site) {
            this.site = site;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws SQLException {
            return switch (method.getName()) {
                case "close" -> {
                    close();
                    yield null;
                }
                case "equals" -> self.equals(requireNonNull(arguments)[0]);
                case "hashCode" -> System.identityHashCode(self);
                default -> throw new AssertionError("a search calls " + method.getName());
            };
        }

        private void close() throws SQLException {
            check(!isClosed, "a connection is closed twice");
            check(!isHeld, "a connection that somebody has is closed");
            isClosed = true;
            scheduler.pause("close");
            open.remove(this);
            if (random.nextInt(8) == 0) {
                throw new SQLException("close failed", "08006");
            }
        }
    }
}
