package dev.aludel.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One call, made in a thread of its own: for tests in which somebody waits while somebody else acts.
///
/// ```java
/// Caller<Connection> second = Caller.start("second", pool::getConnection);
/// clock.awaitParked(second.thread());
/// first.close();
/// assertThat(second.result()).isNotNull();
/// ```
///
/// @param <T> what the call gives
public final class Caller<T extends @Nullable Object> {
    private final Watched state = new Watched();
    private final Thread thread;
    private boolean done;
    private @Nullable T result;
    private @Nullable Throwable failure;

    private Caller(Thread.Builder builder, Callable<? extends T> call) {
        this.thread = builder.unstarted(() -> make(call));
    }

    /// Starts a virtual thread of that name that makes the call.
    public static <T extends @Nullable Object> Caller<T> start(String name, Callable<? extends T> call) {
        return start(Thread.ofVirtual().name(name), call);
    }

    /// Starts a thread that makes the call, for example `Thread.ofPlatform().daemon().name("report")`.
    public static <T extends @Nullable Object> Caller<T> start(Thread.Builder builder, Callable<? extends T> call) {
        Caller<T> caller = new Caller<>(builder, call);
        caller.thread.start();
        return caller;
    }

    private void make(Callable<? extends T> call) {
        try {
            T value = call.call();
            end(value, null);
        } catch (Throwable e) {
            end(null, e);
        }
    }

    private void end(@Nullable T value, @Nullable Throwable thrown) {
        state.change(() -> {
            result = value;
            failure = thrown;
            done = true;
            return null;
        });
    }

    /// Gives the thread, to wait for it ([VirtualClock#awaitParked(Thread)]) or to look at its flag.
    public Thread thread() {
        return thread;
    }

    /// Tells whether the call has returned or thrown.
    public boolean isDone() {
        return state.read(() -> done);
    }

    /// Interrupts the thread.
    public void interrupt() {
        thread.interrupt();
    }

    /// Waits for the call to return, at most 10 s of real time, and gives what it returned.
    ///
    /// @throws AssertionError if it threw instead, with that as cause, or has not returned
    @SuppressWarnings("NullAway") // a T that may not be null came from a call that gives none
    public T result() {
        awaitDone(Watched.PATIENCE);
        Throwable thrown = state.read(() -> failure);
        if (thrown != null) {
            throw new AssertionError("'" + thread.getName() + "' failed: " + thrown, thrown);
        }
        return state.read(() -> result);
    }

    /// Waits for the call to throw, at most 10 s of real time, and gives what it threw.
    ///
    /// @throws AssertionError if it returned instead, or has not ended
    public Throwable failure() {
        awaitDone(Watched.PATIENCE);
        Throwable thrown = state.read(() -> failure);
        if (thrown == null) {
            throw new AssertionError("'" + thread.getName() + "' did not fail: it gave " + state.read(() -> result));
        }
        return thrown;
    }

    void awaitDone(Duration patience) {
        state.await(
                patience,
                () -> done,
                () -> "'" + thread.getName() + "' to finish, but it is " + thread.getState() + " in "
                        + List.of(thread.getStackTrace()));
    }
}
