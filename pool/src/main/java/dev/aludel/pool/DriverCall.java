package dev.aludel.pool;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/// A question to a driver's own object for which JDBC has no method, answered from what the driver
/// knows.
///
/// The pool does not depend on drivers, so the methods are found by name: once for each class of
/// object that is asked, in practice once. They are found from that object's class loader; where
/// they are missing, not public or not exported, there is no answer.
final class DriverCall {
    private static final MethodType OF_OBJECTS = MethodType.methodType(Object.class, Object.class);

    private final String type;
    private final String[] methods;
    private volatile @Nullable Found found;

    /// @param type    the public class or interface that has the first method
    /// @param methods without parameters; each is called on what the one before gave
    DriverCall(String type, String... methods) {
        this.type = type;
        this.methods = methods;
    }

    /// Where the question leads for objects of one class.
    ///
    /// @param call takes the object, and gives the answer; null if there is none
    private record Found(
            Class<?> asked, Class<?> type, @Nullable MethodHandle call) {}

    /// Returns the answer, or null if there is none.
    @Nullable
    Object ask(Object target) {
        Found last = found;
        if (last == null || last.asked() != target.getClass()) {
            last = find(target.getClass());
            found = last;
        }
        MethodHandle call = last.call();
        try {
            return call == null ? null : (Object) call.invokeExact(itself(target, last.type()));
        } catch (Throwable e) { // whatever the driver throws, it gives no answer
            return null;
        }
    }

    private static Object itself(Object target, Class<?> wanted) throws Exception {
        return wanted.isInstance(target) || !(target instanceof Wrapper wrapper) ? target : wrapper.unwrap(wanted);
    }

    private Found find(Class<?> asked) {
        try {
            Class<?> first = Class.forName(type, false, asked.getClassLoader());
            boolean leadsThere = first.isAssignableFrom(asked) || Wrapper.class.isAssignableFrom(asked);
            return new Found(asked, first, leadsThere ? chain(first).asType(OF_OBJECTS) : null);
        } catch (ReflectiveOperationException | LinkageError e) { // another driver, or another version of it
            return new Found(asked, asked, null);
        }
    }

    private MethodHandle chain(Class<?> first) throws ReflectiveOperationException {
        MethodHandle chain = MethodHandles.identity(first);
        for (String method : methods) {
            Class<?> owner = chain.type().returnType();
            MethodHandle next = MethodHandles.publicLookup().unreflect(owner.getMethod(method));
            MethodType ofOwner = next.type().changeParameterType(0, owner); // it may have been inherited
            chain = MethodHandles.filterReturnValue(chain, next.asType(ofOwner));
        }
        return chain;
    }
}
