package dev.aludel.pool;

import java.time.Duration;

/// What was asked of a pool during a wait.
///
/// @param checkoutsPerSecond loans that ended, per second
/// @param heldEach           mean time a connection was held, per loan that ended
/// @param inSqlEach          mean time of it in SQL; what was not seen after an `unwrap` counts as such
/// @param waiting            callers who waited at the end, whatever for
public record Load(double checkoutsPerSecond, Duration heldEach, Duration inSqlEach, int waiting) {
    /// Returns how many connections the served rate would keep busy if each were held only during its SQL.
    ///
    /// This is Little's law, `busy = rate × time held`; a floor, not a size to set.
    ///
    /// @see <a href="https://doi.org/10.1287/opre.9.3.383">J. D. C. Little (1961), L = λW</a>
    public double connectionsBusyInSql() {
        return checkoutsPerSecond * inSqlEach.toNanos() / 1e9;
    }
}
