package dev.aludel.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs units of work on an engine, again where [Retry] says so. Made by [Engine#retrying].
///
/// Each run is a transaction of its own, so the work must begin from the beginning: what it changed outside the
/// database is not undone. Work that has committed a part of itself is not run again.
public final class Retrying {
    private final Engine engine;
    private final Retry retry;

    Retrying(Engine engine, Retry retry) {
        this.engine = engine;
        this.retry = retry;
    }

    /// As [Engine#run].
    ///
    /// @throws X what the work throws, as it is
    /// @throws DatabaseException the last failure of the database
    public <X extends Exception> void run(Work<X> work) throws X {
        this.<@Nullable Void, X>call(connection -> {
            work.run(connection);
            return null;
        });
    }

    /// As [Engine#call].
    ///
    /// @throws X what the work throws, as it is
    /// @throws DatabaseException the last failure of the database
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> work) throws X {
        for (int run = 2; ; run++) {
            AtomicReference<@Nullable SqlConnection> used = new AtomicReference<>();
            try {
                return engine.call(connection -> {
                    used.set(connection);
                    return work.call(connection);
                });
            } catch (DatabaseException failure) {
                if (hasCommitted(used.get()) || run > retry.runs() || !retry.repeats(failure) || !pauses(run))
                    throw failure;
                engine.log().again(run, retry.runs(), failure);
            }
        }
    }

    /// What the work has committed by itself would be done twice.
    private static boolean hasCommitted(@Nullable SqlConnection connection) {
        return connection != null && connection.commits() > 0;
    }

    /// @return false if the thread was interrupted: then it is not run again
    private boolean pauses(int run) {
        long end = engine.now() + retry.before(run);
        for (long left = end - engine.now(); left > 0; left = end - engine.now()) {
            if (Thread.currentThread().isInterrupted()) return false;
            engine.park(left);
        }
        return !Thread.currentThread().isInterrupted();
    }
}
