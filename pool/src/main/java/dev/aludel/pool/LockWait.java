package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A backend that waits for a lock which others have, or asked for before it.
///
/// @param waiter   the number of the backend that waits
/// @param blockers the numbers of those that it waits for, never empty; they may wait themselves. 0
///                 is a transaction that was prepared for two-phase commit and has no backend
/// @param wanted   the lock, in the server's words, such as `ShareLock on transactionid (trips)`
/// @param waited   for how long, or null if the server does not say
public record LockWait(
        long waiter,
        List<Long> blockers,
        String wanted,
        @Nullable Duration waited) {
    /// Copies the list.
    public LockWait {
        blockers = List.copyOf(blockers);
    }
}
