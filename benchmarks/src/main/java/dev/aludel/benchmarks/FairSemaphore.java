package dev.aludel.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// No pool, but a fair [Semaphore] and a queue of connections: what waiting in order of arrival costs on this machine,
/// with the JDK's means and without any bookkeeping, reset or check.
final class FairSemaphore {
    private final Shape shape;
    private final StubDriver driver = new StubDriver();
    private final Semaphore free;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    private FairSemaphore(Shape shape) {
        this.shape = shape;
        this.free = new Semaphore(shape.size(), true);
    }

    static DataSource of(Shape shape) {
        FairSemaphore semaphore = new FairSemaphore(shape);
        return (DataSource) Proxy.newProxyInstance(
                FairSemaphore.class.getClassLoader(),
                new Class<?>[] {DataSource.class, AutoCloseable.class},
                (proxy, method, arguments) -> method.getName().equals("getConnection") ? semaphore.lend() : null);
    }

    private Connection lend() throws SQLException, InterruptedException {
        if (!free.tryAcquire(shape.timeoutMillis(), TimeUnit.MILLISECONDS)) {
            throw new SQLException("no connection in time");
        }
        Connection next = idle.poll();
        Connection lent = next == null ? driver.connect(shape.url(), new Properties()) : next;
        AtomicBoolean closed = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                FairSemaphore.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close" -> takeBack(lent, closed);
                    case "isClosed" -> closed.get();
                    default -> call(lent, method, arguments);
                });
    }

    private @Nullable Object takeBack(Connection lent, AtomicBoolean closed) {
        if (closed.compareAndSet(false, true)) {
            idle.add(lent);
            free.release();
        }
        return null;
    }

    private static @Nullable Object call(Connection lent, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(lent, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
