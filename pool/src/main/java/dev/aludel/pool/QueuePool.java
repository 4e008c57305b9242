package dev.aludel.pool;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pool proper: one loan's way from the caller's wish to the next borrower.
///
/// A checkout takes an idle slot by one compare-and-set, or else queues in the [Line]. Whatever may block (opening,
/// checking, closing) is an [Attempt] on another thread, so a caller only ever parks, and leaves at its deadline.
class QueuePool extends PoolOperations {
    private final Config config;
    private final Scheduling scheduling;
    private final Logger log;
    private final Events events;
    private final Physical physical;
    private final Accounts accounts = new Accounts();
    private final Zombies zombies = new Zombies();
    private final Line line;
    private final Explainer explainer;
    private final Growth growth;
    private final Dropped dropped;
    private final Upkeep upkeep;
    private final Lending lending;
    private final Queueing queueing;
    private final Sites sites;
    private final @Nullable CoarseClock clock;
    private final Running running;
    private final Closing closing;

    QueuePool(Config config) {
        this(config, config.size() + config.maxOverflow());
    }

    /// @param slots how many slots are made at once, see [Line]
    QueuePool(Config config, int slots) {
        this.config = config;
        this.scheduling = config.scheduling();
        String logger = getClass().getName();
        this.log = LoggerFactory.getLogger(config.named() ? logger + "." + config.name() : logger);
        this.events = new Events(config.listener(), Flight.of(config.name()), log);
        this.physical = new Physical(config, log, events);
        this.lending = new Lending(scheduling);
        this.line = new Line(
                new Capacity(config.size(), config.maxOverflow()),
                slots,
                index -> new Slot(this, index, new Meter(new History(config.timeout()))),
                scheduling.unpark(),
                this::stays,
                this::retire);
        this.sites = new Sites(config, line);
        this.clock = CoarseClock.of(config, line, lending);
        Connects connects = new Connects();
        Turns turns = new Turns(line);
        this.explainer = new Explainer(config, line, accounts, lending, connects, turns, physical);
        this.growth = new Growth(this, lending, connects);
        Leaks leaks = new Leaks(line, config.leakAfter(), log);
        this.dropped = new Dropped(this, line, leaks, log);
        this.upkeep = new Upkeep(this, line, leaks, dropped);
        this.queueing = new Queueing(this, lending, growth, explainer, turns, events);
        this.running = new Running(this, lending, growth, upkeep, connects, log);
        this.closing = new Closing(this, lending, queueing, upkeep, log);
        if (config.minIdle() > 0 || config.leakAfter() > 0) {
            upkeep.start();
        }
    }

    @Override
    Config config() {
        return config;
    }

    Scheduling scheduling() {
        return scheduling;
    }

    Physical physical() {
        return physical;
    }

    Accounts accounts() {
        return accounts;
    }

    @Override
    Zombies zombies() {
        return zombies;
    }

    @Override
    Line line() {
        return line;
    }

    Growth growth() {
        return growth;
    }

    @Override
    Explainer explainer() {
        return explainer;
    }

    Dropped dropped() {
        return dropped;
    }

    @Override
    Lending lending() {
        return lending;
    }

    @Override
    Queueing queueing() {
        return queueing;
    }

    @Override
    Running running() {
        return running;
    }

    @Override
    Closing closing() {
        return closing;
    }

    boolean isClosed() {
        return lending.isClosed();
    }

    boolean isOpen() {
        return lending.isOpen();
    }

    @Override
    long now() {
        return scheduling.now();
    }

    /// Returns the time by which loans are charged.
    long loanTime() {
        return clock == null ? scheduling.now() : clock.now();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return checkOut(null, null, config.timeout(), null, true).connection();
    }

    @Override
    public Checkout checkOut(@Nullable String label) throws SQLException {
        return checkOut(null, label, config.timeout(), null, true);
    }

    @Override
    public Checkout checkOut(@Nullable String label, Duration timeout) throws SQLException {
        return checkOut(null, label, Queueing.saturated(Queueing.checked(timeout)), null, true);
    }

    @Override
    public Checkout checkOut(@Nullable String label, Deadline deadline) throws SQLException {
        return checkOut(null, label, config.timeout(), deadline, true);
    }

    @Override
    public Checkout checkOutFor(Borrower borrower) throws SQLException {
        return checkOut(borrower, borrower.label(), config.timeout(), borrower.deadline(), true);
    }

    @Override
    public @Nullable Deadline deadline() {
        return config.deadline(null, config.borrower(null));
    }

    /// @param counts whether a strict pool has to look at it
    Loan checkOut(
            @Nullable Borrower given, @Nullable String label, long timeout, @Nullable Deadline stated, boolean counts)
            throws SQLException {
        checkOpen();
        Borrower borrower = config.borrower(given);
        String its = config.label(label, borrower);
        Deadline deadline = config.deadline(stated, borrower);
        long left = deadline == null ? Waiter.UNSTATED : Queueing.saturated(deadline.left());
        long now = loanTime();
        if (counts) {
            explainer.refuseSecond(its, borrower);
        }
        if (left <= 0) {
            throw queueing.tooLate(accounts.of(its, null), now);
        }
        long limit = now + Math.min(timeout, left);
        String tenant = config.tenant(borrower);
        return tenant == null || borrower == null
                ? checkOut(borrower, its, now, limit, left)
                : queueing.tenants().checkOut(tenant, borrower, its, now, limit, left);
    }

    /// @param left nanoseconds up to the deadline that the caller has stated, or [Waiter#UNSTATED]
    Loan checkOut(@Nullable Borrower borrower, @Nullable String label, long now, long deadline, long left)
            throws SQLException {
        Slot slot = line.isEmpty() ? take(now) : null;
        if (slot != null && isFit(slot, now)) {
            return lend(slot, borrower, account(slot, label, sites.areWorthIt(slot, now)), now, null);
        }
        return checkOutSlowly(slot, borrower, label, now, deadline, left);
    }

    /// Returns whether a taken slot's connection may be lent as it is; then its driver knows by now that it will be.
    boolean isFit(Slot slot, long now) throws SQLException {
        try {
            return physical.isFresh(slot, now) && physical.begin(slot);
        } catch (Throwable e) { // it is refused, or there is no stack or memory left: the slot must come back
            retire(slot);
            throw e;
        }
    }

    /// Takes a slot without waiting, or returns null.
    @Nullable
    Slot take(long now) {
        return line.takeIdle(now);
    }

    /// Somebody queues.
    void joined() {}

    /// Returns whether check-in puts back what a borrower changed.
    boolean undoesChanges() {
        return true;
    }

    /// @throws SQLException if a connection cannot be taken out of the pool for good
    void checkDetachable(Slot slot) throws SQLException {}

    /// A borrower has turned auto-commit on or off, or tries to.
    void autoCommitIs(boolean on) {}

    private Account account(Slot taken, @Nullable String label, boolean withSite) {
        try {
            return accounts.of(label, withSite ? Site.here() : null);
        } catch (Throwable e) { // as above
            putBack(taken);
            throw e;
        }
    }

    /// Takes a slot back that was taken for a caller who does not get it.
    void putBack(Slot slot) {
        line.hand(slot);
    }

    /// Queues, unless a slot was taken; and has a slot that is not fit to be lent checked or replaced.
    private Loan checkOutSlowly(
            @Nullable Slot taken,
            @Nullable Borrower borrower,
            @Nullable String label,
            long asked,
            long limit,
            long left)
            throws SQLException {
        Waiter waiter;
        try {
            waiter = waiter(borrower, label, asked, limit, left);
        } catch (Throwable e) { // as above
            if (taken != null) {
                putBack(taken);
            }
            throw e;
        }
        return lend(taken, waiter);
    }

    /// Returns a caller who is about to wait.
    Waiter waiter(@Nullable Borrower borrower, @Nullable String label, long asked, long limit, long left) {
        long began = clock == null ? asked : now(); // waiting has an exact end
        Account account = accounts.of(label, sites.areWorthIt(began) ? Site.here() : null);
        Waiter waiter = new Waiter(account, borrower, began, limit + (began - asked), left);
        waiter.recorded = events.flight.waits();
        return waiter;
    }

    /// Checks out for who has waited already, until his tenant had fewer connections.
    Loan checkOut(Waiter waiter, long now) throws SQLException {
        return lend(line.isEmpty() ? take(now) : null, waiter);
    }

    private Loan lend(@Nullable Slot taken, Waiter waiter) throws SQLException {
        Slot slot = queueing.obtain(taken, waiter);
        return lend(slot, waiter.borrower, waiter.account, queueing.took(slot), waiter.recorded);
    }

    Loan lend(Slot slot, @Nullable Borrower borrower, Account account, long now, @Nullable Object wait) {
        Loan loan = loan(slot, account, now);
        slot.lend(loan, borrower);
        try {
            lent(loan, wait);
            return loan;
        } catch (Throwable e) { // as above
            loan.finish();
            throw e;
        }
    }

    /// A loan has begun. If this throws, it ends at once.
    void lent(Loan loan, @Nullable Object wait) {
        events.checkedOut(loan.slot, loan.account, wait);
    }

    private Loan loan(Slot slot, Account account, long now) {
        try {
            logCheckedOut(slot);
            slot.renewHolding();
            return made(slot, account, now);
        } catch (Throwable e) { // as above
            putBack(slot);
            throw e;
        }
    }

    ConnectionProxy made(Slot slot, Account account, long now) {
        return config.lazy() ? new LazyLoan(slot, account, now) : new ConnectionProxy(slot, account, now);
    }

    /// Logs a checkout once, before the check of the connection if there is one, as the model does.
    void logCheckedOut(Slot slot) {
        if (!slot.announced && log.isTraceEnabled()) {
            log.trace("Connection {} checked out from pool", slot.text);
            slot.announced = true;
        }
    }

    /// Takes a loan back: ends what was left open, charges the time, passes the connection on. Whatever the driver
    /// throws, the slot comes back; an `Error` is thrown on.
    void checkIn(Loan loan) {
        Slot slot = loan.slot;
        long returned = 0;
        boolean fit = false;
        Opened running = null;
        try {
            returned = loanTime();
            log.trace("Connection {} being returned to pool", slot.text);
            running = physical.running(loan);
            slot.meter.ended(returned);
            slot.heldFor(returned - loan.since);
            fit = reset(loan, returned);
        } finally {
            Tenant tenant = slot.endLoan();
            Reference.reachabilityFence(loan); // until here its handle must not be taken for dropped
            try {
                events.checkedIn(slot, loan);
            } finally {
                returned(slot, fit, returned, running, tenant);
            }
        }
    }

    /// Ends what a borrower left open.
    ///
    /// @return whether the connection may be lent again
    boolean reset(Loan loan, long returned) {
        return physical.reset(loan.slot, loan, returned);
    }

    private void returned(Slot slot, boolean fit, long at, @Nullable Opened running, @Nullable Tenant tenant) {
        try {
            returned(slot, fit, at, running);
        } finally {
            Tenant.giveBack(tenant);
        }
    }

    /// A slot in state `LENT` has come back.
    ///
    /// @param running what still runs on its connection, or null
    void returned(Slot slot, boolean fit, long at, @Nullable Opened running) {
        if (fit && physical.isCurrent(slot)) {
            slot.returnedAt(at);
            release(slot);
        } else {
            Retirement.start(this, slot, running);
        }
    }

    /// A connection is ready to be lent again, or for the first time.
    void release(Slot slot) {
        boolean overflow = slot.index >= line.capacity().size();
        boolean unwanted = overflow && config.linger() == 0 && line.isEmpty();
        if (unwanted || !mayBeLent(slot)) {
            retire(slot);
            line.handIdle(); // to who waited for this one
            return;
        }
        if (slot.isRoleInDoubt() || growth.crowd().wantsLook()) {
            check(slot);
        } else {
            line.hand(slot);
        }
        if (overflow || config.hasUpkeep()) {
            upkeep.start();
        }
    }

    /// Returns whether a slot's connection may be opened and lent. Asked once more after the slot was taken, so that
    /// whoever suspends or closes the pool either is seen or sees the slot.
    boolean mayBeLent(Slot slot) {
        return lending.isOpen() && !line.isBeyond(slot);
    }

    private boolean stays(Slot slot) {
        return physical.isCurrent(slot) && mayBeLent(slot);
    }

    /// A borrower has taken the connection out of the pool.
    void detached(Loan loan) {
        Slot slot = loan.slot;
        String text = slot.text;
        try {
            slot.meter.ended(loanTime());
        } finally {
            Tenant tenant = slot.endLoan();
            Reference.reachabilityFence(loan); // as above
            slot.empty();
            try {
                vacate(slot);
            } finally {
                Tenant.giveBack(tenant);
            }
        }
        log.trace("Connection {} detached from pool", text);
        events.tell(listener -> listener.detached(text));
    }

    /// Closes a slot's connection off the caller's thread. The slot must be in state `LENT`.
    void retire(Slot slot) {
        Retirement.start(this, slot, null);
    }

    /// Has an idle connection checked for nobody. The slot must be in state `LENT`.
    void check(Slot slot) {
        Attempt.check(this, slot);
    }

    /// Opens a connection for nobody, which is counted already. The slot must be in state `CONNECTING`.
    void open(Slot slot) {
        if (!mayBeLent(slot)) {
            growth.notOpened();
            vacate(slot);
            return;
        }
        Attempt.open(this, slot);
    }

    /// A connection was opened.
    void opened() {
        upkeep.goesOn();
    }

    void vacate(Slot slot) {
        slot.become(Slot.EMPTY);
        lending.changed();
        growth.grow();
    }

    /// Returns whether a connection may come back, for those who wait when none can be opened.
    boolean isWorthWaiting() {
        return line.mayServe();
    }

    /// A borrower, or an error of the driver, says that a connection is no good.
    void invalidated(Slot slot, @Nullable Throwable reason) {
        slot.condemn();
        physical.invalidated(slot, reason);
    }

    /// A borrower says that a connection is to be replaced once it is back.
    void invalidatedSoftly(Slot slot, @Nullable Throwable reason) {
        physical.invalidatedSoftly(slot, reason);
    }

    @Override
    public void invalidate() {
        log.info("Pool '{}' invalidated: no connection that is open now is lent again", name());
        events.flight.invalidated(null, null, false);
        physical.nextGeneration();
        retireIdle();
    }

    void retireIdle() {
        line.retireIdle();
    }
}
