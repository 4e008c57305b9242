package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Refused at once, without waiting: as many callers wait as [Settings#maxWaiting] allows. Without that setting nobody
/// is ever refused.
///
/// The message says how many wait, and as that of a timeout why, who has the connections and what to do; so does
/// [#explanation], as data. There is no wait to account for: the time looked at is that of a timeout, up to now. All
/// who are refused within a tenth of a second are told the same. SQLState is HYT00, as of a timeout, so that whoever
/// knows that one needs to know no other.
public final class PoolOverloadedException extends PoolTimeoutException {
    private static final long serialVersionUID = 1L;

    PoolOverloadedException(Explanation explanation, String text, @Nullable Throwable cause) {
        super(explanation, text, cause);
    }
}
