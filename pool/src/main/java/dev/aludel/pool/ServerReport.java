package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What the server showed of itself shortly before a report, over a connection that was opened for it.
///
/// @param backends what serves the connections of clients, of any user and application
/// @param locks    which backends wait for locks, and for whom
/// @param limits   how many connections the server takes, and how many it has
/// @param pooler   what could be told of a pooler in between, or null
/// @param age      how long before the report that was
/// @param gaps     what could not be seen, each with its reason; a list that has no gap is all there is
public record ServerReport(
        List<Backend> backends,
        List<LockWait> locks,
        List<ConnectionLimit> limits,
        @Nullable PoolerReport pooler,
        Duration age,
        List<String> gaps) {
    static final String SERVER = "the server: ";
    static final String LOCKS = "its locks: ";

    /// How far the ages of a connection here and at the server may lie apart: that of a look, and of a slow connect.
    private static final Duration APART = Duration.ofSeconds(5);

    /// Copies the lists.
    public ServerReport {
        backends = List.copyOf(backends);
        locks = List.copyOf(locks);
        limits = List.copyOf(limits);
        gaps = List.copyOf(gaps);
    }

    /// Returns the same, as seen so long ago.
    ServerReport aged(Duration itsAge) {
        return new ServerReport(backends, locks, limits, pooler, itsAge, gaps);
    }

    /// Returns the same, with what could be told of a pooler.
    ServerReport with(PoolerReport its) {
        return new ServerReport(backends, locks, limits, its, age, gaps);
    }

    /// Returns whether a connection that waits for no lock in it waits for none.
    boolean showsLocks() {
        return gaps.stream().noneMatch(gap -> gap.startsWith(SERVER) || gap.startsWith(LOCKS));
    }

    /// Returns what serves a connection, if it was seen: that with its number, if it is as old. Behind a pooler, the
    /// number is the pooler's, and means another one, or none.
    ///
    /// @param age how old the connection is
    @Nullable
    Backend serving(OptionalLong id, Duration age) {
        return backends.stream()
                .filter(backend -> id.isPresent() && backend.id() == id.getAsLong())
                .filter(backend -> isAsOld(backend.age(), age))
                .findFirst()
                .orElse(null);
    }

    private static boolean isAsOld(@Nullable Duration atServer, Duration age) {
        return atServer == null || atServer.minus(age).abs().compareTo(APART) <= 0;
    }

    /// Returns a backend by its number, or null if it was not seen.
    @Nullable
    Backend backend(long id) {
        return backends.stream()
                .filter(backend -> backend.id() == id)
                .findFirst()
                .orElse(null);
    }

    /// Returns the report of who has seen nothing.
    static ServerReport unseen(String reason) {
        return new ServerReport(List.of(), List.of(), List.of(), null, Duration.ZERO, List.of(SERVER + reason));
    }
}
