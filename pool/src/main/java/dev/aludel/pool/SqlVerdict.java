package dev.aludel.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tells what statements that take most of a pool's time wait for.
///
/// @param capacity connection-seconds that the pool had
/// @param inSql    how many of them were spent in SQL
/// @param length   of the wait, in seconds
/// @param sure     how sure it is that they were
/// @param holders  who had a connection in the end
/// @param waiting  how many waited in the end
/// @param course   how things went
/// @param server   what the server showed shortly before
/// @param words    what it calls its own
record SqlVerdict(
        double capacity,
        double inSql,
        List<Diagnosis.Share> shares,
        double length,
        Confidence sure,
        List<Holder> holders,
        int waiting,
        Course course,
        ServerReport server,
        ServerWords words) {
    /// How much more than is kept busy a pool needs, so that nobody waits for long.
    private static final double ROOM = 1.25;

    private static final String LONGER = "a loan takes longer than when nobody waits: whether the server"
            + " would do more with more connections cannot be told";

    private static final String ENOUGH =
            "no loan takes longer than when nobody waits, and there are connections enough for as many as came";

    /// Up to which part of its connections in use a pool suffices.
    private static final double NEARLY = 0.9;

    /// Below which part of the statements that run here a server which runs fewer has them wait in a pooler.
    private static final double FEWER = 0.75;

    private static final String LOOK_THERE =
            "look at the pooler (PgBouncer: SHOW POOLS, cl_waiting, maxwait; is it paused?),"
                    + " and give it as many connections to the server as the pools before it keep busy: a larger pool here only waits"
                    + " there";

    private static final String WIDER =
            "give the pooler as many connections to the server as the pools before it keep busy"
                    + " (PgBouncer: SHOW POOLS, default_pool_size): a larger pool here only waits there";

    List<Diagnosis> diagnoses() {
        return inPooler().map(List::of).orElseGet(this::atServer);
    }

    /// What the pooler says of itself counts before what the server shows.
    private Optional<Diagnosis> inPooler() {
        int running = (int) holders.stream().filter(this::ranWhenSeen).count();
        return switch (server.pooler()) {
            case null -> Optional.empty();
            case PoolerReport.Queue queue ->
                running > 0 && isMost(queue)
                        ? Optional.of(pooler(running, queue.serving(), queue, Confidence.LIKELY, remedy(queue)))
                        : Optional.empty();
            case PoolerReport.ThrownOut lost -> {
                double waited = lost.waited().toNanos() / 1e9;
                Confidence confidence = waited >= Verdict.MOST * capacity ? sure : Confidence.LIKELY;
                yield waited >= Verdict.MOST * inSql
                        ? Optional.of(pooler(running, null, lost, confidence, WIDER))
                        : Optional.empty();
            }
        };
    }

    /// Returns whether most of the statements of all clients wait.
    private static boolean isMost(PoolerReport.Queue queue) {
        return queue.waiting() > 0 && queue.waiting() >= Verdict.MOST * (queue.waiting() + queue.serving());
    }

    private static String remedy(PoolerReport.Queue queue) {
        if (queue.paused()) {
            return "end the pause (PgBouncer: RESUME), or see who has paused it and what for: a larger pool here only waits"
                    + " there";
        }
        return queue.serving() > 0
                ? WIDER
                : "see whether the pooler is paused (PgBouncer: SHOW STATE, RESUME) and reaches the server (its log): a"
                        + " larger pool here only waits there";
    }

    private List<Diagnosis> atServer() {
        List<Holder> running =
                holders.stream().filter(holder -> holder.inSql() != null).toList();
        List<Long> backends = running.stream()
                .filter(this::ranWhenSeen)
                .map(Holder::backend)
                .filter(Objects::nonNull)
                .map(Backend::id)
                .toList();
        LockChains chains = LockChains.of(server.locks());
        if (server.showsLocks() && !backends.isEmpty()) {
            List<Diagnosis> locked = locked(running, backends, chains);
            if (!locked.isEmpty()) {
                return locked;
            }
        }
        List<Holder> seen = running.stream().filter(this::ranWhenSeen).toList();
        boolean unmatched = backends.isEmpty() && server.showsLocks() && !seen.isEmpty();
        if (unmatched && course.oneServer() && active() < FEWER * seen.size()) {
            return List.of(pooler(seen.size(), (int) active(), null, Confidence.LIKELY, LOOK_THERE)); // from one look
        }
        return List.of(flowing()
                .orElseGet(() -> isFree(seen, running.size(), chains) ? slow(seen) : inDatabase(notSeen(unmatched))));
    }

    private boolean isFree(List<Holder> seen, int running, LockChains chains) {
        return server.showsLocks()
                && !seen.isEmpty()
                && seen.size() >= Verdict.MOST * running
                && seen.stream().allMatch(holder -> isFree(holder, chains));
    }

    /// Whoever blocks most of those that run, whoever else blocks a good part of them, and a good part that waits for
    /// no lock.
    private List<Diagnosis> locked(List<Holder> running, List<Long> backends, LockChains chains) {
        List<Diagnosis> locked = new ArrayList<>();
        for (LockChains.Root root : chains.roots(backends)) {
            if (root.blocked() >= Verdict.PART * running.size()) {
                locked.add(locked(root, running, chains));
            }
        }
        long free = backends.stream().filter(id -> chains.of(id) == null).count();
        if (!locked.isEmpty() && free >= Verdict.PART * running.size() && !course.flows()) {
            locked.add(slow(running.stream()
                    .filter(this::ranWhenSeen)
                    .filter(holder -> isFree(holder, chains))
                    .toList()));
        }
        return locked;
    }

    private static boolean isFree(Holder holder, LockChains chains) {
        Backend backend = holder.backend();
        return backend != null && chains.of(backend.id()) == null;
    }

    private long active() {
        return server.backends().stream()
                .filter(backend -> backend.state() == Backend.State.ACTIVE)
                .count();
    }

    private Diagnosis pooler(
            int running, @Nullable Integer active, @Nullable PoolerReport told, Confidence confidence, String remedy) {
        return new Diagnosis.Pooler(capacity, inSql, shares, running, active, told, confidence, remedy);
    }

    /// If no connection is kept for long, it is a matter of how many there are, or of what the server can do.
    private Optional<Diagnosis> flowing() {
        Pace.Calm calm = course.calm();
        if (!course.flows()) {
            return Optional.empty();
        }
        if (calm == null) {
            return Optional.of(inDatabase(
                    "nobody has been seen to be served without waiting: whether the server would do more with"
                            + " more connections cannot be told"));
        }
        if (course.isSlower()) {
            return Optional.of(slower(calm));
        }
        if (course.isBurst()) {
            return Optional.of(burst(calm));
        }
        Double needed = course.needed();
        boolean suffices = needed != null && needed <= NEARLY * course.seats();
        if (!course.isAsFast()) {
            return Optional.of(inDatabase(LONGER));
        }
        return Optional.of(suffices ? inDatabase(ENOUGH) : tooSmall(calm));
    }

    /// A server that does as much as ever is at its limit. One that does less has slow statements, or locks.
    private Diagnosis slower(Pace.Calm calm) {
        if (course.servesAsMany()) {
            return overload(calm);
        }
        List<Holder> running =
                holders.stream().filter(holder -> holder.inSql() != null).toList();
        boolean less = course.perSecond() < calm.perSecond();
        return less && !running.isEmpty() && waitsForNothing() ? slow(running) : inDatabase(LONGER);
    }

    /// Returns whether no connection of the pool waited for a lock when the server was looked at, of most of them.
    private boolean waitsForNothing() {
        LockChains chains = LockChains.of(server.locks());
        long free = holders.stream().filter(holder -> isFree(holder, chains)).count();
        boolean blocked = holders.stream()
                .map(Holder::backend)
                .filter(Objects::nonNull)
                .anyMatch(backend -> chains.of(backend.id()) != null);
        return server.showsLocks() && !blocked && free >= Verdict.MOST * holders.size();
    }

    private Diagnosis overload(Pace.Calm calm) {
        return new Diagnosis.Overload(
                capacity,
                inSql,
                shares,
                course.heldEach(),
                calm.heldEach(),
                course.perSecond(),
                calm.perSecond(),
                Confidence.LIKELY, // something else may keep the server busy
                "a larger pool will not help: make the most frequent statements cheaper, cache, give the server more, or have"
                        + " fewer come (deadlines: checkOut(label, Deadline); maxWaiting)");
    }

    private Diagnosis burst(Pace.Calm calm) {
        return new Diagnosis.Burst(
                capacity,
                inSql,
                shares,
                (int) Math.round(course.loans()) + waiting,
                Duration.ofNanos((long) (course.length() * 1e9)),
                calm.busy(),
                course.seats(),
                Confidence.LIKELY, // others may come after them
                "give callers more time (timeout) than so many take one after another, or have them come in smaller numbers;"
                        + " a larger pool would be idle nearly always");
    }

    private Diagnosis tooSmall(Pace.Calm calm) {
        Double needed = course.needed();
        Integer room = room();
        String server = room == null
                ? "see first that the server has room"
                : "the server has room for " + room + " more, of all pools that share it";
        return new Diagnosis.TooSmall(
                capacity,
                inSql,
                shares,
                course.heldEach(),
                calm.heldEach(),
                needed,
                course.seats(),
                room,
                Confidence.LIKELY, // the server may have no more to give
                size(needed, room) + "; " + server);
    }

    private String size(@Nullable Double needed, @Nullable Integer room) {
        if (needed == null) {
            return "raise size step by step, while a loan takes no longer for it";
        }
        int wanted = (int) Math.ceil(needed * ROOM);
        return room == null || wanted <= course.seats() + room
                ? "raise size to some " + wanted
                : "size would have to be some " + wanted
                        + ", which the server has no room for: make the statements cheaper, or have fewer come";
    }

    private @Nullable Integer room() {
        return server.limits().stream()
                .map(ConnectionLimit::room)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /// A call that began since was not seen.
    private boolean ranWhenSeen(Holder holder) {
        Duration inSql = holder.inSql();
        return inSql != null && inSql.compareTo(server.age()) >= 0;
    }

    /// @param unmatched whether the server was seen, and none of its sessions is one of the pool's
    private String notSeen(boolean unmatched) {
        if (unmatched) {
            return "none of its sessions could be told to be the pool's: is there a pooler in between?";
        }
        return server.gaps().isEmpty() ? "no one thing that most of them wait for" : String.join("; ", server.gaps());
    }

    private Diagnosis inDatabase(String notSeen) {
        return new Diagnosis.InDatabase(
                capacity,
                inSql,
                shares,
                notSeen,
                sure,
                "look at these statements on the server: their plans, and what they wait for" + words.waits
                        + "; a bigger pool helps only if the server has room");
    }

    private Diagnosis slow(List<Holder> running) {
        String sql = mostFrequent(running);
        Duration longest = running.stream()
                .filter(holder -> Objects.equals(sql, holder.lastSql()))
                .map(Holder::inSql)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new Diagnosis.SlowSql(
                capacity,
                inSql,
                shares,
                running.size(),
                sql,
                longest,
                course.calm() == null ? null : course.calm().sqlEach(),
                Confidence.LIKELY, // an earlier statement may have waited for a lock
                "look at the plan of this statement (EXPLAIN), and limit it (statementTimeout); a bigger pool helps only"
                        + " if the server has room");
    }

    private static @Nullable String mostFrequent(List<Holder> running) {
        return running.stream()
                .map(Holder::lastSql)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(sql -> sql, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private Diagnosis locked(LockChains.Root root, List<Holder> running, LockChains chains) {
        Confidence confidence = sure == Confidence.CERTAIN && blocked(root, running, chains) >= Verdict.MOST * capacity
                ? Confidence.CERTAIN
                : Confidence.LIKELY;
        for (Holder holder : holders) {
            Backend backend = holder.backend();
            if (backend != null && backend.id() == root.backend()) {
                return new Diagnosis.LockedByOwn(
                        capacity,
                        inSql,
                        shares,
                        running.size(),
                        root.blocked(),
                        holder,
                        confidence,
                        new Remedies(holders).endSooner(holder));
            }
        }
        Backend blocker = server.backend(root.backend());
        return new Diagnosis.LockedByOther(
                capacity,
                inSql,
                shares,
                running.size(),
                root.blocked(),
                root.backend(),
                blocker,
                confidence,
                remedy(root.backend(), blocker));
    }

    /// Returns the connection-seconds within the wait, up to the look, in which statements waited for one
    /// client, as far as the server tells since when.
    private double blocked(LockChains.Root root, List<Holder> running, LockChains chains) {
        double seen = Math.max(0, length - server.age().toNanos() / 1e9);
        return running.stream()
                .filter(this::ranWhenSeen)
                .map(Holder::backend)
                .filter(Objects::nonNull)
                .filter(backend -> chains.roots(backend.id()).contains(root.backend()))
                .map(backend -> chains.of(backend.id()))
                .mapToDouble(wait -> wait == null || wait.waited() == null
                        ? 0
                        : Math.min(seen, wait.waited().toNanos() / 1e9))
                .sum();
    }

    private String remedy(long id, @Nullable Backend blocker) {
        if (id == 0) {
            return "commit or roll back the prepared transaction that has the locks" + words.prepared;
        }
        if (blocker != null && blocker.state() == Backend.State.ACTIVE) {
            return "see why the statement of backend " + id + " takes so long, and end it if it may be ended";
        }
        return "have backend " + id + " end its transaction" + words.idleLimit;
    }
}
