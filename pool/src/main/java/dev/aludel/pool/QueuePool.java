package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pool proper: one loan's way from the caller's wish to the next borrower.
///
/// A checkout takes an idle slot by one compare-and-set, or else queues in the [Line]. Whatever may block (opening,
/// checking, closing) is an [Attempt] on another thread, so a caller only ever parks, and leaves at its deadline.
final class QueuePool implements Pool {
    /// How often the line of code is recorded for one slot at most, in nanoseconds.
    private static final long SHORT = TimeUnit.MICROSECONDS.toNanos(100);

    private final Config config;
    private final Scheduling scheduling;
    private final Logger log;
    private final Events events;
    private final Physical physical;
    private final Accounts accounts = new Accounts();
    private final Line line;
    private final Explainer explainer;
    private final Growth growth;
    private final Upkeep upkeep;
    private final int scarceFrom;

    private final AtomicLong timeouts = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Thread closer;

    QueuePool(Config config) {
        this.config = config;
        this.scheduling = config.scheduling();
        String logger = QueuePool.class.getName();
        this.log = LoggerFactory.getLogger(config.named() ? logger + "." + config.name() : logger);
        this.events = new Events(config.listener(), Flight.of(config.name()), log);
        this.physical = new Physical(config, log, events);
        Slot[] slots = IntStream.range(0, config.slots())
                .mapToObj(index -> new Slot(this, index, new Meter(new History(config.timeout()))))
                .toArray(Slot[]::new);
        this.line = new Line(slots, config.size(), scheduling.unpark());
        this.growth = new Growth(this, line);
        this.upkeep = new Upkeep(this, line);
        this.explainer = new Explainer(config, line, accounts, physical::hasNamesInQuotes);
        this.scarceFrom = slots.length - Math.max(1, slots.length / 4);
        if (config.minIdle() > 0) {
            upkeep.start();
        }
    }

    Config config() {
        return config;
    }

    Scheduling scheduling() {
        return scheduling;
    }

    Physical physical() {
        return physical;
    }

    Line line() {
        return line;
    }

    boolean isClosed() {
        return closed.get();
    }

    long now() {
        return scheduling.now();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return checkOut(null, config.timeout()).connection();
    }

    @Override
    public Checkout checkOut(@Nullable String label) throws SQLException {
        return checkOut(label, config.timeout());
    }

    @Override
    public Checkout checkOut(@Nullable String label, Duration timeout) throws SQLException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be 0 or more, but was " + timeout
                    + ": give how long to wait, or Duration.ZERO not to wait");
        }
        return checkOut(label, saturated(timeout));
    }

    private static long saturated(Duration timeout) {
        return timeout.compareTo(Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : timeout.toNanos();
    }

    private Loan checkOut(@Nullable String given, long timeout) throws SQLException {
        if (closed.get()) {
            throw closedError();
        }
        String label = given == null && config.label() != null ? config.label().get() : given;
        long now = now();
        Slot slot = line.isEmpty() ? line.takeIdle(now) : null;
        if (slot != null && physical.isFresh(slot, now)) {
            return lend(slot, account(slot, label, isSiteWorthIt(slot, now)), now, null);
        }
        return checkOutSlowly(slot, label, now, now + timeout);
    }

    private Account account(@Nullable Slot taken, @Nullable String label, boolean withSite) {
        try {
            return accounts.of(label, withSite ? Site.here() : null);
        } catch (Throwable e) { // no stack or memory left to look: the slot must come back
            giveBack(taken);
            throw e;
        }
    }

    /// The line of code is worth its price when connections are about to run out, and a slot's loans are not as short
    /// as that price.
    private boolean isSiteWorthIt(Slot slot, long now) {
        if (slot.index < scarceFrom || now - slot.sited < SHORT) {
            return false;
        }
        slot.sited = now;
        return true;
    }

    private void giveBack(@Nullable Slot taken) {
        if (taken != null) {
            line.hand(taken);
        }
    }

    /// Queues, unless a slot was taken; and has a slot that is not fit to be lent checked or replaced.
    private Loan checkOutSlowly(@Nullable Slot taken, @Nullable String label, long began, long deadline)
            throws SQLException {
        Object wait = events.flight.waits();
        Account account = account(taken, label, true);
        Slot slot = taken == null ? await(queue(new Waiter(account, began, deadline))) : taken;
        for (long now = now(); !physical.isFresh(slot, now); now = now()) {
            slot = await(refresh(slot, new Waiter(account, began, deadline), now));
        }
        return lend(slot, account, now(), wait);
    }

    private Waiter queue(Waiter waiter) {
        if (events.isHeard()) {
            events.tell(listener -> listener.waiting(waiter.account.label()));
        }
        line.join(waiter);
        growth.grow();
        if (closed.get()) {
            failAll();
        }
        return waiter;
    }

    /// Has a slot checked or replaced on another thread. Its caller gets the first slot that is fit: an idle one that
    /// needs no check, that one, or one that is returned. It stands before all who queue, since it had its turn.
    private Waiter refresh(Slot unfit, Waiter waiter, long now) {
        boolean ping = !physical.isReplaceable(unfit, now);
        Slot fit = line.takeIdle(slot -> physical.isFresh(slot, now));
        if (fit != null) {
            waiter.grant(fit);
        } else {
            logCheckedOut(unfit);
            line.joinFirst(waiter);
        }
        unfit.become(Slot.CONNECTING);
        growth.refresh(unfit, waiter.account, ping);
        if (closed.get()) {
            failAll();
        }
        return waiter;
    }

    private Slot await(Waiter waiter) throws SQLException {
        for (Object outcome = waiter.outcome(); ; outcome = waiter.outcome()) {
            if (outcome instanceof Slot slot) {
                return slot;
            }
            if (outcome instanceof Throwable error) {
                throw refusal(error);
            }
            long left = waiter.deadline - now();
            if (left <= 0 && line.leave(waiter)) {
                throw timedOut(waiter);
            }
            if (Thread.currentThread().isInterrupted() && line.leave(waiter)) {
                throw interrupted();
            }
            if (waiter.outcome() == null) {
                scheduling.park().accept(left);
            }
        }
    }

    /// An error is thrown with the caller's own stack; where it was made is its cause.
    private SQLException refusal(Throwable error) {
        return closed.get() ? closedError() : ConnectFailedException.of(config, error);
    }

    private PoolTimeoutException timedOut(Waiter waiter) {
        timeouts.incrementAndGet();
        PoolTimeoutException timeout =
                PoolTimeoutException.of(explainer.explain(waiter, now()), explainer.lastFailure());
        if (events.isHeard()) {
            events.tell(listener -> listener.timedOut(timeout));
        }
        events.flight.timedOut(timeout, waiter.account.label());
        return timeout;
    }

    private SQLException interrupted() {
        return new SQLException(
                "Pool '" + name() + "': interrupted while waiting for a connection; the thread's interrupt"
                        + " flag is still set",
                "57014");
    }

    private SQLException closedError() {
        return new SQLNonTransientConnectionException("Pool '" + name() + "' is closed: build a new one", "08003");
    }

    private Loan lend(Slot slot, Account account, long now, @Nullable Object wait) {
        Loan loan = loan(slot, account, now);
        slot.lend(loan);
        if (events.isHeard()) {
            events.tell(listener -> listener.checkedOut(slot.text, account.label()));
        }
        if (events.flight.recordsCheckouts()) {
            events.flight.checkedOut(wait, slot, account.label());
        }
        return loan;
    }

    private Loan loan(Slot slot, Account account, long now) {
        try {
            logCheckedOut(slot);
            return new ConnectionProxy(slot, account, now);
        } catch (Throwable e) { // as above
            giveBack(slot);
            throw e;
        }
    }

    /// Logs a checkout once, before the check of the connection if there is one, as the model does.
    private void logCheckedOut(Slot slot) {
        if (!slot.announced && log.isTraceEnabled()) {
            log.trace("Connection {} checked out from pool", slot.text);
            slot.announced = true;
        }
    }

    /// Takes a loan back: ends what was left open, charges the time, passes the connection on.
    void checkIn(Loan loan) {
        Slot slot = loan.slot;
        log.trace("Connection {} being returned to pool", slot.text);
        long returned = now();
        slot.meter.ended(returned);
        boolean touched = loan.isTouched();
        boolean keep = !loan.isBroken() && physical.reset(slot, loan) && !loan.isBroken();
        if (touched) {
            slot.meter.reset(loan.account.id(), returned, now());
        }
        slot.endLoan();
        if (events.isHeard()) {
            events.tell(listener -> listener.checkedIn(slot.text, loan.label()));
        }
        if (keep && physical.isCurrent(slot) && !closed.get()) {
            slot.returnedAt(returned);
            release(slot);
        } else {
            retire(slot);
        }
    }

    private void release(Slot slot) {
        int generation = slot.generation;
        boolean overflow = slot.index >= config.size();
        if (overflow && config.linger() == 0 && line.isEmpty()) {
            retire(slot);
            return;
        }
        line.hand(slot);
        if (overflow || config.hasUpkeep()) {
            upkeep.start();
        }
        if (closed.get() || !physical.isCurrent(generation)) { // since it was looked at last
            retireIdle();
        }
    }

    /// Closes a slot's connection off the caller's thread. The slot must be in state `LENT`.
    void retire(Slot slot) {
        Connection connection = slot.empty();
        String text = slot.text;
        slot.become(Slot.CONNECTING);
        scheduling.execute(() -> {
            if (connection != null) {
                physical.close(text, connection);
            }
            vacate(slot);
        });
    }

    /// Has an idle connection checked for nobody. The slot must be in state `LENT`.
    void check(Slot slot) {
        slot.become(Slot.CONNECTING);
        Attempt.forNobody(this, slot, accounts.of(null, null), true).start();
    }

    /// Opens a connection for nobody. The slot must be in state `CONNECTING`.
    void open(Slot slot) {
        Attempt.forNobody(this, slot, accounts.of(null, null), false).start();
    }

    private void vacate(Slot slot) {
        slot.become(Slot.EMPTY);
        Thread waiting = closer;
        if (waiting != null) {
            scheduling.unpark().accept(waiting);
        }
        growth.grow();
    }

    /// An attempt has put a connection into its slot.
    void prepared(Attempt attempt) {
        Slot slot = attempt.slot;
        slot.become(Slot.LENT);
        growth.succeeded();
        growth.settled(attempt);
        if (closed.get()) {
            retire(slot);
        } else {
            release(slot);
        }
    }

    /// An attempt has opened a connection.
    void connected(Attempt attempt) {
        explainer.connected();
        prepared(attempt);
    }

    /// An attempt has come to nothing. The oldest of those who queue tries the next idle connection. If there is none
    /// it learns why, unless there are connections to wait for.
    void failed(Attempt attempt, Throwable error) {
        explainer.connectFailed(error);
        growth.settled(attempt);
        if (!line.handIdle()) {
            if (line.count(Slot.LENT) == 0) {
                line.failOldest(error);
            } else {
                growth.pause();
            }
        }
        vacate(attempt.slot);
    }

    /// An attempt takes long: others are started beside it.
    void overdue(Attempt attempt) {
        growth.settled(attempt);
        if (!line.handIdle()) {
            growth.grow();
        }
    }

    /// A borrower, or an error of the driver, says that a connection is no good.
    void invalidated(Slot slot, @Nullable Throwable reason) {
        log.info("Invalidate connection {} (reason: {})", slot.text, reason == null ? "none given" : Text.kind(reason));
        if (reason instanceof SQLException e && Disconnects.isDisconnect(e)) {
            physical.alarm();
        }
        events.tell(listener -> listener.invalidated(slot.text, reason));
        events.flight.invalidated(slot.text, reason);
    }

    @Override
    public void invalidate() {
        log.info("Pool '{}' invalidated: no connection that is open now is lent again", name());
        events.flight.invalidated(null, null);
        physical.nextGeneration();
        retireIdle();
    }

    private void retireIdle() {
        for (Slot slot : line.slots()) {
            if (slot.move(Slot.IDLE, Slot.LENT)) {
                if (physical.isCurrent(slot) && !closed.get()) {
                    line.hand(slot);
                } else {
                    retire(slot);
                }
            }
        }
    }

    @Override
    public void close(Duration bound) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        failAll();
        retireIdle();
        upkeep.stop();
        closer = Thread.currentThread();
        awaitReturns(now() + saturated(bound));
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan();
            if (loan != null) {
                loan.breakDown();
                physical.abort(slot.text, loan.driver());
            }
        }
        log.debug("Pool '{}' closed", name());
    }

    private void failAll() {
        SQLException error = closedError();
        while (line.failOldest(error)) {
            // each waiter throws an error of its own, see refusal()
        }
    }

    private void awaitReturns(long deadline) {
        for (long left = deadline - now(); left > 0 && !allEmpty(); left = deadline - now()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            scheduling.park().accept(left);
        }
    }

    private boolean allEmpty() {
        return line.count(Slot.EMPTY) == config.slots();
    }

    @Override
    public int getLoginTimeout() {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toSeconds(config.timeout() + 999_999_999));
    }

    @Override
    public PoolSnapshot snapshot() {
        int[] states = new int[4];
        long checkouts = 0;
        for (Slot slot : line.slots()) {
            states[slot.state()]++;
            checkouts += slot.checkouts();
        }
        return new PoolSnapshot(
                name(),
                config.size(),
                config.maxOverflow(),
                states[Slot.LENT],
                states[Slot.IDLE],
                states[Slot.CONNECTING],
                line.waiting(),
                checkouts,
                timeouts.get());
    }

    @Override
    public List<Usage> usage() {
        List<Usage> rows = new ArrayList<>();
        for (Account account : accounts.all()) {
            explainer.usage(account).ifPresent(rows::add);
        }
        return rows;
    }

    @Override
    public Explanation explain() {
        return explainer.explain(now());
    }

    @Override
    public String toString() {
        return "Pool[" + name() + "]";
    }
}
