package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Tells what those do who hold most of a pool's time outside SQL.
///
/// @param capacity   connection-seconds that the pool had
/// @param outsideSql how many of them were held outside SQL
/// @param length     of the wait, in seconds
/// @param sure       how sure it is that they were
/// @param holders    who had a connection in the end
/// @param waiting    how many waited in the end
/// @param queued     the first of them
/// @param readScope  what the layer above calls its way to read without holding a connection
record HeldVerdict(
        double capacity,
        double outsideSql,
        List<Diagnosis.Share> shares,
        double length,
        Confidence sure,
        List<Holder> holders,
        int waiting,
        List<Explanation.Queued> queued,
        String readScope) {
    /// From when on a transaction without SQL is idle.
    static final Duration IDLE = Duration.ofSeconds(5);

    /// What those do who hold a connection outside SQL. One who waits for a connection of this pool himself, or whose
    /// thread runs nothing, matters only if somebody waits.
    private enum Doing {
        LOOPING,
        NESTED,
        LEFT,
        WITHOUT_THREAD,
        ELSEWHERE,
        IDLE_IN_TRANSACTION,
        SOMETHING_ELSE
    }

    /// What most of them do, and whatever else several of them do.
    List<Diagnosis> diagnoses() {
        List<Doing> named = named();
        List<Diagnosis> found =
                new ArrayList<>(named.stream().map(this::diagnosis).toList());
        if (found.isEmpty() || (!named.contains(Doing.SOMETHING_ELSE) && left(named) > Verdict.PART * capacity)) {
            found.add(diagnosis(Doing.SOMETHING_ELSE));
        }
        if (loop().isPresent() && !named.contains(Doing.LOOPING)) {
            found.add(eventLoop());
        }
        return found;
    }

    private List<Doing> named() {
        Map<Doing, Long> counts = new EnumMap<>(Doing.class);
        holders.stream()
                .filter(holder -> holder.inSql() == null)
                .forEach(holder -> counts.merge(doing(holder), 1L, Long::sum));
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return counts.entrySet().stream()
                .filter(entry -> isNamed(entry.getKey(), entry.getValue(), all))
                .sorted(Map.Entry.<Doing, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Returns the connection-seconds of labels that none of those has whose doing is named: they may
    /// be in SQL at this very moment.
    private double left(List<Doing> named) {
        return shares.stream()
                .filter(share -> holders.stream()
                        .filter(holder -> holder.inSql() == null && named.contains(doing(holder)))
                        .noneMatch(holder -> Remedies.isOf(holder, share)))
                .mapToDouble(Diagnosis.Share::seconds)
                .sum();
    }

    /// Those who wait themselves are the victims of the others, unless they are most of all.
    private boolean isNamed(Doing doing, long count, long all) {
        return switch (doing) {
            case LOOPING, NESTED, WITHOUT_THREAD -> count >= Verdict.MOST * holders.size();
            case LEFT, ELSEWHERE, IDLE_IN_TRANSACTION, SOMETHING_ELSE ->
                count >= Verdict.MOST * all || (count > 1 && count > Verdict.PART * all);
        };
    }

    private Doing doing(Holder holder) {
        if (isLooping(holder)) {
            return Doing.LOOPING;
        }
        if (isElsewhere(holder)) {
            return Doing.ELSEWHERE;
        }
        if (waiting > 0 && isNested(holder)) {
            return Doing.NESTED;
        }
        if (isLeft(holder)) {
            return Doing.LEFT;
        }
        if (waiting > 0 && isWithoutThread(holder)) {
            return Doing.WITHOUT_THREAD;
        }
        return isIdleInTransaction(holder) ? Doing.IDLE_IN_TRANSACTION : Doing.SOMETHING_ELSE;
    }

    private boolean doesSomethingElse(Holder holder) {
        return holder.inSql() == null && doing(holder) == Doing.SOMETHING_ELSE;
    }

    private Diagnosis diagnosis(Doing what) {
        return switch (what) {
            case LOOPING -> eventLoop();
            case NESTED -> nested();
            case LEFT -> leaked();
            case WITHOUT_THREAD -> holdAndWait();
            case ELSEWHERE -> elsewhere();
            case IDLE_IN_TRANSACTION -> idleInTransaction();
            case SOMETHING_ELSE ->
                new Diagnosis.HeldOutsideSql(
                        capacity,
                        outsideSql,
                        shares,
                        sure,
                        remedies().move(largest(this::doesSomethingElse), readScope));
        };
    }

    private boolean isLooping(Holder holder) {
        return holder.loop() != null && loop().isPresent();
    }

    /// Returns the event loop that a caller blocks who waits.
    private Optional<String> loop() {
        return queued.stream()
                .map(Explanation.Queued::loop)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private Diagnosis eventLoop() {
        return new Diagnosis.EventLoop(
                capacity,
                outsideSql,
                shares,
                loop().orElse(""),
                count(holder -> holder.loop() != null),
                (int) queued.stream().filter(caller -> caller.loop() != null).count(),
                Confidence.LIKELY, // it may be blocked for another reason, too
                "never wait for a connection, or for SQL, on an event loop: hand the work to a virtual thread"
                        + " (Executors.newVirtualThreadPerTaskExecutor), and come back with its result");
    }

    /// Returns the largest share of those who do something.
    private Diagnosis.Share largest(Predicate<Holder> what) {
        return shares.stream()
                .filter(share -> holders.stream().filter(what).anyMatch(holder -> Remedies.isOf(holder, share)))
                .findFirst()
                .or(() -> shares.stream().findFirst())
                .orElseGet(() -> new Diagnosis.Share(null, null, outsideSql));
    }

    private int count(Predicate<Holder> what) {
        return (int) holders.stream().filter(what).count();
    }

    private String first(Predicate<Holder> what) {
        return Remedies.name(largest(what));
    }

    private Remedies remedies() {
        return new Remedies(holders);
    }

    private static boolean isWithoutThread(Holder holder) {
        return holder.inSql() == null
                && holder.waitsFor() == null
                && (holder.owner() == Holder.Owner.QUEUED || holder.owner() == Holder.Owner.AWAY);
    }

    private static boolean isNested(Holder holder) {
        return holder.owner() == Holder.Owner.NESTED && holder.waitsFor() == null;
    }

    private static boolean isElsewhere(Holder holder) {
        return holder.owner() == Holder.Owner.NESTED && holder.waitsFor() != null;
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
        double seconds = waited(HeldVerdict::isNested);
        int nested = count(HeldVerdict::isNested);
        boolean certain = nested == holders.size()
                && holders.stream().allMatch(holder -> holder.onVirtual() && holder.lastSql() != null)
                && seconds >= Verdict.MOST * capacity;
        return with(certain ? sure : Confidence.LIKELY).circularWait(nested, List.of());
    }

    /// Returns for how long those waited for another connection, within this wait.
    private double waited(Predicate<Holder> what) {
        return holders.stream()
                .filter(what)
                .map(Holder::waits)
                .filter(Objects::nonNull)
                .mapToDouble(waits -> Math.min(length, waits.toNanos() / 1e9))
                .sum();
    }

    private HeldVerdict with(Confidence other) {
        return new HeldVerdict(capacity, outsideSql, shares, length, other, holders, waiting, queued, readScope);
    }

    /// Of callers who were found to wait for each other, all of them.
    ///
    /// @param others which other pools it leads through
    Diagnosis circle(List<String> others) {
        boolean looping = !holders.isEmpty() && holders.stream().allMatch(holder -> holder.loop() != null);
        return looping && loop().isPresent() ? eventLoop() : circularWait(holders.size(), others);
    }

    /// @param nested how many of the holders want a second connection
    private Diagnosis circularWait(int nested, List<String> others) {
        int both = count(HeldVerdict::isNested);
        int enough = holders.size() + Math.max(0, waiting - both) + (both > 0 && !others.isEmpty() ? 2 : 1);
        return new Diagnosis.CircularWait(
                capacity,
                outsideSql,
                shares,
                holders.size(),
                nested,
                waiting,
                others,
                enough,
                sure,
                others.isEmpty() ? one(enough) : several(others, enough));
    }

    private String one(int enough) {
        return "hand the connection that " + first(HeldVerdict::isNested)
                + " has on to what wants a second one, or do the two one after the"
                + " other; with " + enough
                + " connections, one for each of these callers and one more, they would not"
                + " stand still";
    }

    private static String several(List<String> others, int enough) {
        return "have all callers take connections of this pool and of " + Text.quoted(others)
                + " in the same order, or give the first back before they ask for the second; with " + enough
                + " connections of this pool, one for each caller who has or wants one, they would not stand still";
    }

    /// The time outside SQL is accounted for; that they wait for another pool is as sure if they did for most of it.
    private Diagnosis elsewhere() {
        String pool = holders.stream()
                .filter(HeldVerdict::isElsewhere)
                .map(holder -> String.valueOf(holder.waitsFor()))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
        Predicate<Holder> waits = holder -> isElsewhere(holder) && pool.equals(holder.waitsFor());
        Duration longest = holders.stream()
                .filter(waits)
                .map(Holder::waits)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new Diagnosis.HeldOutsideSql(
                capacity,
                outsideSql,
                shares,
                new Diagnosis.Awaited(pool, count(waits), longest),
                waited(waits) >= Verdict.MOST * capacity ? sure : Confidence.LIKELY,
                "see why pool '" + pool
                        + "' has none for them, by its own timeouts or its explain(): those of this pool"
                        + " are kept for nothing until then; or have " + first(waits)
                        + " give its connection back before it asks for one of '" + pool
                        + "', or ask for that one first");
    }

    private Diagnosis leaked() {
        return new Diagnosis.Leaked(
                capacity,
                outsideSql,
                shares,
                count(HeldVerdict::isLeft),
                longest(HeldVerdict::isLeft),
                Confidence.LIKELY, // it may have been handed to another thread
                "put the connection that " + first(HeldVerdict::isLeft)
                        + " checks out in try-with-resources; if another thread"
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

    /// It is certain if their quiet alone was most of the time.
    private Diagnosis idleInTransaction() {
        double idle = holders.stream()
                .filter(HeldVerdict::isIdleInTransaction)
                .mapToDouble(holder -> Math.min(length, holder.quiet().toNanos() / 1e9))
                .sum();
        return new Diagnosis.IdleInTransaction(
                capacity,
                outsideSql,
                shares,
                count(HeldVerdict::isIdleInTransaction),
                longest(HeldVerdict::isIdleInTransaction),
                idle >= Verdict.MOST * capacity ? sure : Confidence.LIKELY,
                new Remedies(holders.stream()
                                .filter(HeldVerdict::isIdleInTransaction)
                                .toList())
                        .move(largest(HeldVerdict::isIdleInTransaction), readScope));
    }
}
