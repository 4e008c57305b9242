package dev.aludel.pool;

import static java.util.Comparator.comparingDouble;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Draws conclusions from the accounting of one wait.
///
/// @param tally       what was used within the wait
/// @param capacity    connection-seconds that the pool had
/// @param lacking     whether a caller got none although not every connection was lent
/// @param guessed     connection-seconds that are not accounted for exactly: all of them, if the time looked at is not
///                    a caller's own wait
/// @param holders     who has a connection now, for the remedy only
/// @param lastFailure why the last attempt to connect failed, or null
record Verdict(
        Config config,
        Accounts accounts,
        History.Tally tally,
        double capacity,
        boolean lacking,
        double guessed,
        List<Holder> holders,
        int open,
        int limit,
        int connecting,
        @Nullable Throwable lastFailure) {
    /// The share of the connection-seconds from which on a cause is the cause.
    private static final double MOST = 0.5;
    /// The share of the connection-seconds that must be accounted for before anything is certain.
    private static final double ACCOUNTED = 0.9;
    /// The share below which nobody is named. Half of all, spread over all accounts evenly, is still above it.
    private static final double NOTICED = MOST / Accounts.LIMIT;

    /// A connection that is being checked or closed at that very moment does not outweigh the accounting of the wait.
    List<Diagnosis> diagnoses() {
        if (lacking && accounted() < ACCOUNTED * capacity) {
            return List.of(notConnected());
        }
        if (outside() >= MOST * capacity && capacity > 0) {
            return List.of(heldOutsideSql());
        }
        if (inSql() >= MOST * capacity && capacity > 0) {
            return List.of(inDatabase());
        }
        return List.of(lacking ? notConnected() : new Diagnosis.Unknown(capacity, outside(), inSql(), unseen()));
    }

    private double accounted() {
        return (tally.sum(History.HELD) + tally.sum(History.RESETTING)) / 1e9;
    }

    private double inSql() {
        return tally.sum(History.SQL) / 1e9;
    }

    private double outside() {
        return Math.max(0, (tally.sum(History.HELD) - tally.sum(History.SQL)) / 1e9 - unseen());
    }

    private double unseen() {
        return tally.sum(History.UNSEEN) / 1e9;
    }

    /// A cause is certain if nearly all of the time is accounted for, and if it were the cause even if every guess were
    /// wrong.
    private Confidence confidence(double seconds) {
        boolean certain = accounted() >= ACCOUNTED * capacity && seconds - guessed >= MOST * capacity;
        return certain ? Confidence.CERTAIN : Confidence.LIKELY;
    }

    private Diagnosis notConnected() {
        return new Diagnosis.NotConnected(
                open, limit, connecting, lastFailure == null ? null : Text.kind(lastFailure), connectRemedy());
    }

    private String connectRemedy() {
        return lastFailure == null
                ? "connecting takes longer than the callers wait: see what delays it (network, TLS, name lookup, a server"
                        + " that is starting), or give the timeout that much more"
                : "see the cause of this error, and whether " + config.address() + " can be reached";
    }

    private Diagnosis heldOutsideSql() {
        List<Diagnosis.Share> shares = shares(false);
        return new Diagnosis.HeldOutsideSql(
                capacity, outside(), shares, confidence(outside()), moveRemedy(shares.getFirst()));
    }

    private Diagnosis inDatabase() {
        return new Diagnosis.InDatabase(
                capacity,
                inSql(),
                shares(true),
                confidence(inSql()),
                "look at these statements on the server: their plans, and what they wait for (pg_stat_activity,"
                        + " wait_event_type Lock); a bigger pool helps only if the server has room");
    }

    private List<Diagnosis.Share> shares(boolean sql) {
        return accounts.all().stream()
                .map(account -> new Diagnosis.Share(
                        account.label(),
                        account.site() == null ? null : account.site().text(),
                        seconds(account, sql)))
                .filter(share -> share.seconds() >= NOTICED * capacity)
                .sorted(comparingDouble(Diagnosis.Share::seconds).reversed())
                .toList();
    }

    private double seconds(Account account, boolean sql) {
        double inSql = tally.of(account.id(), History.SQL);
        double unseen = tally.of(account.id(), History.UNSEEN);
        return (sql ? inSql : Math.max(0, tally.of(account.id(), History.HELD) - inSql - unseen)) / 1e9;
    }

    /// The remedy never splits a transaction: what wrote is told what an earlier commit would make final.
    private String moveRemedy(Diagnosis.Share largest) {
        List<Holder> theirs =
                holders.stream().filter(holder -> isOf(holder, largest)).toList();
        String what = busyWith(theirs).orElse("what " + name(largest) + " does outside SQL");
        if (theirs.stream().anyMatch(Holder::wrote)) {
            return "move " + what + " before the first write, or after the commit (an after-commit action, an outbox);"
                    + " an earlier commit would make final what was written so far";
        }
        if (theirs.isEmpty()) {
            return "move " + what + " to where no connection is held: before the first statement, or after the last";
        }
        return "only reads so far: use " + config.readScope() + ", or move " + what + " out of the transaction";
    }

    private static boolean isOf(Holder holder, Diagnosis.Share share) {
        return share.label() != null
                ? share.label().equals(holder.label())
                : holder.label() == null && Objects.equals(share.site(), holder.site());
    }

    private static String name(Diagnosis.Share share) {
        if (share.label() != null) {
            return Text.shown(share.label());
        }
        return share.site() == null ? "the holder" : share.site();
    }

    /// Returns the call that most of the holders are in, outside SQL: `Quotes.fetch`.
    private static Optional<String> busyWith(List<Holder> holders) {
        return holders.stream()
                .filter(holder -> holder.inSql() == null && !holder.doing().isEmpty())
                .map(Verdict::call)
                .collect(groupingBy(call -> call, counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    /// Returns the innermost call below the line that checked out; if it happens in that method itself, what it
    /// calls.
    private static String call(Holder holder) {
        List<String> user =
                holder.doing().stream().filter(line -> line.endsWith(")")).toList();
        String innermost = user.isEmpty() ? "" : withoutLine(user.getFirst());
        boolean inPlace = holder.site() == null || innermost.equals(withoutLine(holder.site()));
        return inPlace ? holder.doing().getFirst() : innermost;
    }

    private static String withoutLine(String site) {
        int bracket = site.indexOf('(');
        return bracket < 0 ? site : site.substring(0, bracket);
    }
}
