package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who has the connections of a server that has none left, as the server told over one of the pool's own. What it
/// counts are the connections to which the limit applies: to a database, those to that database.
///
/// @param limit  the limit that is reached, of several the narrowest; null if none is, or none was seen
/// @param others who has how many, but for this pool's, the most first
/// @param ours   how many this pool has
/// @param age    how long before the report that was
/// @param gap    what could not be seen, and why; null if all was
public record Occupancy(
        @Nullable ConnectionLimit limit,
        List<Share> others,
        int ours,
        Duration age,
        @Nullable String gap) {
    /// How many connections somebody has.
    ///
    /// @param who         the application, as its connections name it; the user if they do not
    /// @param connections how many it has
    public record Share(String who, int connections) {}

    /// Copies the list.
    public Occupancy {
        others = List.copyOf(others);
    }

    static Occupancy unseen(String why) {
        return new Occupancy(null, List.of(), 0, Duration.ZERO, why);
    }

    Occupancy aged(Duration itsAge) {
        return new Occupancy(limit, others, ours, itsAge, gap);
    }
}
