package dev.aludel.pool;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/// Tells what those do who hold most of a pool's time outside SQL.
///
/// @param capacity   connection-seconds that the pool had
/// @param outsideSql how many of them were held outside SQL
/// @param length     of the wait, in seconds
/// @param sure       how sure it is that they were
/// @param holders    who had a connection in the end
/// @param waiting    how many waited in the end
/// @param readScope  what the layer above calls its way to read without holding a connection
record HeldVerdict(
        double capacity,
        double outsideSql,
        List<Diagnosis.Share> shares,
        double length,
        Confidence sure,
        List<Holder> holders,
        int waiting,
        String readScope) {
    /// The share of the holders, and of the connection-seconds, from which on what they have in common is the cause.
    private static final double MOST = 0.5;

    /// From when on a transaction without SQL is idle.
    static final Duration IDLE = Duration.ofSeconds(5);

    Diagnosis diagnosis() {
        if (waiting > 0 && areMost(holder -> holder.owner() == Holder.Owner.NESTED)) {
            return nested();
        }
        if (areMost(HeldVerdict::isLeft)) {
            return leaked();
        }
        if (waiting > 0 && areMost(HeldVerdict::isWithoutThread)) {
            return holdAndWait();
        }
        if (areMost(HeldVerdict::isIdleInTransaction)) {
            return idleInTransaction();
        }
        return new Diagnosis.HeldOutsideSql(
                capacity, outsideSql, shares, sure, remedies().move(shares.getFirst(), readScope));
    }

    private boolean areMost(Predicate<Holder> what) {
        return !holders.isEmpty() && count(what) >= MOST * holders.size();
    }

    private int count(Predicate<Holder> what) {
        return (int) holders.stream().filter(what).count();
    }

    private String first() {
        return shares.isEmpty() ? "the holder" : Remedies.name(shares.getFirst());
    }

    private Remedies remedies() {
        return new Remedies(holders);
    }

    private static boolean isWithoutThread(Holder holder) {
        return holder.inSql() == null && (holder.owner() == Holder.Owner.QUEUED || holder.owner() == Holder.Owner.AWAY);
    }

    private static boolean isLeft(Holder holder) {
        return holder.inSql() == null && holder.owner() == Holder.Owner.ENDED;
    }

    private static boolean isIdleInTransaction(Holder holder) {
        return holder.inTransaction()
                && holder.inSql() == null
                && holder.quiet().compareTo(IDLE) >= 0;
    }

    /// It is certain if those who wait for a second connection did so for most of the time. What a
    /// thread of an executor holds may belong to work that it had before.
    private Diagnosis nested() {
        double seconds = holders.stream()
                .filter(holder -> holder.owner() == Holder.Owner.NESTED)
                .map(Holder::waits)
                .filter(Objects::nonNull)
                .mapToDouble(waits -> Math.min(length, waits.toNanos() / 1e9))
                .sum();
        int nested = count(holder -> holder.owner() == Holder.Owner.NESTED);
        boolean certain = nested == holders.size()
                && holders.stream().allMatch(holder -> holder.onVirtual() && holder.lastSql() != null)
                && seconds >= MOST * capacity;
        return with(certain ? sure : Confidence.LIKELY).circularWait(nested);
    }

    private HeldVerdict with(Confidence other) {
        return new HeldVerdict(capacity, outsideSql, shares, length, other, holders, waiting, readScope);
    }

    /// @param nested how many of the holders want a second connection
    Diagnosis circularWait(int nested) {
        int enough = holders.size() + Math.max(0, waiting - nested) + 1;
        return new Diagnosis.CircularWait(
                capacity,
                outsideSql,
                shares,
                holders.size(),
                nested,
                waiting,
                enough,
                sure,
                "hand the connection that " + first()
                        + " has on to what wants a second one, or do the two one after the"
                        + " other; with " + enough
                        + " connections, one for each of these callers and one more, they would not"
                        + " stand still");
    }

    private Diagnosis leaked() {
        return new Diagnosis.Leaked(
                capacity,
                outsideSql,
                shares,
                count(HeldVerdict::isLeft),
                longest(HeldVerdict::isLeft),
                Confidence.LIKELY, // it may have been handed to another thread
                "put the connection that " + first() + " checks out in try-with-resources; if another thread"
                        + " goes on with it, have that one return it sooner");
    }

    private Duration longest(Predicate<Holder> what) {
        return holders.stream()
                .filter(what)
                .map(Holder::quiet)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private Diagnosis holdAndWait() {
        int enough = holders.size() + waiting;
        return new Diagnosis.HoldAndWait(
                capacity,
                outsideSql,
                shares,
                holders.size(),
                count(HeldVerdict::isWithoutThread),
                waiting,
                enough,
                Confidence.LIKELY, // who works for a connection is seen in the end only
                "open, use and close the connection within one task, or end its transaction before the task ends, or let no"
                        + " more work begin than there are connections; a larger pool would help from one connection for all"
                        + " work under way on, " + enough + " as far as is seen here");
    }

    private Diagnosis idleInTransaction() {
        return new Diagnosis.IdleInTransaction(
                capacity,
                outsideSql,
                shares,
                count(HeldVerdict::isIdleInTransaction),
                longest(HeldVerdict::isIdleInTransaction),
                sure,
                remedies().move(shares.getFirst(), readScope));
    }
}
