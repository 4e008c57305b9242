package dev.aludel.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a server lets one see of itself.
///
/// ```java
/// switch (server.locks(diagnostic, Duration.ofSeconds(1))) {
///     case ServerView.Seen<LockWait>(var waits, var gap) -> report(waits, gap);
///     case ServerView.Refused<LockWait>(var why) -> say(why);
///     case ServerView.NotKnown<LockWait>() -> {}
/// }
/// ```
public sealed interface ServerView<T> {
    /// The server has shown it.
    ///
    /// @param all what it has shown
    /// @param gap what it keeps back from this user, and which right would show it; null if all is here
    record Seen<T>(List<T> all, @Nullable String gap) implements ServerView<T> {
        /// Copies the list.
        public Seen {
            all = List.copyOf(all);
        }
    }

    /// This user may not look.
    ///
    /// @param why what may not be seen, and which right would show it
    record Refused<T>(String why) implements ServerView<T> {}

    /// Nobody knows how to ask this server, or it keeps no such thing.
    record NotKnown<T>() implements ServerView<T> {}
}
