package dev.aludel.pool;

import java.util.stream.Stream;

/// Tells when the turn of who comes now would be, as far as the last loans tell.
///
/// Who has stated a deadline is not let wait for a turn that would come too late: under overload all
/// others who wait would else be served when it is of no use to them any more, one after another. With
/// that alone, and in order of arrival, a pool of which ten times too much is asked serves as many in
/// time as it can (see `OverloadTest`).
final class Turns {
    /// The part of the time left in which a turn must come. The rest is for the work itself, and for
    /// loans that are longer than usual.
    private static final int PART = 2;

    private final Line line;

    Turns(Line line) {
        this.line = line;
    }

    /// Returns how many nanoseconds too late it would come for who has so many left; at most 0 if in time, or
    /// if nothing tells. Who may yet come with a higher priority is not foreseen.
    long lateBy(long left, Priority priority) {
        return lateBy(left, line.waitingBefore(priority), line.seats());
    }

    /// Likewise, for who waits behind others for a part of the connections.
    long lateBy(long left, int before, int seats) {
        return (long) ((before + 1.0) * usuallyHeld() / Math.max(1, seats)) - left / PART;
    }

    /// Returns for how long a connection has been held on the whole, lately; 0 if that is not known. It is the
    /// median of the slots: one loan of an hour is not to count for all.
    long usuallyHeld() {
        long[] held = Stream.of(line.slots())
                .mapToLong(Slot::usuallyHeld)
                .filter(time -> time > 0)
                .sorted()
                .toArray();
        return held.length == 0 ? 0 : held[held.length / 2];
    }
}
