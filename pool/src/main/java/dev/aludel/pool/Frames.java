package dev.aludel.pool;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads stack frames for people: whose they are, and what they are called in public.
final class Frames {
    private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");
    private static final List<String> DRIVERS =
            List.of("org.postgresql.", "org.h2.", "org.mariadb.", "com.mysql.", "org.sqlite.");
    private static final List<String> POOLS = List.of(
            "com.zaxxer.hikari.",
            "io.agroal.",
            "org.apache.commons.dbcp2.",
            "org.apache.commons.pool2.",
            "org.apache.tomcat.jdbc.",
            "org.vibur.dbcp.",
            "com.mchange.v2.");
    private static final List<String> LIBRARY =
            List.of("pool.", "sql.", "engine.", "orm.", "web.", "metrics.", "junit.", "testkit.");
    private static final List<String> FRAMEWORKS = List.of(
            "io.javalin.", "org.eclipse.jetty.", "org.springframework.", "org.hibernate.", "jakarta.", "org.junit.");
    /// What runs an event loop: Netty's (of Vert.x, Reactor Netty, gRPC, Ratpack, Micronaut, too),
    /// Undertow's, Swing's.
    private static final List<String> EVENT_LOOPS = List.of(
            "io.netty.channel.nio.NioEventLoop",
            "io.netty.channel.epoll.EpollEventLoop",
            "io.netty.channel.kqueue.KQueueEventLoop",
            "io.netty.channel.SingleThreadIoEventLoop",
            "io.netty.channel.DefaultEventLoop",
            "org.xnio.nio.WorkerThread",
            "java.awt.EventDispatchThread");
    private static final String HOME = "dev.aludel.";

    private Frames() {}

    /// Returns whether a class is neither the JDK's, nor a driver's, nor a pool's, Aludel's own included.
    static boolean isUser(String className) {
        return !isJdk(className)
                && !startsWithAny(className, DRIVERS)
                && !startsWithAny(className, POOLS)
                && !isLibrary(className);
    }

    private static boolean isJdk(String className) {
        return startsWithAny(className, JDK);
    }

    /// Returns whether a class belongs to a well-known framework, which is not the line to mend.
    static boolean isFramework(String className) {
        return startsWithAny(className, FRAMEWORKS);
    }

    static boolean isEventLoop(String className) {
        return EVENT_LOOPS.contains(className);
    }

    /// Aludel's tests sit in the packages of what they test: they are users, by their class names.
    private static boolean isLibrary(String className) {
        return className.startsWith(HOME)
                && startsWithAny(className.substring(HOME.length()), LIBRARY)
                && !outermost(className).endsWith("Test");
    }

    private static boolean startsWithAny(String text, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (text.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static String outermost(String className) {
        int nested = className.indexOf('$');
        return nested < 0 ? className : className.substring(0, nested);
    }

    /// Returns `Trips` for `dev.example.Trips$1`.
    static String simpleName(String className) {
        String name = outermost(className);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// Returns `holds` for `holds` and for `lambda$holds$3`.
    static String methodName(String method) {
        String[] parts = method.split("\\$");
        return parts.length >= 2 && parts[0].equals("lambda") ? parts[1] : method;
    }

    /// Returns a frame by its public name, `HttpClient.send` for `HttpClientImpl.send`.
    static String publicName(StackTraceElement frame) {
        String owner = load(frame.getClassName())
                .flatMap(type -> exported(type, frame.getMethodName()))
                .map(Class::getSimpleName)
                .orElseGet(() -> simpleName(frame.getClassName()));
        return owner + "." + methodName(frame.getMethodName());
    }

    private static Optional<Class<?>> load(String className) {
        try {
            return Optional.of(Class.forName(className, false, ClassLoader.getSystemClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    /// Returns the nearest public supertype, in a package that others may use, that declares the method.
    private static Optional<Class<?>> exported(Class<?> type, String method) {
        if (isPublic(type) && declares(type, method)) {
            return Optional.of(type);
        }
        return Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .map(parent -> exported(parent, method))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers()) && type.getModule().isExported(type.getPackageName());
    }

    private static boolean declares(Class<?> type, String method) {
        return Arrays.stream(type.getDeclaredMethods()).map(Method::getName).anyMatch(method::equals);
    }
}
