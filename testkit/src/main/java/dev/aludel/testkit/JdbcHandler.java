package dev.aludel.testkit;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Wrapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What stands behind a JDBC object: a method of the interface is done by the public method of the same name and
/// parameters of the handler, if it has one; else as [#other] says.
///
/// Every call goes one way: it is counted, may not be on something closed, does what its script says, and is then done
/// under the lock of the database. So handlers need no lock of their own, and nothing waits with the lock held.
abstract class JdbcHandler implements InvocationHandler {
    private static final Object[] NO_ARGUMENTS = {};

    private final Backend backend;
    private final String prefix;
    private final Object proxy;

    JdbcHandler(Backend backend, Class<?> type, String prefix) {
        this.backend = backend;
        this.prefix = prefix;
        this.proxy = Proxy.newProxyInstance(JdbcHandler.class.getClassLoader(), new Class<?>[] {type}, this);
    }

    final <T> T proxy(Class<T> type) {
        return type.cast(proxy);
    }

    final Backend backend() {
        return backend;
    }

    @Override
    public final @Nullable Object invoke(Object self, Method method, Object @Nullable [] given) throws Throwable {
        Object[] arguments = given == null ? NO_ARGUMENTS : given;
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(method, arguments);
        }
        if (method.getDeclaringClass() == Wrapper.class) {
            return ofWrapper(method, (Class<?>) arguments[0]);
        }
        return serve(method, arguments);
    }

    @SuppressWarnings("ReferenceEquality") // a JDBC object equals itself only
    private Object ofObject(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> toString();
        };
    }

    private Object ofWrapper(Method method, Class<?> type) throws SQLException {
        boolean isIt = type == Backend.class || type.isInstance(proxy);
        if (method.getName().equals("isWrapperFor")) {
            return isIt;
        }
        if (!isIt) {
            throw new SQLException(this + " is no " + type.getName());
        }
        return type == Backend.class ? backend : proxy;
    }

    @Nullable
    Object serve(Method method, Object[] arguments) throws SQLException {
        Call call = arrive(method, arguments);
        boolean shares = isForOtherThreads(method);
        if (!shares) {
            backend.enter();
        }
        try {
            TimeLimit limit = locked(() -> {
                requireUsable(method);
                return limit(method, arguments);
            });
            Object result = backend.wire().serve(call, limit, this, () -> {
                requireUsable(method);
                return perform(method, arguments);
            });
            return requireType(method, result);
        } finally {
            if (!shares) {
                backend.leave();
            }
        }
    }

    private Call arrive(Method method, Object[] arguments) throws SQLException {
        return locked(() -> {
            Call call = call(method, arguments);
            backend.database().arrived(call, isLogged(call));
            return call;
        });
    }

    private <T> T locked(Watched.Change<T, SQLException> change) throws SQLException {
        return backend.database().state().change(change);
    }

    private Call call(Method method, Object[] arguments) {
        String name = method.getName();
        String called = name.startsWith(Call.EXECUTE) ? name : prefix + name;
        return new Call(backend.number(), called, sql(method, arguments), shown(method, arguments));
    }

    /// The statement that a call is about.
    @Nullable
    String sql(Method method, Object[] arguments) {
        return null;
    }

    /// The arguments that the log shows.
    List<@Nullable Object> shown(Method method, Object[] arguments) {
        List<@Nullable Object> shown = new ArrayList<>();
        for (Object argument : arguments) {
            if (!(argument instanceof Executor)) {
                shown.add(argument);
            }
        }
        return shown;
    }

    boolean isLogged(Call call) {
        return call.isExecution();
    }

    private static boolean isForOtherThreads(Method method) {
        return switch (method.getName()) {
            case "abort", "cancel", "close", "isClosed" -> true;
            default -> false;
        };
    }

    /// How long the call may take by what JDBC was told.
    TimeLimit limit(Method method, Object[] arguments) {
        return backend.networkTimeout();
    }

    /// Throws if this is closed or its connection gone, unless the method may be called all the same.
    abstract void requireUsable(Method method) throws SQLException;

    private @Nullable Object perform(Method method, Object[] arguments) throws SQLException {
        Method own;
        try {
            own = getClass().getMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
            return other(method, arguments);
        }
        try {
            return own.invoke(this, arguments);
        } catch (InvocationTargetException e) {
            throw Wire.raised(e.getTargetException());
        } catch (IllegalAccessException e) {
            throw new AssertionError(own + " can be called from its own package", e);
        }
    }

    /// Does what no method of the handler's own does: the default of the interface, if it has one.
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        if (!method.isDefault()) {
            throw new SQLFeatureNotSupportedException("the fake database does not support "
                    + method.getDeclaringClass().getSimpleName() + "." + method.getName());
        }
        try {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        } catch (Throwable e) {
            throw Wire.raised(e);
        }
    }

    private static @Nullable Object requireType(Method method, @Nullable Object result) {
        Class<?> type = MethodType.methodType(method.getReturnType()).wrap().returnType();
        boolean fits =
                result == null ? !method.getReturnType().isPrimitive() || type == Void.class : type.isInstance(result);
        if (!fits) {
            throw new IllegalStateException(
                    method.getName() + " gives a " + type.getSimpleName() + ", but the script lets it give " + result);
        }
        return result;
    }
}
