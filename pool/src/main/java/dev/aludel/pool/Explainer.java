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
    private final Physical physical;
    private final Looks looks;
    private final Uses uses;
    private final Pace pace;
    private final ServerLook server;
    private final Crowd crowd;
    private final long born;
    private final Connects connects;
    private final PoolerWatch pooler;
    private final Turns turns;
    private final Refusals tooMany;
    private final Refusals tooLate;
    private final Refusals tooLateByThen;

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
        this.pooler = physical.pooler();
        this.lending = lending;
        this.physical = physical;
        this.looks = new Looks(config, line, physical);
        this.uses = new Uses(config, line, accounts);
        this.pace = new Pace(uses, line, config.timeout(), config.scheduling().now());
        this.crowd = new Crowd(config, line, physical::server, physical.pooler());
        this.server = new ServerLook(config, lending, physical::server, physical.pooler(), crowd::isFull);
        this.config = config;
        this.line = line;
        this.accounts = accounts;
        this.born = config.scheduling().now();
        this.tooMany = new Refusals(lending, connects, config.scheduling(), now -> refused(now, tooMany(), null));
        this.tooLate = new Refusals(
                lending, connects, config.scheduling(), now -> refused(now, "at once, " + tooLate(), null));
        this.tooLateByThen = new Refusals(
                lending,
                connects,
                config.scheduling(),
                now -> refused(now, "once his tenant might have one more, " + tooLate(), null));
    }

    Connects connects() {
        return connects;
    }

    Pace pace() {
        return pace;
    }

    Crowd crowd() {
        return crowd;
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
        AtCap atCap = waiter.atCap;
        String summary = atCap != null && !atCap.isOver()
                ? atCapSummary(atCap.tenant, timeout, states)
                : exhausted
                        ? Text.format(
                                "QueuePool limit of size %d overflow %d reached, connection timed out, timeout %.2f (pool '%s')",
                                line.capacity().size(), line.capacity().maxOverflow(), timeout, config.name())
                        : Text.format(
                                "Pool '%s': no connection within %.2f s (open %d of %d, connecting %d)",
                                config.name(), timeout, open(states), line.seats(), states[Slot.CONNECTING]);
        long since = now - waiter.since > 0 ? waiter.since : sinceBirth(now);
        return explain(summary, since, now, states, !exhausted, waiter, null, server.seen(now));
    }

    private String atCapSummary(Tenant tenant, double timeout, int[] states) {
        return Text.format(
                "Pool '%s': tenant '%s' has %d of the %d connections that it may have (maxPerTenant), and no other for this"
                        + " caller within %.2f s (open %d of %d, idle %d)",
                config.name(),
                Text.shown(tenant.name),
                line.lentTo(tenant),
                tenant.most(),
                timeout,
                open(states),
                line.seats(),
                states[Slot.IDLE]);
    }

    /// Explains to who has a connection, and has begun to wait for a second one, why that would be in vain.
    Explanation circle(Waiter waiter, Circle circle, long now) {
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
                circleSummary(waiter, circle, look.holders().size()),
                Duration.ofNanos(now - since),
                List.of(verdict.circle(circle)),
                look.holders(),
                look.waiters(),
                uses.load(used),
                unseen);
    }

    private String circleSummary(Waiter waiter, Circle circle, int holders) {
        Site site = waiter.account.site() == null ? Site.here() : waiter.account.site();
        String first = placed(circle.held());
        String second = Text.placed(waiter.account.label(), site);
        if (circle.others().isEmpty()) {
            return Text.format(
                    "Pool '%s': refused at once: all %d who have a connection wait for a second one, and so would this"
                            + " caller, which has %s, and wants another for %s",
                    config.name(), holders, first, second);
        }
        return Text.format(
                "Pool '%s': refused at once: all %d who have a connection of pools %s wait for another one of these, and so"
                        + " would this caller, which has %s, and wants one of pool '%s' for %s",
                config.name(),
                circle.waiters().size(),
                Text.quoted(circle.pools().stream().map(Neighbour::name).toList()),
                first,
                config.name(),
                second);
    }

    private static String placed(Loan loan) {
        return loan.slot.text + " for " + Text.placed(loan.label(), loan.account.site());
    }

    /// Refuses a piece of work a second connection, if the pool is strict and it has one.
    void refuseSecond(@Nullable String label, @Nullable Borrower borrower) throws AlreadyCheckedOutException {
        Object scope = borrower == null ? null : borrower.scope();
        Loan first = config.strict() ? first(scope) : null;
        if (first != null) {
            throw AlreadyCheckedOutException.ofThisWork(
                    config.name(),
                    scope == null || first.slot.scope() == null ? "thread" : "scope",
                    placed(first),
                    Text.placed(label, Site.here()),
                    explainAtOnce(config.scheduling().now()));
        }
    }

    /// Returns what the work at hand has. Without a scope, it is not known whose it is what another thread has used.
    private @Nullable Loan first(@Nullable Object scope) {
        Thread caller = Thread.currentThread();
        for (Slot slot : line.slots()) {
            boolean isKnown = slot.user() == null || (scope != null && slot.scope() != null);
            Loan loan = isKnown ? slot.loanOf(caller, scope) : null;
            if (loan != null) {
                return loan;
            }
        }
        return null;
    }

    /// Returns the error of a caller who may not wait, since as many do as may.
    PoolOverloadedException refusal(long now) {
        pace.left();
        return tooMany.at(now).error(Duration.ZERO);
    }

    /// Returns the error of a caller whose turn would come too late.
    ///
    /// @param by           how many nanoseconds too late
    /// @param isFromTenant whether he has waited already, until his tenant had fewer connections
    PoolOverloadedException late(long now, long by, boolean isFromTenant) {
        pace.left();
        return (isFromTenant ? tooLateByThen : tooLate).at(now).error(Duration.ofNanos(Math.max(0, by)));
    }

    /// Likewise, of one tenant.
    PoolOverloadedException late(Tenant tenant, long now, long by) {
        pace.left();
        Refusals its = tenant.refusals();
        if (its == null) {
            its = tenant.refusals(
                    new Refusals(lending, connects, config.scheduling(), at -> refused(at, tooLate(tenant), tenant)));
        }
        return its.at(now).error(Duration.ofNanos(by));
    }

    private String tooLate(Tenant tenant) {
        return Text.format(
                "at once, as half of the time to the deadline of who asks is over before tenant '%s' may have one more (it may have %d,"
                        + " maxPerTenant; %d of it waiting already, held for %s each",
                Text.shown(tenant.name),
                tenant.most(),
                tenant.waiting(),
                ExplanationText.time(Duration.ofNanos(turns.usuallyHeld())));
    }

    /// @param reason when, and why
    /// @param tenant whose callers it is about, or null
    private Refusals.Refusal refused(long now, String reason, @Nullable Tenant tenant) {
        int[] states = line.states();
        Throwable failure = connects.standing();
        long since = sinceBirth(now);
        String summary = Text.format(
                "Pool '%s': refused %s; open %d of %d, connecting %d); looking back %s",
                config.name(),
                reason,
                open(states),
                line.seats(),
                states[Slot.CONNECTING],
                ExplanationText.time(Duration.ofNanos(now - since)));
        boolean atCap = tenant != null || (config.maxPerTenant() < Integer.MAX_VALUE && line.isEmpty());
        boolean lacking = !atCap && states[Slot.LENT] < line.capacity().total();
        Explanation explanation = explain(summary, since, now, states, lacking, null, tenant, server.seen(now));
        boolean suspended = explanation.diagnoses().stream().anyMatch(Diagnosis.Suspended.class::isInstance);
        Throwable cause = PoolTimeoutException.cause(explanation, failure);
        return new Refusals.Refusal(now, suspended, failure != null, explanation, explanation.text(), cause);
    }

    /// Some may have left since the caller was refused.
    private String tooMany() {
        return Text.format(
                "at once, with %d waiting already (maxWaiting %d",
                Math.max(line.waitingAnywhere(), config.maxWaiting()), config.maxWaiting());
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
                line.waitingAnywhere());
        boolean lacking = connects.standing() != null && open(states) < line.seats();
        return explain(summary, sinceBirth(now), now, states, lacking, null, null, report);
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
    /// @param waiter  the caller whose time is up, or null if nobody's is
    /// @param refused the tenant of a caller who is not let wait for it, or null
    private Explanation explain(
            String summary,
            long since,
            long now,
            int[] states,
            boolean lacking,
            @Nullable Waiter waiter,
            @Nullable Tenant refused,
            ServerReport shown) {
        PoolerReport.ThrownOut lost = pooler.thrownOut(since, now);
        ServerReport report = lost.statements() == 0 || shown.pooler() != null ? shown : shown.with(lost);
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
                        .orElseGet(() -> new OwnVerdict(
                                        line,
                                        waiter,
                                        refused,
                                        look.holders(),
                                        states[Slot.LENT],
                                        states[Slot.IDLE],
                                        now)
                                .and(verdict(used, look, waiter, states, lacking, guessed, report)).stream()
                                        .map(diagnosis -> crowd.quotedIn(diagnosis, now))
                                        .toList()),
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
                report,
                ServerWords.of(physical.server()));
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
