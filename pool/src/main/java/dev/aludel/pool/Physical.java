package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Opens, checks and resets the driver's connections, and says so in the log.
final class Physical {
    private static final int PING_SECONDS = 1;

    /// For how long a connection that was just opened or checked needs no check.
    private static final long NEW = TimeUnit.MILLISECONDS.toNanos(500);

    /// That of a connection which is not to be lent again.
    private static final int NO_GENERATION = -1;

    /// After which time a connection's server is asked again for its role, if that matters.
    private static final long ROLE_HOLDS = TimeUnit.SECONDS.toNanos(10);

    private final Config config;
    private final Logger log;
    private final Events events;
    private final boolean isRoleWanted;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger generation = new AtomicInteger();

    /// How often a connection was found dead. One that was opened or checked before the last time is checked again.
    private final AtomicInteger alarms = new AtomicInteger();

    private final Requests requests = new Requests();

    private final Probing probing = new Probing();

    private final Lexicon lexicon = new Lexicon();
    private final Limits limits;

    private final PoolerWatch pooler;

    private volatile @Nullable KnownServer known;
    private final Sharing sharing;
    private final Ends ends;

    Physical(Config config, Logger log, Events events) {
        this.config = config;
        this.log = log;
        this.events = events;
        this.sharing = new Sharing(log);
        this.ends = new Ends(config, log, events);
        this.limits = new Limits(config, log, this::server);
        this.pooler = new PoolerWatch(config, log);
        this.isRoleWanted = config.role().isStrict();
    }

    Lexicon lexicon() {
        return lexicon;
    }

    Limits limits() {
        return limits;
    }

    PoolerWatch pooler() {
        return pooler;
    }

    Sharing sharing() {
        return sharing;
    }

    Probing probing() {
        return probing;
    }

    Ends ends() {
        return ends;
    }

    Flight flight() {
        return events.flight;
    }

    /// A connection that was just opened.
    ///
    /// @param birth   how to put it back into this state, if that is possible and wanted
    /// @param backend by which number the server knows it, if the driver tells
    record Fresh(Connection connection, Server.@Nullable BirthState birth, OptionalLong backend) {}

    /// Opens a connection in the state that borrowers expect. One that cannot be brought there is closed.
    Fresh open() throws SQLException {
        Connection connection = config.source().connect();
        if (connection == null) {
            throw new IllegalStateException("the connection source returned null: it must open a connection, or throw");
        }
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            limits.limitSocket(connection);
            requests.learn(connection);
            Server server = meet(connection).server();
            OptionalLong number = number(connection, server);
            pooler.meet(connection, server, number);
            return new Fresh(connection, remember(connection, server), number);
        } catch (Throwable e) {
            ends.discard(connection);
            throw e;
        }
    }

    private Server.@Nullable BirthState remember(Connection connection, Server server) throws SQLException {
        if (config.stateReset() == StateReset.TRACKED || pooler.sharesSessions()) {
            return null;
        }
        try {
            return server.remember(connection);
        } catch (SQLException e) {
            if (server.isDisconnect(e)) {
                throw e;
            }
            log.debug("The state of a new connection cannot be read ({}): it will not be reset", Text.kind(e));
            return null;
        }
    }

    /// Asked here and not when somebody wants a report: a driver that hangs is given up here.
    private OptionalLong number(Connection connection, Server server) {
        try {
            return Objects.requireNonNullElse(server.backendId(connection), OptionalLong.empty());
        } catch (RuntimeException | LinkageError e) {
            log.debug("The server's number of a new connection is not known ({})", Text.kind(e));
            return OptionalLong.empty();
        }
    }

    /// Asked of the first connection only.
    private KnownServer meet(Connection connection) throws SQLException {
        KnownServer met = known;
        if (met == null) {
            Server given = config.server();
            met = given == null
                    ? KnownServer.ask(connection)
                    : KnownServer.ask(connection).with(given);
            known = met;
        }
        return met;
    }

    /// Returns the server: while none is known, one of which nothing is.
    Server server() {
        KnownServer met = known;
        return met == null ? KnownServer.UNKNOWN.server() : met.server();
    }

    /// Returns whether `"…"` is a name to the server.
    boolean hasNamesInQuotes() {
        KnownServer met = known;
        return met != null && met.hasNamesInQuotes();
    }

    /// Puts a connection that was just opened into a slot.
    ///
    /// @param since what [#proof] was before it was opened
    void install(Slot slot, Fresh fresh, Proof since) {
        long now = config.scheduling().now();
        slot.birth = fresh.birth();
        slot.watching = config.stateReset() == StateReset.SMART ? server() : null;
        slot.fill(fresh.connection(), config.name() + "#" + opened.incrementAndGet(), since.generation(), expiry(now));
        slot.backend = fresh.backend();
        slot.proven(since.alarms(), now);
        slot.openedAt = now;
        slot.returnedAt(now);
        log.trace("Created new connection {}", slot.text);
        events.tell(listener -> listener.connected(slot.text));
    }

    private long expiry(long now) {
        double shorter = config.jitter() * config.scheduling().random().nextDouble();
        return now + (long) (config.age() * (1 - shorter));
    }

    /// What a connection that is opened or checked from now on can vouch for.
    record Proof(int generation, int alarms) {}

    Proof proof() {
        return new Proof(generation.get(), alarms.get());
    }

    /// Tells the driver that a borrower's work begins. If that fails, the connection is one to be replaced.
    ///
    /// @return whether it did not fail
    /// @throws SQLException if it failed with a new connection: another one would fare no better
    boolean begin(Slot slot) throws SQLException {
        Throwable failure = requests.begin(slot.raw);
        if (failure == null) {
            return true;
        }
        log.info("Connection {} refused the beginning of a request ({})", slot.text, Text.kind(failure));
        slot.generation = NO_GENERATION;
        if (slot.isProven) {
            throw ConnectFailedException.of(config, failure);
        }
        return false;
    }

    /// Returns whether a slot's connection may be lent without a look at it.
    boolean isFresh(Slot slot, long now) {
        return slot.generation == generation.get() && !hasExpired(slot, now) && !needsPing(slot, now);
    }

    /// Returns whether a look suffices, or the connection has to be replaced.
    boolean isReplaceable(Slot slot, long now) {
        if (slot.generation == NO_GENERATION) {
            return true;
        }
        if (slot.generation != generation.get()) {
            log.info("Connection {} invalidated due to pool invalidation; recycling", slot.text);
            return true;
        }
        if (hasExpired(slot, now)) {
            log.debug("Connection {} exceeded timeout; recycling", slot.text);
            return true;
        }
        return false;
    }

    /// One that was opened for this very checkout has not, however short its life is to be.
    private boolean hasExpired(Slot slot, long now) {
        return config.age() > 0 && slot.expiresAt - now <= 0 && !isNew(slot, now);
    }

    private boolean needsPing(Slot slot, long now) {
        if (slot.alarms != alarms.get() || (isRoleWanted && now - slot.provenAt() >= ROLE_HOLDS)) {
            return true;
        }
        long limit = config.pingAfterIdle();
        long idle = Math.max(0, now - slot.lastUsed()); // it may have come back since the caller looked at the clock
        return limit >= 0 && idle >= limit && !isNew(slot, now);
    }

    private static boolean isNew(Slot slot, long now) {
        return slot.isProven && now - slot.lastUsed() < NEW;
    }

    /// Makes every connection that is open now one that is checked before it is lent: another was found dead.
    void alarm() {
        alarms.incrementAndGet();
    }

    /// A connection is no good.
    void invalidated(Slot slot, @Nullable Throwable reason) {
        String text = slot.text;
        log.info("Invalidate connection {} (reason: {})", text, kind(reason));
        if (reason instanceof SQLException e && server().isDisconnect(e)) {
            alarm();
        }
        events.invalidated(text, reason);
    }

    /// A connection works, and is not to be lent again. The slot must be lent.
    void invalidatedSoftly(Slot slot, @Nullable Throwable reason) {
        if (slot.generation == NO_GENERATION) {
            return;
        }
        slot.generation = NO_GENERATION;
        log.info("Soft Invalidate connection {} (reason: {})", slot.text, kind(reason));
        events.invalidatedSoftly(slot.text, reason);
    }

    private static String kind(@Nullable Throwable reason) {
        return reason == null ? "none given" : Text.kind(reason);
    }

    boolean isCurrent(Slot slot) {
        return isCurrent(slot.generation);
    }

    boolean isCurrent(int itsGeneration) {
        return itsGeneration == generation.get();
    }

    /// Makes every connection that is open now one that is not lent again.
    void nextGeneration() {
        generation.incrementAndGet();
    }

    boolean isAlive(String text, Connection connection) {
        log.trace("Pool pre-ping on connection {}", text);
        try {
            if (connection.isValid(PING_SECONDS)) {
                if (!isRoleWanted || hasRole(text, connection)) {
                    return true;
                }
            } else {
                log.info("Connection {} is dead, found at checkout; replacing it", text);
            }
        } catch (Throwable e) { // whatever the driver throws, the connection is not fit to be lent
            log.info("Connection {} is dead, found at checkout ({}); replacing it", text, Text.kind(e));
        }
        alarm();
        return false;
    }

    void unheard(int closed, Probing.Silence silence) {
        if (closed > 0) {
            log.warn(
                    "Closing {} idle connections: {} others in a row gave no answer, as if what lies between had"
                            + " forgotten them; keepAlive keeps them known",
                    closed,
                    silence.checks());
        }
    }

    void gaveBack(int closed) {
        if (closed > 0) {
            log.debug("Closing {} connections that nobody uses: the server has none left for others", closed);
        }
    }

    private boolean hasRole(String text, Connection connection) throws SQLException {
        boolean replica = server().isReplica(connection);
        if (config.role().takes(replica)) {
            return true;
        }
        log.info(
                "Connection {} leads to a {} now, and the pool wants a {}; replacing it",
                text,
                replica ? "replica" : "primary",
                replica ? "primary" : "replica");
        return false;
    }

    /// Returns whether an error may mean that the server is not the primary any more that the pool wants.
    boolean mayHaveLostRole(SQLException e) {
        return config.role() == Role.PRIMARY && server().refusesWrites(e);
    }

    /// A connection may be closed while another thread's call runs on it. What then comes from the server must not
    /// reach the next borrower.
    ///
    /// @return what is to be cancelled, or null
    @Nullable
    Opened running(Loan loan) {
        if (!loan.slot.meter.runs()) {
            return null;
        }
        log.warn("Connection {} was closed while a call of the driver ran on it: cutting it", loan.slot.text);
        loan.breakDown();
        return loan.opened();
    }

    /// Ends what the borrower left open, puts back what it changed, and charges the time if the driver had to work.
    ///
    /// @return whether the connection may be lent again
    /// @throws Error if the driver did: it may not be
    boolean reset(Slot slot, Loan loan, long returned) {
        boolean works = loan.hasLeftWork() || isSessionChanged(loan);
        try {
            return !loan.isBroken() && reset(slot, loan) && !loan.isBroken();
        } finally {
            if (works) {
                slot.meter.reset(loan.account.id(), returned, slot.pool.loanTime());
            }
        }
    }

    private boolean reset(Slot slot, Loan loan) {
        boolean open = loan.talked();
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (events.isHeard()) {
            events.tell(listener -> listener.reset(slot.text, open));
        }
        try {
            loan.lowerNetworkTimeout();
            loan.closeStatements();
            if (loan.isBroken()) {
                return false; // what is sent next would wait for an answer in vain
            }
            if (open && config.resetOnReturn() == ResetOnReturn.NONE) {
                return false;
            }
            endTransaction(slot, loan.driver(), open);
            loan.transactionEnded();
            lookForTransaction(slot, loan);
            loan.restoreState();
            if (loan.isTainted() || !restoreSession(slot, loan)) {
                return false;
            }
            requests.end(loan.driver());
            return true;
        } catch (Throwable e) { // a driver may throw anything; check-in must not, unless all is lost
            log.error("Exception during reset of connection {} ({}); closing it", slot.text, Text.kind(e));
            if (e instanceof SQLException lost && server().isDisconnect(lost)) {
                alarm();
            }
            events.invalidated(slot.text, e);
            passOn(e);
            return false;
        } finally {
            if (interrupted && !Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt(); // the driver has no right to take it back
            }
        }
    }

    /// Throws an error on, unless all it says is that the driver is too old to have a method.
    static void passOn(Throwable e) {
        if (e instanceof Error error && !(e instanceof LinkageError)) {
            throw error;
        }
    }

    /// Of what was begun as SQL JDBC knows nothing, but the driver may.
    private void lookForTransaction(Slot slot, Loan loan) {
        if (!loan.mayHaveBegun() || loan.isTainted()) {
            return;
        }
        switch (server().transactionState(loan.driver())) {
            case OPEN, FAILED -> {
                log.debug("Connection {} is in a transaction that was begun as SQL; closing it", slot.text);
                loan.tainted();
            }
            case NONE, UNKNOWN -> {}
        }
    }

    /// Behind a pooler that gives it to the next transaction of anybody, it would be another's that is reset.
    private boolean isSessionChanged(Loan loan) {
        if (pooler.sharesSessions()) {
            return false;
        }
        return config.stateReset() == StateReset.ALWAYS ? loan.isTouched() : loan.mayLeaveState();
    }

    /// Puts back what JDBC does not show, if anything of that may be changed.
    private boolean restoreSession(Slot slot, Loan loan) throws SQLException {
        if (!isSessionChanged(loan)) {
            return true;
        }
        Server.BirthState birth = slot.birth;
        log.trace("Connection {} full reset", slot.text);
        if (birth != null && birth.restore(loan.driver())) {
            return true;
        }
        log.debug("Connection {} cannot be reset; closing it", slot.text);
        return false;
    }

    private void endTransaction(Slot slot, Connection connection, boolean open) throws SQLException {
        String sent = open ? "" : " (nothing sent)";
        switch (config.resetOnReturn()) {
            case ROLLBACK -> {
                log.trace("Connection {} rollback-on-return{}", slot.text, sent);
                if (open) {
                    connection.rollback();
                }
            }
            case COMMIT -> {
                log.trace("Connection {} commit-on-return{}", slot.text, sent);
                if (open) {
                    connection.commit();
                }
            }
            case NONE -> {}
        }
    }
}
