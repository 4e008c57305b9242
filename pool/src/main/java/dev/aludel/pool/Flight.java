package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Writes what a pool does into JDK Flight Recorder's recordings; where there is none, nothing.
interface Flight {
    /// Writes nothing.
    Flight NONE = new Flight() {};

    /// Returns what this run time has: the module `jdk.jfr` is optional.
    static Flight of(String pool) {
        try {
            return new Recorder(pool);
        } catch (LinkageError e) {
            return NONE;
        }
    }

    /// Returns whether checkouts are being recorded.
    default boolean recordsCheckouts() {
        return false;
    }

    /// A caller begins to wait.
    ///
    /// @return what [#checkedOut] takes, or null if nothing is recorded
    default @Nullable Object waits() {
        return null;
    }

    /// A connection was lent.
    ///
    /// @param began of [#waits], or null if the caller did not wait
    default void checkedOut(@Nullable Object began, Slot slot, @Nullable String label) {}

    /// A caller gave up, or was refused.
    default void timedOut(PoolTimeoutException timeout, @Nullable String label) {}

    /// An attempt to connect begins.
    ///
    /// @return what [#connected] takes, or null if nothing is recorded
    default @Nullable Object connects() {
        return null;
    }

    /// An attempt to connect has ended.
    ///
    /// @param connection its name, or null if there is none
    default void connected(@Nullable Object began, int slot, @Nullable String connection, @Nullable Throwable error) {}

    /// A connection is about to be closed.
    ///
    /// @return what [#closed] takes, or null if nothing is recorded
    default @Nullable Object closes() {
        return null;
    }

    /// A connection was closed.
    default void closed(@Nullable Object began, String connection) {}

    /// A connection was found unusable.
    ///
    /// @param connection its name, or null for all that are open
    /// @param soft       whether its borrower still uses it, and only the next gets another
    default void invalidated(@Nullable String connection, @Nullable Throwable reason, boolean soft) {}
}
