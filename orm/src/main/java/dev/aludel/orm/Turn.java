package dev.aludel.orm;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sees to it that one thread at a time is inside a session. Handing it on to another thread is allowed.
///
/// Two threads inside at once are an error that shows both: its own stack is that of the thread that came second,
/// its cause has that of the first, as it was at that moment. Entering costs one compare-and-set.
final class Turn {
    private static final Set<String> DOORS =
            Set.of(Session.class.getName(), SessionTransaction.class.getName(), ReadSession.class.getName());

    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private final String what;

    /// @param what what is used, as in "the session"
    Turn(String what) {
        this.what = what;
    }

    /// Takes the turn.
    ///
    /// @return whether this call took it and has to give it back; false within a call of the same thread
    /// @throws IllegalStateException if another thread is inside
    boolean enter() {
        Thread me = Thread.currentThread();
        Thread other = inside.compareAndExchange(null, me);
        if (other == null) return true;
        if (other == me) return false;
        throw usedByTwo(other, me);
    }

    /// Takes the turn if nobody is inside.
    boolean tryEnter() {
        return inside.compareAndSet(null, Thread.currentThread());
    }

    void leave() {
        inside.set(null);
    }

    private IllegalStateException usedByTwo(Thread other, Thread me) {
        StackTraceElement[] stack = other.getStackTrace();
        boolean isStillInside = inside.get() == other;
        Throwable there = new Throwable(
                isStillInside
                        ? "where " + name(other) + " is"
                        : "where " + name(other) + " was soon after: it had left before its stack was read");
        there.setStackTrace(stack);
        return new IllegalStateException(
                what + " is used by two threads at once: " + name(other) + " was in " + call(stack) + " when "
                        + name(me) + " called " + call(me.getStackTrace())
                        + ". Give each its own, or hand it on only after the last call has returned",
                there);
    }

    private static String name(Thread thread) {
        String name = thread.getName();
        return (thread.isVirtual() ? "virtual thread " : "thread ")
                + (name.isEmpty() ? "#" + thread.threadId() : "'" + name + "'");
    }

    /// Returns the session's method and the line that called it: `flush() at Trips.save(Trips.java:12)`.
    private static String call(StackTraceElement[] stack) {
        for (int i = stack.length - 2; i >= 0; i--) {
            if (DOORS.contains(stack[i].getClassName())) {
                StackTraceElement caller = stack[i + 1];
                return stack[i].getMethodName() + "() at " + simpleName(caller) + "." + caller.getMethodName() + "("
                        + caller.getFileName() + ":" + caller.getLineNumber() + ")";
            }
        }
        return "a call that cannot be seen any more";
    }

    private static String simpleName(StackTraceElement frame) {
        return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    }
}
