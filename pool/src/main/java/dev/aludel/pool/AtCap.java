package dev.aludel.pool;

/// For how long one caller waited until his tenant had fewer connections than it may. Written by his own thread, and
/// read by it: an explanation is his. Who lists those who wait finds it in a queue, and asks only whether it is over.
final class AtCap {
    final Tenant tenant;
    final long since;
    private final long lackedBefore;
    private boolean isOver;
    private long until;
    private long lacked;

    /// Whether he is counted among those who wait, in no queue: from his tenant's to the line.
    private boolean hasPlace;

    AtCap(Tenant tenant, long since) {
        this.tenant = tenant;
        this.since = since;
        this.lackedBefore = tenant.lacked();
    }

    /// He need not wait for this any more.
    ///
    /// @param missing how many who had a permit before had no connection yet
    void ends(long now, int missing) {
        lacked = lacked(now, missing);
        until = now;
        isOver = true;
        hasPlace = true;
    }

    /// Returns whether he is still counted among those who wait, and has that end.
    boolean handsOnPlace() {
        boolean had = hasPlace;
        hasPlace = false;
        return had;
    }

    boolean isOver() {
        return isOver;
    }

    /// Returns nanoseconds up to its end, or to now.
    long waited(long now) {
        return Math.max(0, (isOver ? until : now) - since);
    }

    /// Returns for how long connections that the tenant might have had meanwhile were not there yet: those who had a
    /// permit waited for one themselves. In nanoseconds, of all together, and at most.
    ///
    /// @param missing how many who have a permit have no connection now
    long lacked(long now, int missing) {
        return isOver ? lacked : tenant.lacked() - lackedBefore + missing * waited(now);
    }
}
