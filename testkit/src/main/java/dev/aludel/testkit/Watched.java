package dev.aludel.testkit;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A lock with one condition, "something changed", on which tests wait with a bound.
final class Watched {
    /// How long a test waits, in real time, for something that should happen at once.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    interface Change<T extends @Nullable Object, X extends Throwable> {
        T make() throws X;
    }

    /// Makes the change alone, then wakes all who wait for one.
    <T extends @Nullable Object, X extends Throwable> T change(Change<T, X> change) throws X {
        lock.lock();
        try {
            return change.make();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    <T extends @Nullable Object> T read(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the condition holds. It is asked under the lock, now and after each change.
    ///
    /// @throws AssertionError if the patience ends first or the thread is interrupted; `failure` says what was seen
    void await(BooleanSupplier condition, Supplier<String> failure) {
        await(PATIENCE, condition, failure);
    }

    void await(Duration patience, BooleanSupplier condition, Supplier<String> failure) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("waited " + patience.toMillis() + " ms in real time for " + failure.get());
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + failure.get(), e);
        } finally {
            lock.unlock();
        }
    }
}
