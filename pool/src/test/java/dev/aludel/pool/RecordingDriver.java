package dev.aludel.pool;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A driver whose objects answer each method of JDBC and write down that it was called. What a setter was given, the
/// getter gives back.
final class RecordingDriver implements ConnectionSource {
    /// @param method as `Statement.close`: the interface is that of the object, not where the method is declared
    record Call(
            String method,
            List<@Nullable Object> arguments,
            @Nullable Object result) {}

    interface Event {
        void happen() throws SQLException;
    }

    private final Map<String, Object> given = new ConcurrentHashMap<>();
    private final Map<String, Event> events = new ConcurrentHashMap<>();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile boolean hearsRequests;
    private volatile boolean hasNoText;
    private volatile String empty = "";
    private volatile String failing = "";
    private volatile @Nullable Throwable failure;

    RecordingDriver() {
        give("Connection.isValid", true);
    }

    @Override
    public Connection connect() {
        return make(Connection.class);
    }

    /// Each method throws this from now on.
    void fail(Throwable with) {
        fail("", with);
    }

    /// Each method whose name, as in [Call], ends so throws this from now on.
    void fail(String method, Throwable with) {
        failing = method;
        failure = with;
    }

    void failNoMore() {
        failure = null;
    }

    /// A method, named as in [Call], answers this from now on.
    void give(String method, Object answer) {
        given.put(method, answer);
    }

    /// A method, named as in [Call], answers null from now on, and no other.
    void giveNothing(String method) {
        empty = method;
    }

    /// The objects' `toString` throws from now on.
    void haveNoText() {
        hasNoText = true;
    }

    /// While the next call of a method, named as in [Call], is under way, this happens.
    void during(String method, Event event) {
        events.put(method, event);
    }

    /// The bounds of requests are written down from now on.
    void hearRequests() {
        hearsRequests = true;
    }

    void forget() {
        calls.clear();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<String> methods() {
        return calls.stream().map(Call::method).toList();
    }

    long count(String method) {
        return calls.stream().filter(call -> call.method.equals(method)).count();
    }

    <T> T make(Class<T> type) {
        Map<String, Object> state = new ConcurrentHashMap<>(Map.of("AutoCommit", true));
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        call(type, self, method, arguments == null ? new Object[0] : arguments, state)));
    }

    private @Nullable Object call(
            Class<?> type, Object self, Method method, @Nullable Object[] arguments, Map<String, Object> state)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(method, self, arguments);
        }
        String name = type.getSimpleName() + "." + method.getName();
        Object result = given.containsKey(name) ? given.get(name) : answer(method, arguments, state);
        result = name.equals(empty) ? null : result;
        List<@Nullable Object> noted = new ArrayList<>();
        Collections.addAll(noted, arguments);
        if (!name.endsWith("Request") || hearsRequests) {
            calls.add(new Call(name, noted, result));
        }
        Event event = events.remove(name);
        if (event != null) {
            event.happen();
        }
        Throwable thrown = failure;
        if (thrown != null && name.endsWith(failing)) {
            throw thrown;
        }
        return result;
    }

    @SuppressWarnings("ReferenceEquality") // this is where equality is defined
    private Object ofObject(Method method, Object self, @Nullable Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> {
                if (hasNoText) {
                    throw new IllegalStateException("no text");
                }
                yield "jdbc:driver:password=hunter2";
            }
        };
    }

    private @Nullable Object answer(Method method, @Nullable Object[] arguments, Map<String, Object> state) {
        String property = method.getName().replaceFirst("^(get|is|set)", "");
        if (method.getName().startsWith("set") && arguments.length > 0) {
            Object value = arguments[arguments.length - 1];
            state.put(property, value == null ? "" : value);
        }
        Object kept = arguments.length == 0 ? state.get(property) : null;
        Class<?> type = method.getReturnType();
        return kept != null && wrapped(type).isInstance(kept) ? kept : some(type);
    }

    private @Nullable Object some(Class<?> type) {
        if (type.getName().startsWith("java.sql.") && type.isInterface()) {
            return make(type);
        }
        return switch (type.getName()) {
            case "boolean" -> false;
            case "byte" -> (byte) 0;
            case "short" -> (short) 0;
            case "int" -> 42;
            case "long" -> 0L;
            case "float" -> 0f;
            case "double" -> 0d;
            case "java.lang.String" -> "text";
            case "java.util.Map" -> Map.of("point", Object.class);
            case "java.util.Properties" -> new Properties();
            case "java.lang.Object" -> "an object";
            case "java.io.InputStream" -> InputStream.nullInputStream();
            case "java.io.Reader" -> Reader.nullReader();
            case "java.io.OutputStream" -> OutputStream.nullOutputStream();
            case "java.io.Writer" -> Writer.nullWriter();
            default -> null;
        };
    }

    private static Class<?> wrapped(Class<?> type) {
        return type.isPrimitive() ? MethodType.methodType(type).wrap().returnType() : type;
    }

    static SQLException disconnected() {
        return new SQLException("the server is gone", "08006");
    }
}
