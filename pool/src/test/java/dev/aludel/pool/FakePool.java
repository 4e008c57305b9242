package dev.aludel.pool;

import dev.aludel.testkit.VirtualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A pool of somebody else's on a clock that a test moves: so many connections, and for who finds none
/// its own error.
final class FakePool extends ForwardingDataSource implements AutoCloseable {
    /// What each call saw of its thread, and which thread that was.
    static final ThreadLocal<@Nullable String> TENANT = new ThreadLocal<>();

    /// A user who waits no longer than 3 s.
    static final String HASTY = "hasty";

    private final VirtualClock clock;
    private final DataSource database;
    private final long timeout;
    private final Function<String, SQLException> error;
    private final Deque<Connection> idle = new ArrayDeque<>(); // guarded by itself
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private int unopened;
    final List<String> calls = new CopyOnWriteArrayList<>();

    /// @param error makes the error of who has found none
    FakePool(
            VirtualClock clock, DataSource database, int size, Duration timeout, Function<String, SQLException> error) {
        super(database);
        this.clock = clock;
        this.database = database;
        this.unopened = size;
        this.timeout = timeout.toNanos();
        this.error = error;
    }

    private void note(String call) {
        calls.add(call + " on " + Thread.currentThread().getName() + " for " + TENANT.get());
    }

    @Override
    public Connection getConnection() throws SQLException {
        note("getConnection");
        return lend(timeout);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        note("getConnection " + user);
        return lend(user.equals(HASTY) ? Math.min(timeout, TimeUnit.SECONDS.toNanos(3)) : timeout);
    }

    private Connection lend(long patience) throws SQLException {
        long deadline = clock.getAsLong() + patience;
        waiting.add(Thread.currentThread());
        try {
            for (long now = clock.getAsLong(); now < deadline; now = clock.getAsLong()) {
                Connection free = take();
                if (free != null) {
                    return handle(free);
                }
                clock.parkNanos(deadline - now);
            }
            throw error.apply("Connection is not available, request timed out");
        } finally {
            waiting.remove(Thread.currentThread());
        }
    }

    private @Nullable Connection take() throws SQLException {
        synchronized (idle) {
            if (idle.isEmpty() && unopened > 0) {
                unopened--;
                return database.getConnection();
            }
            return idle.poll();
        }
    }

    private Connection handle(Connection raw) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> call(raw, method, arguments));
    }

    private @Nullable Object call(Connection raw, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("close")) {
            note("close");
            synchronized (idle) {
                idle.add(raw);
            }
            Thread next = waiting.peek();
            clock.unpark(next);
            return null;
        }
        try {
            return method.invoke(raw, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        note("close pool");
    }
}
