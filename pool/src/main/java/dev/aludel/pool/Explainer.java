package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out why a caller waits, from the accounting of its own wait.
final class Explainer {
    private final Config config;
    private final Line line;
    private final Accounts accounts;
    private final Lending lending;
    private final Looks looks;
    private final Uses uses;
    private final Pace pace;
    private final ServerLook server;
    private final long born;
    private final Connects connects;
    private final Turns turns;
    private final Refusals tooMany;
    private final Refusals tooLate;

    Explainer(
            Config config,
            Line line,
            Accounts accounts,
            Lending lending,
            Connects connects,
            Turns turns,
            Physical physical) {
        this.turns = turns;
        this.connects = connects;
        this.lending = lending;
        this.looks = new Looks(config, line, physical);
        this.uses = new Uses(config, line, accounts);
        this.pace = new Pace(uses, line, config.timeout(), config.scheduling().now());
        this.server = new ServerLook(config, lending, physical::server);
        this.config = config;
        this.line = line;
        this.accounts = accounts;
        this.born = config.scheduling().now();
        this.tooMany = new Refusals(lending, connects, config.scheduling(), now -> refused(now, tooMany()));
        this.tooLate = new Refusals(lending, connects, config.scheduling(), now -> refused(now, tooLate()));
    }

    Connects connects() {
        return connects;
    }

    Pace pace() {
        return pace;
    }

    /// A caller's time is about to run out: what the server does is to be known by then.
    void lookAhead(long now) {
        server.begin(now);
    }

    /// The pool is being suspended or closed.
    void stop() {
        server.stop();
    }

    /// Explains a wait that came to nothing.
    Explanation explain(Waiter waiter, long now) {
        pace.left();
        int[] states = line.states();
        boolean exhausted = states[Slot.LENT] >= line.capacity().total();
        double timeout = (waiter.deadline - waiter.since) / 1e9;
        String summary = exhausted
                ? Text.format(
                        "QueuePool limit of size %d overflow %d reached, connection timed out, timeout %.2f (pool '%s')",
                        line.capacity().size(), line.capacity().maxOverflow(), timeout, config.name())
                : Text.format(
                        "Pool '%s': no connection within %.2f s (open %d of %d, connecting %d)",
                        config.name(), timeout, open(states), line.seats(), states[Slot.CONNECTING]);
        long since = now - waiter.since > 0 ? waiter.since : sinceBirth(now);
        return explain(summary, since, now, states, !exhausted, waiter, server.seen(now));
    }

    /// Explains to who has a connection, and has begun to wait for a second one, why that would be in vain.
    Explanation circle(Waiter waiter, long now) {
        ServerReport unseen = ServerReport.unseen("it was not asked");
        Looks.Look look = looks.now(now, unseen);
        long since = waiter.since;
        for (Holder holder : look.holders()) {
            since = Math.min(
                    since, holder.waits() == null ? since : now - holder.waits().toNanos());
        }
        Uses.Used used = uses.between(since, now);
        Verdict verdict = verdict(used, look, waiter, line.states(), false, capacity(used), unseen);
        return new Explanation(
                config.name(),
                circleSummary(waiter, look.holders().size()),
                Duration.ofNanos(now - since),
                List.of(verdict.circle()),
                look.holders(),
                look.waiters(),
                uses.load(used),
                unseen);
    }

    private String circleSummary(Waiter waiter, int holders) {
        Site second = waiter.account.site() == null ? Site.here() : waiter.account.site();
        return Text.format(
                "Pool '%s': refused at once: all %d who have a connection wait for a second one, and so would this caller,"
                        + " which has %s, and wants another for %s",
                config.name(), holders, first(waiter.thread), Text.placed(waiter.account.label(), second));
    }

    private String first(Thread owner) {
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null && owner.equals(slot.owner())) {
                return slot.text + " for " + Text.placed(loan.label(), loan.account.site());
            }
        }
        return "one";
    }

    private boolean hasItsOwn(Thread thread) {
        for (Slot slot : line.slots()) {
            if (thread.equals(slot.owner()) && !slot.isUsedElsewhere()) {
                return true;
            }
        }
        return false;
    }

    /// Refuses the calling thread a second connection, if the pool is strict and it has one.
    void checkStrict(@Nullable String label) throws AlreadyCheckedOutException {
        if (config.strict() && hasItsOwn(Thread.currentThread())) {
            throw AlreadyCheckedOutException.ofThisThread(
                    config.name(),
                    first(Thread.currentThread()),
                    Text.placed(label, Site.here()),
                    explainAtOnce(config.scheduling().now()));
        }
    }

    /// Returns the error of a caller who may not wait, since as many do as may.
    PoolOverloadedException refusal(long now) {
        pace.left();
        return tooMany.at(now).error(Duration.ZERO);
    }

    /// Returns the error of a caller whose turn would come too late.
    ///
    /// @param by how many nanoseconds too late
    PoolOverloadedException late(long now, long by) {
        pace.left();
        return tooLate.at(now).error(Duration.ofNanos(Math.max(0, by)));
    }

    private Refusals.Refusal refused(long now, String reason) {
        int[] states = line.states();
        Throwable failure = connects.standing();
        long since = sinceBirth(now);
        String summary = Text.format(
                "Pool '%s': refused at once, %s; open %d of %d, connecting %d); looking back %s",
                config.name(),
                reason,
                open(states),
                line.seats(),
                states[Slot.CONNECTING],
                ExplanationText.time(Duration.ofNanos(now - since)));
        boolean lacking = states[Slot.LENT] < line.capacity().total();
        Explanation explanation = explain(summary, since, now, states, lacking, null, server.seen(now));
        boolean suspended = explanation.diagnoses().stream().anyMatch(Diagnosis.Suspended.class::isInstance);
        Throwable cause = PoolTimeoutException.cause(explanation, failure);
        return new Refusals.Refusal(now, suspended, failure != null, explanation, explanation.text(), cause);
    }

    /// Some may have left since the caller was refused.
    private String tooMany() {
        return Text.format(
                "with %d waiting already (maxWaiting %d",
                Math.max(line.waiting(), config.maxWaiting()), config.maxWaiting());
    }

    private String tooLate() {
        return Text.format(
                "as half of the time to the deadline of who asks is over before his turn would come (%d waiting already, held for %s each",
                line.waiting(), ExplanationText.time(Duration.ofNanos(turns.usuallyHeld())));
    }

    /// Explains the time up to now, asked on demand, and has the server looked at for it.
    Explanation explain(long now) {
        return explain(now, server.look(now));
    }

    Explanation explainAtOnce(long now) {
        return explain(now, server.seen(now));
    }

    private Explanation explain(long now, ServerReport report) {
        int[] states = line.states();
        String summary = Text.format(
                "Pool '%s': checked out %d of %d, idle %d, connecting %d, waiting %d",
                config.name(),
                states[Slot.LENT],
                line.seats(),
                states[Slot.IDLE],
                states[Slot.CONNECTING],
                line.waiting());
        boolean lacking = connects.standing() != null && open(states) < line.seats();
        return explain(summary, sinceBirth(now), now, states, lacking, null, report);
    }

    private long sinceBirth(long now) {
        return Math.max(born, now - config.timeout());
    }

    /// Returns the connection-seconds of the window in which a wait began: it counts by share, so it is guessed. What
    /// lies before the wait may be taken for a part of it, up to the window's end, though that is still to come.
    private double guessed(long since) {
        long end = line.slots()[0].meter.history().windowEnd(since);
        return line.seats() * (end - since) / 1e9;
    }

    /// @param states how many slots were in each state, at one look
    /// @param waiter the caller whose time is up, or null if nobody's is
    private Explanation explain(
            String summary,
            long since,
            long now,
            int[] states,
            boolean lacking,
            @Nullable Waiter waiter,
            ServerReport report) {
        boolean timedOut = waiter != null;
        Uses.Used used = timedOut ? uses.recently(since, now) : uses.between(since, now);
        Looks.Look look = timedOut ? looks.recent(now, report) : looks.now(now, report);
        double apart = line.seats() * used.apart(since, now) / 1e9;
        double guessed = timedOut ? guessed(used.from()) + apart : capacity(used);
        return new Explanation(
                config.name(),
                summary,
                Duration.ofNanos(now - since),
                suspended(now)
                        .orElseGet(() -> verdict(used, look, waiter, states, lacking, guessed, report)
                                .diagnoses()),
                look.holders(),
                look.waiters(),
                uses.load(used),
                report);
    }

    /// Returns the connection-seconds that there were.
    private double capacity(Uses.Used used) {
        return line.seats() * (used.to() - used.from()) / 1e9;
    }

    private Verdict verdict(
            Uses.Used used,
            Looks.Look look,
            @Nullable Waiter waiter,
            int[] states,
            boolean lacking,
            double guessed,
            ServerReport report) {
        return new Verdict(
                config,
                accounts,
                used.tally(),
                capacity(used),
                lacking,
                guessed,
                look.holders(),
                line.waiting(),
                look.waitersAnd(waiter),
                connects(states),
                connects.standing(),
                connects.since(used.from()),
                course(used, look),
                report);
    }

    private Course course(Uses.Used used, Looks.Look look) {
        Load load = uses.load(used);
        Pace.Calm calm = pace.calm();
        return new Course(
                (used.to() - used.from()) / 1e9,
                line.seats(),
                pace.standstills().within(used.from(), used.to()) / 1e9,
                connects.openedSince(used.from()),
                used.tally().sum(History.CHECKOUTS),
                load.heldEach(),
                pace.arrivals(used.from()),
                look.numbered() && config.isOfOneServer(),
                calm != null && used.from() - calm.until() <= Pace.STEP,
                calm);
    }

    private Optional<List<Diagnosis>> suspended(long now) {
        long since = lending.suspendedSince();
        return since == 0
                ? Optional.empty()
                : Optional.of(List.of(new Diagnosis.Suspended(Duration.ofNanos(Math.max(0, now - since)))));
    }

    private NotConnected.Connects connects(int[] states) {
        Throwable failure = connects.standing();
        return new NotConnected.Connects(
                open(states),
                line.seats(),
                states[Slot.CONNECTING],
                Connects.underWay(line.slots()),
                0,
                failure == null ? null : Text.kind(failure));
    }

    private static int open(int[] states) {
        return states[Slot.IDLE] + states[Slot.LENT];
    }

    /// Returns what each account has used since the pool was built.
    List<Usage> usage() {
        return uses.all();
    }
}
