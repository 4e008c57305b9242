package dev.aludel.pool;

import static java.util.Comparator.comparingDouble;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
/// @param queued      the first of them
/// @param connects    what is open and on its way
/// @param failure     why the last attempt to connect failed, or null if one has succeeded since
/// @param server      what the server showed of itself
/// @param course      how things went
/// @param troubles    how many attempts failed within the wait, for which reason
/// @param words       what the server calls its own
record Verdict(
        Config config,
        Accounts accounts,
        History.Tally tally,
        double capacity,
        boolean lacking,
        double guessed,
        List<Holder> holders,
        int waiting,
        List<Explanation.Queued> queued,
        NotConnected.Connects connects,
        @Nullable Throwable failure,
        Map<ConnectTrouble, Integer> troubles,
        Course course,
        ServerReport server,
        ServerWords words) {
    /// The share of the connection-seconds from which on a cause is the cause.
    static final double MOST = 0.5;
    /// The share above which it is named beside another.
    static final double PART = 0.3;
    /// The share of the connection-seconds that must be accounted for before anything is certain.
    static final double ACCOUNTED = 0.9;
    /// The share below which nobody is named. Half of all, spread over all accounts evenly, is still above it.
    private static final double NOTICED = MOST / Accounts.LIMIT;

    private static final int MOST_TROUBLES = 2;

    /// A connection that is opened anew sooner than that is young, in nanoseconds.
    private static final long YOUNG = TimeUnit.MINUTES.toNanos(1);

    static final String SLOW = "connecting takes longer than the callers wait: see what delays it (network, TLS,"
            + " name lookup, a server that is starting), or give the timeout that much more";

    static final String RECOVERS = "wait: connections are being opened again, and those who wait get them in turn; a"
            + " timeout as long as the server was away would have lasted";

    /// What is called for a cause, and how many connection-seconds it took.
    private record Part(double seconds, Supplier<List<Diagnosis>> diagnoses) {}

    /// A pause comes first, but does not hide what else took the time.
    List<Diagnosis> diagnoses() {
        List<Diagnosis> others = found();
        if (course.stood() < MOST * course.length() || course.length() <= 0) {
            return others;
        }
        List<Diagnosis> all = new ArrayList<>();
        all.add(new Diagnosis.Paused(time(course.length()), time(course.stood())));
        others.stream().filter(other -> !(other instanceof Diagnosis.Unknown)).forEach(all::add);
        return all;
    }

    /// A connection that is being checked or closed at that very moment does not outweigh the accounting of the wait.
    private List<Diagnosis> found() {
        List<Diagnosis> causes = causes();
        if (lacking && accounted() < ACCOUNTED * capacity) {
            return isChurning() ? List.of(churn()) : notConnectedAnd(causes);
        }
        if (!causes.isEmpty()) {
            return causes;
        }
        return lacking ? notConnected() : List.of(new Diagnosis.Unknown(capacity, outside(), inSql(), unseen()));
    }

    /// Who has those that are open is named beside, if that is most of what the pool may have.
    private List<Diagnosis> notConnectedAnd(List<Diagnosis> causes) {
        return accounted() > MOST * capacity
                ? Stream.concat(notConnected().stream(), causes.stream()).toList()
                : notConnected();
    }

    /// What took most of the time, and whatever else took a good part of it. Several parts are the cause together if
    /// none of them took most.
    private List<Diagnosis> causes() {
        List<Part> parts = Stream.of(
                        new Part(outside(), () -> held(confidence(outside())).diagnoses()),
                        new Part(inSql(), this::inDatabase),
                        new Part(resetting(), () -> List.of(resetSlow())),
                        new Part(isChurning() ? connecting() : 0, () -> List.of(churn())))
                .filter(part -> part.seconds > PART * capacity)
                .sorted(comparingDouble(Part::seconds).reversed())
                .toList();
        double all = parts.stream().mapToDouble(Part::seconds).sum();
        return parts.isEmpty() || all < MOST * capacity
                ? List.of()
                : parts.stream().flatMap(part -> part.diagnoses.get().stream()).toList();
    }

    private static Duration time(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private double resetting() {
        return tally.sum(History.RESETTING) / 1e9;
    }

    private double connecting() {
        return tally.sum(History.CONNECTING) / 1e9;
    }

    private Diagnosis resetSlow() {
        double loans = tally.sum(History.CHECKOUTS);
        return new Diagnosis.ResetSlow(
                capacity,
                resetting(),
                loans < 1 ? null : time(resetting() / loans),
                confidence(resetting()),
                "see what ending a loan waits for: a rollback of much work, a network that is slow, or the state that is put"
                        + " back (stateReset, resetOnReturn); commit before close(), and leave the session as it was");
    }

    private boolean isChurning() {
        return course.opened() >= Math.min(2 * course.seats(), Connects.OPENED) && connecting() >= PART * capacity;
    }

    private Diagnosis churn() {
        double perSecond = course.opened() / Math.max(course.length(), 1e-9);
        return new Diagnosis.Churn(capacity, connecting(), course.opened(), perSecond, Confidence.LIKELY, lastLonger());
    }

    private String lastLonger() {
        if (config.age() > 0 && config.age() < YOUNG) {
            return "let connections live longer (recycle, maxLifetime): they are opened anew after "
                    + ExplanationText.time(Duration.ofNanos(config.age()));
        }
        if (config.maxOverflow() > 0 && config.linger() == 0) {
            return "raise size, or linger: connections beyond size are closed when they come back";
        }
        return "see why connections are not lent again: whoever invalidates one, or an error after which nobody knows what"
                + " is still to come on it; the log says so";
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
            return List.of(
                    troubles.isEmpty()
                            ? new NotConnected.ConnectSlow(connects, SLOW + atOnce())
                            : new NotConnected.Recovering(connects, RECOVERS + atOnce()));
        }
        Map<ConnectTrouble, Integer> reasons = troubles.isEmpty() ? Map.of(ConnectTrouble.of(last), 0) : troubles;
        return reasons.entrySet().stream()
                .sorted(Map.Entry.<ConnectTrouble, Integer>comparingByValue().reversed())
                .limit(MOST_TROUBLES)
                .<Diagnosis>map(trouble -> cannotConnect(trouble.getKey(), trouble.getValue()))
                .toList();
    }

    /// The bound on how many are opened at once may be what callers wait for.
    private String atOnce() {
        boolean bound = connects.connecting() >= config.maxConnecting()
                && connects.open() + connects.connecting() < connects.limit();
        return bound ? "; no more than " + config.maxConnecting() + " are opened at once (maxConnecting)" : "";
    }

    private NotConnected cannotConnect(ConnectTrouble trouble, int failed) {
        NotConnected.Connects these = new NotConnected.Connects(
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

    private HeldVerdict held(Confidence sure) {
        return new HeldVerdict(
                capacity, outside(), shares(false), length(), sure, holders, waiting, queued, config.readScope());
    }

    /// Of callers who were found to wait for each other, all of them.
    Diagnosis circle(Circle circle) {
        boolean proved = !holders.isEmpty() && circle.isProved();
        return held(proved ? Confidence.CERTAIN : Confidence.LIKELY).circle(circle.others());
    }

    /// Returns how long the wait was, in seconds.
    private double length() {
        return capacity / Math.max(1, connects.limit());
    }

    private List<Diagnosis> inDatabase() {
        return new SqlVerdict(
                        capacity,
                        inSql(),
                        shares(true),
                        length(),
                        confidence(inSql()),
                        holders,
                        waiting,
                        course,
                        server,
                        words)
                .diagnoses();
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
