package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checked settings, in the units that the pool computes with. Durations are nanoseconds; 0 means "off" where off
/// exists.
///
/// @param address       the server's address for messages, without secrets
/// @param pingAfterIdle idle time after which a connection is checked before it is lent; negative: never
/// @param recycle       age after which a connection is replaced, or 0
/// @param jitter        share of `recycle` by which an age may be shorter, so that not all end at once
/// @param linger        how long an overflow connection stays open unused
record Config(
        ConnectionSource source,
        String address,
        String name,
        boolean named,
        int size,
        int maxOverflow,
        long timeout,
        long connectTimeout,
        long pingAfterIdle,
        long recycle,
        double jitter,
        long linger,
        long statementTimeout,
        long socketTimeout,
        ResetOnReturn resetOnReturn,
        PoolListener listener,
        @Nullable Supplier<@Nullable String> label,
        String readScope,
        Scheduling scheduling) {

    /// Returns the statement timeout in JDBC's unit, rounded up; 0 if there is none.
    int statementSeconds() {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toSeconds(statementTimeout + 999_999_999));
    }

    int slots() {
        return size + maxOverflow;
    }
}
