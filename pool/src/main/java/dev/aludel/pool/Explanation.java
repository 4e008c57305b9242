package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Why somebody waits for a connection, who has them, and what to do about it: facts as data, and a text made of
/// them.
///
/// Diagnoses rest on the accounting of connection-seconds within the wait; stacks only illustrate.
///
/// @param pool      the pool's name
/// @param summary   what happened, in one line
/// @param waited    the time looked at: for a timeout the caller's own wait
/// @param diagnoses why, the weightiest first; never empty
/// @param holders   who has a connection now
/// @param waiters   who waits now, in the order of their turns, 100 of them at most; [Load#waiting] counts all. Those
///                  whose tenant has all it may come last, each tenant's in the order of their turns
/// @param load      what was asked of the pool meanwhile
/// @param server    what the server showed of itself
public record Explanation(
        String pool,
        String summary,
        Duration waited,
        List<Diagnosis> diagnoses,
        List<Holder> holders,
        List<Queued> waiters,
        Load load,
        ServerReport server) {
    /// A caller in the queue.
    ///
    /// @param label  who, or null
    /// @param waited since when
    /// @param loop   the class of the event loop that its thread runs, or null if it is none that is
    ///               known
    /// @param tenant whose connections it waits for, as that has all that it may have
    ///               ([Settings#maxPerTenant]); null if any will do
    public record Queued(
            @Nullable String label,
            Duration waited,
            @Nullable String loop,
            @Nullable String tenant) {}

    /// Copies the lists.
    public Explanation {
        diagnoses = List.copyOf(diagnoses);
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /// Returns the explanation as text, a line for each of: summary, why, who, load, try, see.
    public String text() {
        return new ExplanationText(this).text();
    }

    /// Finds the explanation in an error, its causes and what was suppressed, however deep a framework wrapped it.
    public static Optional<Explanation> find(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>(List.of(error));
        while (!open.isEmpty()) {
            Throwable next = open.poll();
            if (next instanceof Explained explained) {
                return Optional.of(explained.explanation());
            }
            if (seen.add(next)) {
                Optional.ofNullable(next.getCause()).ifPresent(open::add);
                Collections.addAll(open, next.getSuppressed());
            }
        }
        return Optional.empty();
    }
}
