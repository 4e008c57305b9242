package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A pool in trouble: those who have connections, a database whose calls take as long as is said, and one caller who
/// waits in vain and is told why.
public abstract class Stage {
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
    private final Map<Thread, Borrower> borrowers = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Explanation> told = new AtomicReference<>();
    private final List<Checkout> kept = new CopyOnWriteArrayList<>();
    private volatile @Nullable Pool pool;
    private volatile @Nullable Pool other;
    private volatile ConnectionSource source = this::connect;
    private volatile boolean over;

    Stage(SplittableRandom random) {
        this.random = random;
    }

    /// Says of a pool what all pools on this stage have.
    Settings prepare(Settings one) {
        return one.connections(() -> source.connect())
                .prePing(false)
                .timeout(Duration.ofSeconds(10))
                .borrower(() -> borrowers.get(Thread.currentThread()));
    }

    /// Makes a second pool.
    Pool other(int size) {
        Pool made = Pool.of(prepare(new Settings()).name("audit").size(size));
        other = made;
        return made;
    }

    // where one stage differs from another

    /// Returns how many nanoseconds there were since it began.
    abstract long now();

    /// Lets time pass for who calls, until the stage is cleared.
    public abstract void rest(long nanos);

    /// Runs a statement that takes so long.
    public abstract void sql(Checkout checkout, String sql, long nanos) throws SQLException;

    /// Runs a statement on a server that can work on so many at once; more of them share it.
    public abstract void sharedSql(Checkout checkout, String sql, long alone, int most) throws SQLException;

    /// Runs a statement that waits for good for a lock of whoever has one: see [#hasTheLock].
    public abstract void waitsForALock(Checkout checkout, String sql) throws SQLException;

    /// Lets this connection have the lock that others wait for; a stranger has it otherwise.
    public abstract void hasTheLock(Checkout checkout) throws SQLException;

    /// Waits until somebody has the lock: see [#hasTheLock].
    abstract void awaitsTheLock();

    /// Waits until all is as it must be before the caller comes whose wait is explained.
    abstract void isSet();

    /// Says how long ending a transaction takes to the calling thread.
    public abstract void rollsBackFor(long nanos);

    /// Opens a connection to the database.
    abstract Connection connect() throws SQLException;

    /// The server does not say what it does.
    abstract void hidesTheServer();

    /// There is a pooler before the server, with so many connections to it.
    abstract void hasAPooler(long width);

    /// Nothing in the process runs meanwhile.
    abstract void standStill(long from, long to);

    abstract void begins(String who, Runnable part);

    /// What is to be done when all is over, besides the closing of the pool.
    abstract void wakeAll();

    /// Plays to the end, and returns what the caller was told, or nothing if it was served.
    abstract Optional<Explanation> play();

    // what all have

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

    public boolean isOver() {
        return over;
    }

    /// Returns a length of time between two.
    synchronized long between(long from, long to) {
        return from + random.nextLong(Math.max(1, to - from));
    }

    /// Keeps a connection from the garbage collector, by which the pool would get it back.
    public void keeps(Checkout checkout) {
        kept.add(checkout);
    }

    /// What a thread does that has nothing to do: it is in nobody's code.
    void isIdle() {
        rest(FOR_GOOD);
    }

    public Checkout checkOut(String label) throws SQLException {
        return pool().checkOut(label, Duration.ofDays(1));
    }

    public Checkout checkOut(Pool from, String label) throws SQLException {
        return from.checkOut(label, Duration.ofDays(1));
    }

    /// For a piece of work that is said.
    public Checkout checkOut(String label, Object scope) throws SQLException {
        return pool().checkOutFor(Borrower.of(label).scope(scope));
    }

    public Checkout checkOut(String label, Duration patience) throws SQLException {
        return pool().checkOut(label, patience);
    }

    /// Somebody does something; when the stage is cleared it fails.
    public void does(String who, Work work) {
        begins(who, () -> {
            try {
                work.run();
            } catch (CircularWaitException e) {
                tell(e.explanation());
            } catch (SQLException e) {
                if (!over && !(e instanceof PoolTimeoutException)) {
                    throw new AssertionError(who, e);
                }
            }
        });
    }

    /// So many do the same.
    void each(int count, String who, Work work) {
        for (int i = 0; i < count; i++) {
            does(who, work);
        }
    }

    /// Says who the calling thread is from now on.
    void asksAs(Borrower borrower) {
        borrowers.put(Thread.currentThread(), borrower);
    }

    /// The caller whose wait is explained.
    void waitsInVain(long arrives, Duration patience) {
        waitsInVain(arrives, patience, Borrower.of(null));
    }

    void waitsInVain(long arrives, Duration patience, Borrower who) {
        does("late", () -> {
            asksAs(who);
            rest(arrives);
            isSet();
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

    void tell(Explanation explanation) {
        told.compareAndSet(null, explanation);
        clear();
    }

    void clear() {
        over = true;
        pool().close(Duration.ZERO);
        Pool second = other;
        if (second != null) {
            second.close(Duration.ZERO);
        }
        wakeAll();
    }

    Optional<Explanation> told() {
        return Optional.ofNullable(told.get());
    }
}
