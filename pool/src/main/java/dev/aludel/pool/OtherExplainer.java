package dev.aludel.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Explains why another pool gave no connection, from what was lent through here.
///
/// How many connections it may lend is not known, nor what it lends past this: what was lent when it
/// gave up counts as all it has, and nothing is certain.
final class OtherExplainer {
    /// How far back a slot's history goes at least, in nanoseconds: of a longer wait its last part is
    /// looked at.
    private static final long REMEMBERED = TimeUnit.SECONDS.toNanos(60);

    /// More than any wait has: no verdict is above all doubt.
    private static final double GUESSED = Double.POSITIVE_INFINITY;

    private static final ServerReport UNSEEN =
            ServerReport.unseen("it was not asked, as only the pool that is wrapped knows how to connect");

    private final Config config;
    private final Line line;
    private final Accounts accounts;
    private final Looks looks;
    private final Uses uses;
    private final long born;
    private final Lock making = new ReentrantLock();
    private volatile @Nullable Report last;

    OtherExplainer(Config config, Line line, Accounts accounts, Physical physical) {
        this.config = config;
        this.line = line;
        this.accounts = accounts;
        this.looks = new Looks(config, line, physical);
        this.uses = new Uses(config, line, accounts);
        this.born = config.scheduling().now();
    }

    /// What those are told who gave up at about the same time, after about the same wait.
    private record Report(
            Uses.Used used, Looks.Look look, @Nullable ConnectTrouble trouble, Explanation explanation, String text) {
        boolean serves(long since, long now, @Nullable ConnectTrouble itsTrouble) {
            return used.serves(since, now) && look.serves(now, UNSEEN) && trouble == itsTrouble;
        }
    }

    /// Returns the error of a caller whom the other gave none. A storm of them is to cost no more than one.
    ///
    /// @param said    the other's own error
    /// @param dropped how many handles were never closed
    PoolTimeoutException error(long since, long now, SQLException said, long dropped) {
        long from = Math.max(since, now - REMEMBERED);
        ConnectTrouble trouble = trouble(said);
        Report report = last;
        if (report == null || !report.serves(from, now, trouble)) {
            making.lock();
            try {
                report = last;
                if (report == null || !report.serves(from, now, trouble)) {
                    report = report(from, now, now - since, said, dropped);
                    last = report;
                }
            } finally {
                making.unlock();
            }
        }
        return PoolTimeoutException.ofOther(report.explanation, report.text, said);
    }

    /// What kept the other from connecting, if its error's cause tells. The error itself is about a
    /// caller's wait.
    private static @Nullable ConnectTrouble trouble(SQLException said) {
        Throwable cause = said.getCause();
        ConnectTrouble trouble = cause == null ? ConnectTrouble.OTHER : ConnectTrouble.of(cause);
        return trouble == ConnectTrouble.OTHER ? null : trouble;
    }

    private Report report(long from, long now, long waited, SQLException said, long dropped) {
        Uses.Used used = uses.between(from, now);
        Looks.Look look = looks.now(now, UNSEEN);
        ConnectTrouble trouble = trouble(said);
        int lent = line.count(Slot.LENT);
        String summary = Text.format(
                "Pool '%s': no connection within %.2f s; %s, and how many it may lend is not known here",
                config.name(), waited / 1e9, lent(lent, dropped));
        List<Diagnosis> diagnoses = new ArrayList<>();
        if (lent == 0 || trouble != null) {
            diagnoses.add(outOfSight(lent, said, trouble));
        }
        if (lent > 0) {
            diagnoses.addAll(verdict(used, look, lent).diagnoses());
        }
        Explanation explanation = explanation(summary, waited, diagnoses, used, look);
        return new Report(used, look, trouble, explanation, explanation.text());
    }

    private static String lent(int lent, long dropped) {
        String now = Text.format("%d %s lent through Explained.wrap", lent, lent == 1 ? "is" : "are");
        return dropped == 0 ? now : now + Text.format(", %d more were dropped without being closed", dropped);
    }

    static Diagnosis outOfSight(int lent, SQLException said, @Nullable ConnectTrouble trouble) {
        if (trouble == null) {
            return new Diagnosis.OutOfSight(
                    lent,
                    null,
                    null,
                    Confidence.UNKNOWN,
                    "see the cause of this error, which is the other pool's own, and its log; have all who check out do"
                            + " so through the wrapper");
        }
        Throwable cause = said.getCause();
        return new Diagnosis.OutOfSight(
                lent, trouble.what, cause == null ? null : Text.kind(cause), Confidence.LIKELY, trouble.remedy);
    }

    /// Explains the last half minute, asked on demand.
    Explanation explain(long now, long dropped) {
        Uses.Used used = uses.between(Math.max(born, now - config.timeout()), now);
        Looks.Look look = looks.now(now, UNSEEN);
        int lent = line.count(Slot.LENT);
        String summary = Text.format(
                "Pool '%s': %s, waiting %d; how many it may lend is not known here",
                config.name(), lent(lent, dropped), line.waiting());
        return explanation(
                summary, used.to() - used.from(), verdict(used, look, lent).diagnoses(), used, look);
    }

    private Explanation explanation(
            String summary, long time, List<Diagnosis> diagnoses, Uses.Used used, Looks.Look look) {
        return new Explanation(
                config.name(),
                summary,
                Duration.ofNanos(time),
                diagnoses,
                look.holders(),
                look.waiters(),
                uses.load(used),
                UNSEEN);
    }

    private Verdict verdict(Uses.Used used, Looks.Look look, int lent) {
        return new Verdict(
                config,
                accounts,
                used.tally(),
                capacity(used, lent),
                false,
                GUESSED,
                look.holders(),
                line.waiting(),
                look.waiters(),
                new NotConnected.Connects(lent, lent, 0, List.of(), 0, null),
                null,
                Map.of(),
                course(used, lent),
                UNSEEN,
                ServerWords.NONE);
    }

    /// How it goes while nobody waits is not seen, since it is not known how many connections there are.
    private Course course(Uses.Used used, int lent) {
        return new Course(
                (used.to() - used.from()) / 1e9,
                lent,
                0,
                0,
                used.tally().sum(History.CHECKOUTS),
                uses.load(used).heldEach(),
                Double.NaN,
                false,
                false,
                null);
    }

    /// As many connection-seconds as if what is lent now had been the pool all the time; more were, if
    /// more were lent.
    private static double capacity(Uses.Used used, int lent) {
        double accounted = used.tally().sum(History.HELD) + used.tally().sum(History.RESETTING);
        return Math.max(accounted, (double) lent * (used.to() - used.from())) / 1e9;
    }
}
