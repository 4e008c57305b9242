package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Refused at once, without waiting: as many callers wait as [Settings#maxWaiting] allows, or the turn
/// of who asks would come after the deadline that he has stated. Who states none is never refused,
/// unless `maxWaiting` is set. Who has stated one and waited until his tenant had fewer connections
/// ([Settings#maxPerTenant]) may be refused then, before he waits on.
///
/// The message says how many wait, and as that of a timeout why, who has the connections and what to
/// do; so does [#explanation], as data. There is no wait to account for: the time looked at is that of
/// a timeout, up to now. All who are refused for the same reason within a tenth of a second are told
/// the same. SQLState is HYT00, as of a timeout, so that whoever knows that one needs to know no other.
public final class PoolOverloadedException extends PoolTimeoutException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    PoolOverloadedException(Explanation explanation, String text, @Nullable Throwable cause, Duration retryAfter) {
        super(explanation, text, cause);
        this.retryAfter = retryAfter;
    }

    /// Returns how much sooner his turn would have to come for who asks, as far as the last loans tell:
    /// to ask again before so much time has passed is of little use. Zero if that is not known.
    public Duration retryAfter() {
        return retryAfter;
    }
}
