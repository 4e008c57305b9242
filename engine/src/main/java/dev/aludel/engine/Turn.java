package dev.aludel.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sees to it that one thread at a time uses something. Handing it on to another thread is allowed, and calls
/// within calls are; two threads inside at once are an error that shows both.
final class Turn {
    private static final Set<String> OWN =
            Set.of(Turn.class.getName(), SqlConnection.class.getName(), Transaction.class.getName());
    private static final VarHandle USER;

    static {
        try {
            USER = MethodHandles.lookup().findVarHandle(Turn.class, "user", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String what;
    private volatile @Nullable Thread user;

    /// @param what what is used, for the message
    Turn(String what) {
        this.what = what;
    }

    /// Takes the turn.
    ///
    /// @return whether this call took it, so that [#leave] gives it back; false within a call of the same thread
    /// @throws IllegalStateException if another thread is inside; its cause is that thread's stack of this moment
    boolean enter() {
        Thread me = Thread.currentThread();
        Thread other = (Thread) USER.compareAndExchange(this, null, me);
        if (other == null) return true;
        if (other == me) return false;
        throw usedByBoth(other, me);
    }

    void leave(boolean taken) {
        if (taken) user = null;
    }

    private IllegalStateException usedByBoth(Thread other, Thread me) {
        StackTraceElement[] stack = other.getStackTrace();
        Throwable there = new Throwable("where " + name(other) + " was then");
        there.setStackTrace(stack);
        return new IllegalStateException(
                what + " is used by two threads at once: " + name(other) + " is inside"
                        + place(stack) + ", and " + name(me) + " called it" + place(me.getStackTrace())
                        + ". Give each thread its own, or hand it on when the first is done with it",
                there);
    }

    private static String name(Thread thread) {
        String name = thread.getName();
        String kind = thread.isVirtual() ? "virtual thread " : "thread ";
        return kind + (name.isEmpty() ? "#" + thread.threadId() : "'" + name + "'");
    }

    /// Returns ` at Type.method(File:line)` of the caller of the engine, or nothing if it is not to be seen.
    private static String place(StackTraceElement[] stack) {
        boolean inside = false;
        for (StackTraceElement frame : stack) {
            boolean own = OWN.contains(frame.getClassName());
            if (inside && !own) return " at " + words(frame);
            inside |= own;
        }
        return "";
    }

    private static String words(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
