package dev.aludel.pool;

import static java.util.Comparator.comparingDouble;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Draws conclusions from the accounting of one wait.
///
/// @param tally       what was used within the wait
/// @param capacity    connection-seconds that the pool had
/// @param lacking     whether a caller got none although not every connection was lent
/// @param guessed     connection-seconds that are not accounted for exactly: all of them, if the time
///               looked at is not a caller's own wait
/// @param holders     who has a connection now, for the remedy only
/// @param waiting     how many wait now
/// @param connects    what is open and on its way
/// @param failure     why the last attempt to connect failed, or null if one has succeeded since
/// @param server      what the server showed of itself
/// @param troubles    how many attempts failed within the wait, for which reason
record Verdict(
        Config config,
        Accounts accounts,
        History.Tally tally,
        double capacity,
        boolean lacking,
        double guessed,
        List<Holder> holders,
        int waiting,
        Diagnosis.Connects connects,
        @Nullable Throwable failure,
        Map<ConnectTrouble, Integer> troubles,
        ServerReport server) {
    /// The share of the connection-seconds from which on a cause is the cause.
    private static final double MOST = 0.5;
    /// The share of the connection-seconds that must be accounted for before anything is certain.
    private static final double ACCOUNTED = 0.9;
    /// The share below which nobody is named. Half of all, spread over all accounts evenly, is still above it.
    private static final double NOTICED = MOST / Accounts.LIMIT;

    private static final int MOST_TROUBLES = 2;

    static final String SLOW = "connecting takes longer than the callers wait: see what delays it (network, TLS,"
            + " name lookup, a server that is starting), or give the timeout that much more";

    /// A connection that is being checked or closed at that very moment does not outweigh the accounting of the wait.
    List<Diagnosis> diagnoses() {
        if (lacking && accounted() < ACCOUNTED * capacity) {
            return notConnected();
        }
        if (outside() >= MOST * capacity && capacity > 0) {
            return List.of(heldOutsideSql());
        }
        if (inSql() >= MOST * capacity && capacity > 0) {
            return List.of(inDatabase());
        }
        return lacking ? notConnected() : List.of(new Diagnosis.Unknown(capacity, outside(), inSql(), unseen()));
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

    /// A cause is certain if nearly all of the time is accounted for, and if it were the cause even if
    /// every guess were wrong.
    private Confidence confidence(double seconds) {
        boolean certain = accounted() >= ACCOUNTED * capacity && seconds - guessed >= MOST * capacity;
        return certain ? Confidence.CERTAIN : Confidence.LIKELY;
    }

    /// Attempts may have failed for several reasons: the most frequent come first. If none has within
    /// the wait, the last before it counts.
    private List<Diagnosis> notConnected() {
        Throwable last = failure;
        if (last == null) {
            return List.of(new Diagnosis.ConnectSlow(connects, SLOW));
        }
        Map<ConnectTrouble, Integer> reasons = troubles.isEmpty() ? Map.of(ConnectTrouble.of(last), 0) : troubles;
        return reasons.entrySet().stream()
                .sorted(Map.Entry.<ConnectTrouble, Integer>comparingByValue().reversed())
                .limit(MOST_TROUBLES)
                .<Diagnosis>map(trouble -> cannotConnect(trouble.getKey(), trouble.getValue()))
                .toList();
    }

    private Diagnosis.NotConnected cannotConnect(ConnectTrouble trouble, int failed) {
        Diagnosis.Connects these = new Diagnosis.Connects(
                connects.open(),
                connects.limit(),
                connects.connecting(),
                connects.phases(),
                failed,
                connects.lastFailure());
        String remedy = trouble == ConnectTrouble.OTHER
                ? "see the cause of this error, and whether " + config.address() + " can be reached"
                : trouble.remedy;
        return trouble.diagnosis(these, remedy);
    }

    private Diagnosis heldOutsideSql() {
        return held(confidence(outside())).diagnosis();
    }

    private HeldVerdict held(Confidence sure) {
        return new HeldVerdict(
                capacity, outside(), shares(false), length(), sure, holders, waiting, config.readScope());
    }

    /// Of callers who were found to wait for each other, all of them.
    Diagnosis circle() {
        boolean proved = !holders.isEmpty()
                && holders.stream().allMatch(holder -> holder.onVirtual() && holder.lastSql() != null);
        return held(proved ? Confidence.CERTAIN : Confidence.LIKELY).circularWait(holders.size());
    }

    /// Returns how long the wait was, in seconds.
    private double length() {
        return capacity / Math.max(1, connects.limit());
    }

    private Diagnosis inDatabase() {
        return new SqlVerdict(capacity, inSql(), shares(true), length(), confidence(inSql()), holders, server)
                .diagnosis();
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
}
