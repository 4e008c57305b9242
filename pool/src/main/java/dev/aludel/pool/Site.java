package dev.aludel.pool;

import java.lang.StackWalker.StackFrame;
import org.jspecify.annotations.Nullable;

/// The line of code that checked a connection out, in the words of a stack trace without packages.
///
/// @param className the class's binary name
/// @param method    the method; of a lambda, the method it stands in
/// @param file      the source file, if known
/// @param line      the line, or 0 if not known
record Site(String className, String method, @Nullable String file, int line) {
    private static final StackWalker WALKER = StackWalker.getInstance();

    /// Returns the caller's line: the innermost frame that is neither the JDK's, a driver's, a framework's nor
    /// Aludel's own.
    ///
    /// Costs about a microsecond, so it is taken only when connections are about to run out.
    static @Nullable Site here() {
        return WALKER.walk(frames -> frames.filter(frame -> Frames.isUser(frame.getClassName()))
                .filter(frame -> !Frames.isFramework(frame.getClassName()))
                .findFirst()
                .map(Site::of)
                .orElse(null));
    }

    private static Site of(StackFrame frame) {
        return new Site(frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber());
    }

    static Site of(StackTraceElement frame) {
        return new Site(frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber());
    }

    /// Returns `Trips.holds`.
    String call() {
        return Frames.simpleName(className) + "." + Frames.methodName(method);
    }

    /// Returns `Trips.holds(Trips.java:47)`, or without the bracket when the line is not known.
    String text() {
        return file == null || line <= 0 ? call() : call() + "(" + file + ":" + line + ")";
    }
}
