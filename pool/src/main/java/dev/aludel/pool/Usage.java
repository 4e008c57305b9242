package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where connection time went since the pool was built, for one label and one line of code.
///
/// What is still checked out counts up to now.
///
/// @param label      who asked (a route, a job), or null if nothing was given
/// @param site       the line that checked out, as `Trips.holds(Trips.java:47)`, or null where it was not recorded:
///                   it
///                   is recorded when connections are about to run out, not always
/// @param checkouts  loans that have ended
/// @param inSql      connection-seconds held while the driver was at work
/// @param outsideSql connection-seconds held while it was not
/// @param connecting seconds spent opening or checking connections for this label
/// @param resetting  connection-seconds spent in check-in: closing statements, ending transactions
/// @param unseen     connection-seconds held after the borrower got the driver's own object by `unwrap`: in SQL or not,
///                   nobody sees that
public record Usage(
        @Nullable String label,
        @Nullable String site,
        long checkouts,
        Duration inSql,
        Duration outsideSql,
        Duration connecting,
        Duration resetting,
        Duration unseen) {}
