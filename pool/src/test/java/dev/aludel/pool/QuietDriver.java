package dev.aludel.pool;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A driver for long runs: it answers at once and remembers nothing but how many connections are open.
final class QuietDriver implements ConnectionSource {
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public Connection connect() {
        AtomicBoolean closed = new AtomicBoolean();
        Connection connection = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> answer(self, method, arguments, closed));
        opened.incrementAndGet(); // last, for there may be no memory to make it
        most.accumulateAndGet(open.incrementAndGet(), Math::max);
        return connection;
    }

    @SuppressWarnings("ReferenceEquality") // this is where equality is defined
    private @Nullable Object answer(
            Object self, Method method, @Nullable Object @Nullable [] arguments, AtomicBoolean closed) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> "quiet connection";
            case "getAutoCommit" -> true;
            case "isValid" -> !closed.get();
            case "isClosed" -> closed.get();
            case "close", "abort" -> {
                if (closed.compareAndSet(false, true)) {
                    open.decrementAndGet();
                }
                yield null;
            }
            case "createStatement" -> statement();
            default -> method.getReturnType() == int.class ? 0 : null;
        };
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private static Object statement() {
        return Proxy.newProxyInstance(
                Statement.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> arguments != null && self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> "quiet statement";
                    case "execute", "isClosed" -> false;
                    default -> method.getReturnType() == int.class ? 0 : null;
                });
    }

    int opened() {
        return opened.get();
    }

    int open() {
        return open.get();
    }

    /// Returns how many were open at one time at most.
    int most() {
        return most.get();
    }
}
