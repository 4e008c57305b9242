package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final Config config;
    private final Scheduling scheduling;
    private final Logger log;
    private final Events events;
    private final Physical physical;
    private final Accounts accounts = new Accounts();
    private final Line line;
    private final Explainer explainer;
    private final Linger linger = new Linger(this);
    private final int scarceFrom;

    /// Attempts under way for the queue, never more than there are waiters.
    private final AtomicInteger connecting = new AtomicInteger();

    private final AtomicLong timeouts = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean pausing = new AtomicBoolean();
    private volatile long pause = FIRST_PAUSE;
    private volatile @Nullable Thread closer;

    QueuePool(Config config) {
        this.config = config;
        this.scheduling = config.scheduling();
        String logger = QueuePool.class.getName();
        this.log = LoggerFactory.getLogger(config.named() ? logger + "." + config.name() : logger);
        this.events = new Events(config.listener(), log);
        this.physical = new Physical(config, log, events);
        Slot[] slots = IntStream.range(0, config.slots())
                .mapToObj(index -> new Slot(this, index, new History(config.timeout())))
                .toArray(Slot[]::new);
        this.line = new Line(slots, scheduling.unpark());
        this.explainer = new Explainer(config, line, accounts);
        this.scarceFrom = slots.length - Math.max(1, slots.length / 4);
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
        Slot slot = line.isEmpty() ? line.takeIdle() : null;
        if (slot != null && physical.isFresh(slot, now)) {
            return lend(slot, account(slot, label), now);
        }
        return checkOutSlowly(slot, label, now, now + timeout);
    }

    /// The line of code is worth its price when connections are about to run out.
    private Account account(Slot slot, @Nullable String label) {
        try {
            return accounts.of(label, slot.index < scarceFrom ? null : Site.here());
        } catch (Throwable e) { // no stack or memory left to look: the slot must come back
            line.hand(slot);
            throw e;
        }
    }

    /// Waits: for the slot at hand to be checked or replaced, else in the line.
    private Loan checkOutSlowly(@Nullable Slot taken, @Nullable String label, long began, long deadline)
            throws SQLException {
        Account account = accounts.of(label, Site.here());
        Slot slot = taken == null ? await(queue(new Waiter(account, began, deadline))) : taken;
        for (long now = now(); !physical.isFresh(slot, now); now = now()) {
            slot = await(prepare(slot, new Waiter(account, began, deadline), now));
        }
        return lend(slot, account, now());
    }

    private Waiter queue(Waiter waiter) {
        if (events.isHeard()) {
            events.tell(listener -> listener.waiting(waiter.account.label()));
        }
        line.join(waiter);
        grow(waiter.account);
        if (closed.get()) {
            failAll();
        }
        return waiter;
    }

    private Waiter prepare(Slot slot, Waiter waiter, long now) {
        boolean ping = !physical.isReplaceable(slot, now);
        if (ping) {
            logCheckedOut(slot);
        }
        slot.become(Slot.CONNECTING);
        new Attempt(this, slot, waiter.account, waiter, ping).start();
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

    private Loan lend(Slot slot, Account account, long now) {
        logCheckedOut(slot);
        Loan loan = new ConnectionProxy(slot, account, now);
        slot.lend(loan);
        if (events.isHeard()) {
            events.tell(listener -> listener.checkedOut(slot.text, account.label()));
        }
        return loan;
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
        loan.returnedAt(returned);
        boolean keep = !slot.isBroken() && physical.reset(slot, loan) && !slot.isBroken();
        slot.history.ended(loan, returned);
        slot.history.reset(loan, returned, now());
        slot.loan = null;
        if (events.isHeard()) {
            events.tell(listener -> listener.checkedIn(slot.text, loan.label()));
        }
        if (keep && physical.isCurrent(slot) && !closed.get()) {
            release(slot, returned);
        } else {
            retire(slot);
        }
    }

    private void release(Slot slot, long now) {
        slot.lastUsed = now;
        slot.announced = false; // it was, if the caller left while its connection was checked
        boolean overflow = slot.index >= config.size();
        if (overflow && config.linger() == 0 && line.isEmpty()) {
            retire(slot);
            return;
        }
        line.hand(slot);
        if (overflow) {
            linger.start();
        }
        if (closed.get()) {
            retireIdle();
        }
    }

    /// Closes a slot's connection off the caller's thread. The slot must be in state `LENT`.
    private void retire(Slot slot) {
        Connection connection = slot.empty();
        String text = slot.text;
        slot.become(Slot.CONNECTING);
        scheduling.executor().execute(() -> {
            if (connection != null) {
                physical.close(text, connection);
            }
            vacate(slot);
        });
    }

    private void vacate(Slot slot) {
        slot.become(Slot.EMPTY);
        Thread waiting = closer;
        if (waiting != null) {
            scheduling.unpark().accept(waiting);
        }
        Waiter oldest = line.oldest();
        if (oldest != null) {
            grow(oldest.account);
        }
    }

    /// Opens connections while fewer are on their way than callers wait.
    private void grow(Account account) {
        while (!closed.get() && !pausing.get() && reserveAttempt()) {
            Slot slot = line.takeEmpty();
            if (slot != null) {
                new Attempt(this, slot, account, null, false).start();
            } else {
                connecting.decrementAndGet();
                if (!line
                        .hasEmpty()) { // else one came free before the count went down, and its owner saw nothing to do
                    return;
                }
            }
        }
    }

    private boolean reserveAttempt() {
        for (int now = connecting.get(); now < line.waiting(); now = connecting.get()) {
            if (connecting.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /// An attempt has put a connection into its slot.
    void prepared(Attempt attempt) {
        Slot slot = attempt.slot;
        slot.become(Slot.LENT);
        pause = FIRST_PAUSE;
        Waiter waiter = attempt.waiter;
        if (waiter == null) {
            connecting.decrementAndGet();
        }
        if (closed.get()) {
            if (waiter != null && waiter.fail(closedError())) {
                scheduling.unpark().accept(waiter.thread);
            }
            retire(slot);
        } else if (waiter != null && waiter.grant(slot)) {
            scheduling.unpark().accept(waiter.thread);
        } else {
            release(slot, slot.lastUsed);
        }
    }

    /// An attempt has opened a connection.
    void connected(Attempt attempt) {
        explainer.connected();
        prepared(attempt);
    }

    /// An attempt has come to nothing. A caller whose connection was to be replaced learns why at once; of those who
    /// queue the oldest does, unless there are connections to wait for.
    void failed(Attempt attempt, Throwable error) {
        explainer.connectFailed(error);
        Waiter waiter = attempt.waiter;
        if (waiter != null) {
            if (waiter.fail(error)) {
                scheduling.unpark().accept(waiter.thread);
            }
        } else {
            connecting.decrementAndGet();
            if (line.count(Slot.IDLE) + line.count(Slot.LENT) == 0) {
                line.failOldest(error);
            } else {
                pauseGrowth();
            }
        }
        vacate(attempt.slot);
    }

    /// The server refuses, yet there are connections to wait for: tries again later, and ever less often.
    private void pauseGrowth() {
        if (pausing.compareAndSet(false, true)) {
            long length = pause;
            pause = Math.min(LONGEST_PAUSE, 2 * length);
            long end = now() + length;
            scheduling.executor().execute(() -> {
                for (long left = end - now(); left > 0 && !closed.get(); left = end - now()) {
                    scheduling.park().accept(left);
                }
                pausing.set(false);
                Waiter oldest = line.oldest();
                if (oldest != null) {
                    grow(oldest.account);
                }
            });
        }
    }

    /// A borrower, or an error of the driver, says that a connection is no good.
    void invalidated(Slot slot, @Nullable Throwable reason) {
        log.info("Invalidate connection {} (reason: {})", slot.text, reason == null ? "none given" : Text.kind(reason));
        if (reason instanceof SQLException e && Disconnects.isDisconnect(e)) {
            physical.alarm();
        }
        events.tell(listener -> listener.invalidated(slot.text, reason));
    }

    /// Closes overflow connections that were idle for too long.
    ///
    /// @return nanoseconds until the next one may be due, or 0 if there is none
    long closeLingering() {
        long next = 0;
        for (int i = config.size(); i < config.slots() && !closed.get(); i++) {
            Slot slot = line.slots()[i];
            if (slot.move(Slot.IDLE, Slot.LENT)) {
                long left = slot.lastUsed + config.linger() - now();
                if (left <= 0) {
                    retire(slot);
                } else {
                    next = next == 0 ? left : Math.min(next, left);
                    line.hand(slot);
                }
            }
        }
        return next;
    }

    @Override
    public void invalidate() {
        log.info("Pool '{}' invalidated: no connection that is open now is lent again", name());
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
        linger.stop();
        closer = Thread.currentThread();
        awaitReturns(now() + saturated(bound));
        for (Slot slot : line.slots()) {
            Loan loan = slot.loan;
            if (loan != null) {
                slot.breakDown();
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
