package dev.aludel.pool;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.SeededScheduler;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A pool in trouble, in the virtual time of a seed: those who have connections, a database whose calls
/// take as long as is said, and one caller who waits in vain and is told why.
public final class Stage {
    static final long MILLISECOND = 1_000_000;
    static final long SECOND = 1_000 * MILLISECOND;

    /// A call that ends when the stage is cleared.
    public static final long FOR_GOOD = 1_000 * SECOND;

    /// What a caller does.
    @FunctionalInterface
    public interface Work {
        void run() throws SQLException;
    }

    final SplittableRandom random;
    final Settings settings = new Settings();
    final FakeDatabase database = new FakeDatabase();
    final StagedServer server = new StagedServer(this);
    private final SeededScheduler scheduler;
    private final Map<Thread, Long> calls = new HashMap<>();
    private final Map<Thread, Long> rollbacks = new HashMap<>();
    private final Set<Integer> active = new HashSet<>();
    private final AtomicReference<@Nullable Explanation> told = new AtomicReference<>();
    private final List<Checkout> kept = new ArrayList<>();
    private final List<Thread> people = new ArrayList<>();
    private @Nullable Pool pool;
    private ConnectionSource source = database::connect;
    private boolean over;
    private long blocker = StagedServer.STRANGER;

    /// Nothing runs between these two instants.
    private long standstill = Long.MAX_VALUE;

    private long goesOn = Long.MAX_VALUE;

    Stage(long seed) {
        scheduler = new SeededScheduler(seed);
        scheduler.punctual();
        random = scheduler.random();
        database.every("execute").runs(() -> take(calls));
        database.every("rollback").runs(() -> take(rollbacks));
        settings.connections(() -> source.connect())
                .prePing(false)
                .server(server)
                .timeout(Duration.ofSeconds(10))
                .socketTimeout(Duration.ZERO)
                .scheduling(new Scheduling(
                        scheduler, this::park, scheduler::unpark, scheduler, new Random(seed), Deadlines.NEAR));
    }

    /// Returns the pool, which has its settings by now.
    Pool pool() {
        Pool made = pool;
        if (made == null) {
            made = Pool.of(settings);
            pool = made;
        }
        return made;
    }

    void connects(ConnectionSource how) {
        source = how;
    }

    long now() {
        return scheduler.getAsLong();
    }

    public boolean isOver() {
        return over;
    }

    /// Returns a length of time between two.
    long between(long from, long to) {
        return from + random.nextLong(Math.max(1, to - from));
    }

    private void take(Map<Thread, Long> times) {
        Long time = times.get(Thread.currentThread());
        rest(time == null ? 0 : time);
    }

    /// Nothing in the process runs meanwhile.
    void standStill(long from, long to) {
        standstill = from;
        goesOn = to;
    }

    private void park(long nanos) {
        long now = now();
        long end = nanos == Long.MAX_VALUE ? nanos : now + nanos;
        scheduler.parkNanos(nanos);
        if (end != Long.MAX_VALUE && now() >= standstill && now() < goesOn) {
            rest(goesOn - now());
        }
    }

    /// Lets time pass for who calls, until the stage is cleared.
    public void rest(long nanos) {
        long end = now() + nanos;
        for (long left = nanos; left > 0 && !over; left = end - now()) {
            scheduler.parkNanos(left);
        }
    }

    /// Runs a statement that takes so long.
    public void sql(Checkout checkout, String sql, long nanos) throws SQLException {
        int number = number(checkout);
        calls.put(Thread.currentThread(), nanos);
        active.add(number);
        try (Statement statement = checkout.connection().createStatement()) {
            statement.execute(sql);
        } finally {
            active.remove(number);
            calls.remove(Thread.currentThread());
        }
    }

    /// Runs a statement on a server that can work on so many at once; more of them share it.
    public void sharedSql(Checkout checkout, String sql, long alone, int most) throws SQLException {
        sql(checkout, sql, alone * Math.max(1, (active.size() + 1) / most));
    }

    /// Runs a statement that waits for a lock of another, for good.
    public void waitsForALock(Checkout checkout, String sql, long blocker) throws SQLException {
        server.blocks(blocker, number(checkout), now());
        sql(checkout, sql, FOR_GOOD);
    }

    /// Notes who has the lock that others of the pool wait for.
    public void hasTheLock(Checkout checkout) {
        blocker = number(checkout);
    }

    /// Returns who has, or a stranger.
    public long blocker() {
        return blocker;
    }

    /// Keeps a connection from the garbage collector, by which the pool would get it back.
    public void keeps(Checkout checkout) {
        kept.add(checkout);
    }

    /// What a thread does that has nothing to do: it is in nobody's code.
    void isIdle() {
        rest(FOR_GOOD);
    }

    /// Says how long ending a transaction takes to the calling thread.
    public void rollsBackFor(long nanos) {
        rollbacks.put(Thread.currentThread(), nanos);
    }

    /// Returns the database's number of a connection.
    public static int number(Checkout checkout) {
        return Pools.backend(checkout).number();
    }

    Set<Integer> active() {
        return active;
    }

    public Checkout checkOut(String label) throws SQLException {
        return pool().checkOut(label, Duration.ofDays(1));
    }

    public Checkout checkOut(String label, Duration patience) throws SQLException {
        return pool().checkOut(label, patience);
    }

    /// Somebody does something; when the stage is cleared it fails.
    public void does(String who, Work work) {
        people.add(scheduler.spawn(who, () -> {
            try {
                work.run();
            } catch (CircularWaitException e) {
                tell(e.explanation());
            } catch (SQLException e) {
                if (!over && !(e instanceof PoolTimeoutException)) {
                    throw new AssertionError(who, e);
                }
            }
        }));
    }

    /// So many do the same.
    void each(int count, String who, Work work) {
        for (int i = 0; i < count; i++) {
            does(who, work);
        }
    }

    /// The caller whose wait is explained.
    void waitsInVain(long arrives, Duration patience) {
        does("late", () -> {
            rest(arrives);
            try (Checkout checkout = checkOut("late", patience)) {
                checkout.connection();
                clear(); // it got one: nothing to explain
            } catch (PoolTimeoutException e) {
                tell(e.explanation());
            } catch (ConnectFailedException e) {
                clear();
            }
        });
    }

    private void tell(Explanation explanation) {
        told.compareAndSet(null, explanation);
        clear();
    }

    private void clear() {
        over = true;
        pool().close(Duration.ZERO);
        people.forEach(scheduler::unpark);
    }

    /// Plays to the end, and returns what the caller was told, or nothing if it was served.
    Optional<Explanation> play() {
        does("end", () -> {
            rest(FOR_GOOD / 2);
            if (!over) {
                clear();
            }
        });
        scheduler.run();
        return Optional.ofNullable(told.get());
    }
}
