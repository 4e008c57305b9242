package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Builds pools on a fake database and a clock that a test moves. After each test it checks what always
/// holds, whatever the test was about, and closes the pools.
///
/// A test must have let go of what it made hang before it ends.
final class Pools implements BeforeEachCallback, AfterEachCallback {
    final VirtualClock clock;
    final FakeDatabase database = new FakeDatabase();
    private final List<QueuePool> pools = new ArrayList<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger names = new AtomicInteger();
    private final Neighbours neighbours = new Neighbours();
    private final Map<QueuePool, PoolSnapshot> before = new HashMap<>();
    private @Nullable Canary canary;

    Pools() {
        this(new VirtualClock());
    }

    Pools(VirtualClock clock) {
        this.clock = clock;
    }

    /// Has the pools' password and token be a [Canary], which the driver tells in its errors, and looks for it after
    /// each test, and in the errors that callers get.
    Pools planted() {
        canary = new Canary();
        database.tellAll();
        return this;
    }

    /// Has the canary listen, if there is one.
    void listen() {
        if (canary != null) {
            canary.listen();
        }
    }

    /// Builds a pool with the defaults for production, but for what is configured.
    Pool pool(Consumer<Settings> configure) {
        return pool(new Settings(), configure);
    }

    Pool pool(Settings settings, Consumer<Settings> configure) {
        settings.scheduling(scheduling());
        if (canary == null) {
            settings.connections(database::connect);
        } else {
            plant(settings);
        }
        configure.accept(settings);
        Pool pool = Pool.of(settings);
        if (canary != null) {
            canary.watch(pool);
        }
        pools.add(pool instanceof LazyPool lazy ? lazy.pool() : (QueuePool) pool);
        return pool;
    }

    /// A driver is told these only if it is found by its address.
    private void plant(Settings settings) {
        try {
            DriverManager.registerDriver(database.driver());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        settings.url(database.url())
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .driverProperty("token", Canary.PASSWORD);
    }

    /// Connects as the pools do, for a source of a test's own.
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        if (canary != null) {
            properties.setProperty("user", Canary.USER);
            properties.setProperty("password", Canary.PASSWORD);
        }
        return database.connect(properties);
    }

    Scheduling scheduling() {
        return new Scheduling(
                clock, clock::parkNanos, clock::unpark, this::start, new Random(42), Long.MAX_VALUE, neighbours);
    }

    private void start(Runnable task) {
        Thread thread =
                Thread.ofVirtual().name("pool-" + names.getAndIncrement()).unstarted(task);
        threads.add(thread);
        thread.start();
    }

    /// Checks out so many connections.
    static List<Checkout> checkOut(Pool pool, int count) throws SQLException {
        List<Checkout> checkouts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            checkouts.add(pool.checkOut("holder " + i));
        }
        return checkouts;
    }

    /// Starts a caller who finds no connection, and returns when it waits.
    Caller<Checkout> waiting(String name, Pool pool) {
        return waiting(name, pool, ((QueuePool) pool).config().timeout());
    }

    Caller<Checkout> waiting(String name, Pool pool, long timeout) {
        Caller<Checkout> caller = Caller.start(name, () -> pool.checkOut(name, Duration.ofNanos(timeout)));
        clock.awaitParked(caller.thread());
        return caller;
    }

    /// Returns the database's side of a lent connection.
    static Backend backend(Checkout checkout) {
        return backend(((Loan) checkout).driver());
    }

    private static Backend backend(Connection connection) {
        try {
            return connection.unwrap(Backend.class);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits until a pool is opening, checking and closing nothing.
    static void settle(Pool pool) {
        awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);
    }

    /// Waits until the pools do nothing until time passes or somebody calls: each of their threads has
    /// ended or parked.
    void awaitQuiet() {
        Await.until(() -> isQuiet(2), clock::toString);
    }

    /// Asked twice, since who was seen parked may be woken by one who was not yet seen.
    private boolean isQuiet(int times) {
        threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        return threads.stream().allMatch(clock::isParked) && (times == 1 || isQuiet(times - 1));
    }

    static void awaitSnapshot(Pool pool, Predicate<PoolSnapshot> condition) {
        Await.until(() -> condition.test(pool.snapshot()), () -> pool.snapshot().toString());
    }

    /// Checks the invariants now, and that no counter has fallen since the last time.
    void check() {
        for (QueuePool pool : pools) {
            settle(pool);
            awaitSnapshot(pool, snapshot -> snapshot.waiting() == 0 || snapshot.idle() == 0);
            Await.until(
                    () -> pool.growth().opening() == 0,
                    () -> pool.growth().opening() + " counted as being opened, with none that is");
            PoolSnapshot now = pool.snapshot();
            assertThat(now.checkedOut() + now.idle() + now.connecting())
                    .as("connections of %s", now)
                    .isBetween(0, now.size() + now.maxOverflow());
            PoolSnapshot last = before.put(pool, now);
            if (last != null) {
                assertThat(now.checkouts()).as("checkouts").isGreaterThanOrEqualTo(last.checkouts());
                assertThat(now.timeouts()).as("timeouts").isGreaterThanOrEqualTo(last.timeouts());
            }
        }
        Await.until(() -> wrongConnections().isEmpty(), () -> wrongConnections().toString());
        assertThat(database.overlaps()).as("calls that met on one connection").isZero();
    }

    /// What the database has open is what the slots hold, each connection once, and nothing is left behind on idle
    /// ones. Asked again until it is so, since a thread of the pool may just be moving one.
    private List<String> wrongConnections() {
        List<String> wrong = new ArrayList<>();
        Set<Backend> held = new HashSet<>();
        for (QueuePool pool : pools) {
            for (Slot slot : pool.line().slots()) {
                Connection raw = slot.raw;
                if (raw != null) {
                    Backend backend = backend(raw);
                    if (!held.add(backend)) {
                        wrong.add(backend + " sits in two slots");
                    }
                    if (slot.state() == Slot.IDLE
                            && !(backend.isOpen() && leftovers(backend).isEmpty())) {
                        wrong.add(backend + " is idle, with " + leftovers(backend));
                    }
                }
            }
        }
        database.openBackends().stream()
                .filter(backend -> !held.contains(backend))
                .forEach(backend -> wrong.add(backend + " is in no slot"));
        return wrong;
    }

    /// The network timeout is the pool's own setting.
    private static Map<String, @Nullable Object> leftovers(Backend backend) {
        Map<String, @Nullable Object> left = new TreeMap<>(backend.leftovers());
        left.remove("networkTimeout");
        return left;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (canary != null) {
            canary.beforeEach(context);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean ignored = Thread.interrupted(); // a test may have left the flag set
        assertAll(this::check, this::close, () -> endPlanted(context));
    }

    private void endPlanted(ExtensionContext context) throws SQLException {
        if (canary != null) {
            DriverManager.deregisterDriver(database.driver());
            canary.afterEach(context);
        }
    }

    /// Closes the pools, and sees to it that nothing is left of them in the database.
    void close() {
        pools.forEach(pool -> pool.close(Duration.ZERO));
        database.await(it -> it.open() == 0);
        for (QueuePool pool : pools) { // who was served is counted out a moment later
            awaitSnapshot(pool, snapshot -> snapshot.waiting() == 0);
        }
    }
}
