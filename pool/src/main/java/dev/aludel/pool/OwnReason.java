package dev.aludel.pool;

import java.time.Duration;
import java.util.List;

/// Why one caller got no connection though others did: it is about who asked, not about what the pool has.
public sealed interface OwnReason extends Diagnosis {
    /// The caller's tenant had as many connections as it may ([Settings#maxPerTenant]), whatever others had.
    ///
    /// @param tenant   its name, as it may be shown
    /// @param most     how many it may have
    /// @param waited   for how long the caller waited for one of them to come back; zero if he did not,
    ///                 and then the next two are
    /// @param capacity connection-seconds that the tenant might have had meanwhile
    /// @param held     how many of them it had, at least
    /// @param shares   who has its connections now, and for how much of the caller's wait (if he did not
    ///                 wait: for how long), the largest first
    /// @param nested   with how many of them the caller, or another who waits as he does, has one already
    /// @param waiting  how many of the tenant wait still
    /// @param idle     how many connections of the pool were idle when the wait ended
    record TenantAtCap(
            String tenant,
            int most,
            Duration waited,
            double capacity,
            double held,
            List<Diagnosis.Share> shares,
            int nested,
            int waiting,
            int idle,
            Confidence confidence,
            String remedy)
            implements OwnReason {
        /// Copies the shares.
        public TenantAtCap {
            shares = List.copyOf(shares);
        }
    }

    /// Others who came later were served before the caller, since they have a higher [Priority]. In
    /// order of arrival his turn would have come.
    ///
    /// @param priority the caller's
    /// @param overtook how many did, at least
    record Outranked(Priority priority, long overtook) implements OwnReason {
        @Override
        public Confidence confidence() {
            return Confidence.CERTAIN;
        }

        @Override
        public String remedy() {
            return priority == Priority.LOW
                    ? "let it wait for longer, or run when less is asked: LOW is served when nobody else waits; if it may not"
                            + " wait, it is not LOW"
                    : "see whether all that is HIGH has to come first: whoever is not is served when none of them waits";
        }
    }
}
