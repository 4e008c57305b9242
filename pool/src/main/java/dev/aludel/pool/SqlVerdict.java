package dev.aludel.pool;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tells what statements that take most of a pool's time wait for.
///
/// @param capacity connection-seconds that the pool had
/// @param inSql    how many of them were spent in SQL
/// @param length   of the wait, in seconds
/// @param sure     how sure it is that they were
/// @param holders  who had a connection in the end
/// @param server   what the server showed shortly before
record SqlVerdict(
        double capacity,
        double inSql,
        List<Diagnosis.Share> shares,
        double length,
        Confidence sure,
        List<Holder> holders,
        ServerReport server) {
    /// The share of the connections in SQL from which on what they have in common is the cause.
    private static final double MOST = 0.5;

    Diagnosis diagnosis() {
        List<Holder> running =
                holders.stream().filter(holder -> holder.inSql() != null).toList();
        List<Long> backends = running.stream()
                .filter(this::ranWhenSeen)
                .map(Holder::backend)
                .filter(Objects::nonNull)
                .map(Backend::id)
                .toList();
        if (!server.showsLocks() || backends.isEmpty()) {
            return inDatabase(running.stream().anyMatch(this::ranWhenSeen) && server.showsLocks());
        }
        LockChains chains = LockChains.of(server.locks());
        LockChains.Root worst = chains.worst(backends)
                .filter(root -> root.blocked() >= MOST * running.size())
                .orElse(null);
        if (worst != null) {
            return locked(worst, running, chains);
        }
        boolean isFree = backends.size() == running.size() && backends.stream().allMatch(id -> chains.of(id) == null);
        return isFree ? slow(running) : inDatabase(false);
    }

    /// A call that began since was not seen.
    private boolean ranWhenSeen(Holder holder) {
        Duration inSql = holder.inSql();
        return inSql != null && inSql.compareTo(server.age()) >= 0;
    }

    /// @param unmatched whether the server was seen, and none of its sessions is one of the pool's
    private Diagnosis inDatabase(boolean unmatched) {
        String notSeen = unmatched
                ? "none of its sessions could be told to be the pool's: is there a pooler in between?"
                : server.gaps().isEmpty()
                        ? "no one thing that most of them wait for"
                        : String.join("; ", server.gaps());
        return new Diagnosis.InDatabase(
                capacity,
                inSql,
                shares,
                notSeen,
                sure,
                "look at these statements on the server: their plans, and what they wait for (pg_stat_activity,"
                        + " wait_event_type Lock); a bigger pool helps only if the server has room");
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
        Confidence confidence = sure == Confidence.CERTAIN && blocked(root, running, chains) >= MOST * capacity
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

    private static String remedy(long id, @Nullable Backend blocker) {
        if (id == 0) {
            return "commit or roll back the prepared transaction that has the locks (pg_prepared_xacts)";
        }
        if (blocker != null && blocker.state() == Backend.State.ACTIVE) {
            return "see why the statement of backend " + id + " takes so long, and end it if it may be ended";
        }
        return "have backend " + id
                + " end its transaction; a limit at the server (idle_in_transaction_session_timeout)"
                + " would have ended it";
    }
}
