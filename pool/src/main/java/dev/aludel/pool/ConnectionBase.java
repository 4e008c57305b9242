package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The connection that a borrower sees: it keeps what was opened and what was changed, so that check-in can undo it.
///
/// Once the loan is over each method throws SQLState 08003, but those that JDBC wants to be harmless: `close` and
/// `abort` do nothing, `isClosed` is true, `isValid` false.
abstract class ConnectionBase extends Loan implements Connection {
    private static final VarHandle NEWEST;
    private static final short SWEEP_AFTER = 16;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(ConnectionBase.class, "newest", Opened.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The list of what is open, see [Opened].
    private volatile @Nullable Opened newest;

    /// How many may still be opened before closed ones are taken out of the list.
    private short untilSweep = SWEEP_AFTER;

    private @Nullable Changes changes;

    ConnectionBase(Slot slot, Account account, long now) {
        super(slot, Objects.requireNonNull(slot.raw), account, now);
    }

    final ConnectionBase loan() {
        return this;
    }

    /// Puts something that was just opened on the list. If the loan ended meanwhile, it is closed instead.
    final <T extends Opened> T track(T opened) throws SQLException {
        Opened before;
        do {
            before = newest;
            opened.older = Opened.firstOpen(before);
        } while (!NEWEST.compareAndSet(this, before, opened));
        if (!isOpen()) {
            closeLate(opened);
            throw ended();
        }
        if (--untilSweep <= 0) {
            untilSweep = (short) Math.clamp(opened.sweep(), SWEEP_AFTER, Short.MAX_VALUE);
        }
        return opened;
    }

    /// Gives a statement that was just made the time that each has.
    ///
    /// @param method the driver's that made it
    final <S extends Statement> S limited(@Nullable S made, String method) throws SQLException {
        S statement = made(made, method);
        int seconds = slot.pool.config().statementSeconds();
        Changes noted = changes;
        if (seconds > 0 && (noted == null || !noted.hasQueryTimeout())) {
            try {
                statement.setQueryTimeout(seconds);
            } catch (SQLException | RuntimeException | LinkageError e) {
                doWithoutLimit(statement, e);
            }
        }
        return statement;
    }

    private void doWithoutLimit(Statement statement, Throwable refusal) throws SQLException {
        try {
            slot.pool.physical().limits().statementRefused(refusal);
        } catch (SQLException e) {
            closeUnlimited(statement, e);
            throw failed(e);
        }
    }

    private void closeUnlimited(Statement statement, SQLException told) {
        try {
            statement.close();
        } catch (SQLException | RuntimeException | LinkageError e) { // it may still be open
            brokeOff(e);
            if (!e.equals(told)) {
                told.addSuppressed(e);
            }
        }
    }

    /// Returns what a method of the driver made, which must not be null.
    static <T> T made(@Nullable T made, String method) throws SQLException {
        if (made == null) {
            throw new SQLException(
                    "the driver's " + method + " returned null, which JDBC does not allow: look for a fault in the"
                            + " driver, or in what wraps its connections",
                    "HY000");
        }
        return made;
    }

    /// Must be called before a borrower gives a statement another time. What that changes of the connection is put
    /// back at check-in.
    final void limits(Statement statement, int seconds) throws SQLException {
        Physical physical = slot.pool.physical();
        if (physical.server().sharesQueryTimeout()) {
            changes().queryTimeout(statement);
        }
        boolean isShared = slot.pool.config().kind() == PoolKind.STATIC;
        if (!isShared && physical.limits().cutShort(seconds)) {
            raiseNetworkTimeout(physical.limits(), seconds);
        }
    }

    private void raiseNetworkTimeout(Limits limits, int seconds) throws SQLException {
        try {
            changes().raiseNetworkTimeout(limits.socketMillis(seconds));
        } catch (SQLException | RuntimeException | LinkageError e) {
            limits.throwIfLost(e); // else it stays as it is
        }
    }

    /// The loan ended in another thread while the driver was making this: the error to be told is that one.
    private static void closeLate(Opened opened) {
        if (opened.end()) {
            try {
                opened.closeDriver();
            } catch (SQLException e) {
                // the borrower learns that the loan is over
            }
        }
    }

    /// Lends a result set that belongs to no statement of the borrower.
    final @Nullable ResultSet rows(@Nullable ResultSet made) throws SQLException {
        return made == null ? null : new ResultSetProxy(track(new DetachedRows(this, made)), made);
    }

    @Override
    public final Connection connection() {
        return this;
    }

    /// Checks in. A second call does nothing, least of all to the next borrower.
    @Override
    public final void close() {
        if (finish()) {
            forgetStatements(); // check-in leaves those of a broken connection
        }
    }

    @Override
    final void forgetStatements() {
        for (Opened one = takeOpened(); one != null; one = one.older) {
            one.end();
        }
    }

    /// Returns the connection that the borrower knows.
    Connection handle() {
        return this;
    }

    /// The borrower has closed something that he opened.
    void closedOne() {}

    final boolean hasOpened() {
        return Opened.firstOpen(newest) != null;
    }

    @Override
    final boolean hasLeftWork() {
        return changes != null || super.hasLeftWork() || hasOpened();
    }

    @Override
    final boolean isTouched() {
        return newest != null || changes != null || super.isTouched();
    }

    @Override
    final @Nullable Opened opened() {
        return newest;
    }

    private @Nullable Opened takeOpened() {
        return newest == null ? null : (Opened) NEWEST.getAndSet(this, null);
    }

    /// Of a broken connection nothing is closed one by one: it is about to be closed as a whole, and might hang.
    @Override
    final void closeStatements() {
        Throwable thrown = null;
        for (Opened one = takeOpened(); one != null; one = one.older) {
            if (one.end() && !isBroken()) {
                thrown = close(one);
            }
        }
        if (thrown != null) {
            Physical.passOn(thrown);
        }
    }

    /// Whatever a driver throws here, a statement may still be open: the connection must not be lent again.
    private @Nullable Throwable close(Opened one) {
        try {
            one.closeDriver();
            return null;
        } catch (Throwable e) {
            tainted();
            breakDown();
            slot.pool.invalidated(slot, e);
            return e;
        }
    }

    @Override
    final void lowerNetworkTimeout() throws SQLException {
        if (changes != null) {
            changes.lowerNetworkTimeout();
        }
    }

    @Override
    final void restoreState() throws SQLException {
        if (isTainted()) {
            return; // closed anyway, and turning auto-commit on might commit what nobody saw
        }
        Connection raw = driver();
        if (!isAutoCommit()) {
            raw.setAutoCommit(true);
        }
        if (changes != null) {
            changes.undo();
        }
        if (lastSql() != null) {
            raw.clearWarnings(); // without asking whether there are any: that may be a question to the server
        }
    }

    /// The key is told by no getter, so the next borrower would have it: the connection is not lent again.
    final boolean shardingIs(boolean changed) {
        if (changed) {
            tainted();
        }
        return changed;
    }

    /// It may have been changed half-way, unless the driver knows no such keys.
    final void shardingFailed(Throwable e) {
        shardingIs(!(e instanceof SQLFeatureNotSupportedException));
        brokeOff(e);
    }

    /// Returns whether another loan of the same connection would have anything to [#inherit].
    final boolean leavesSomething() {
        return changes != null || isTainted() || mayLeaveState() || mayHaveBegun();
    }

    /// Takes over what another loan of the same connection, which has ended, has left to be undone.
    final void inherit(ConnectionBase other) {
        mayLeaveStateOf(other);
        if (other.isTainted()) {
            tainted();
        }
        Changes theirs = other.changes;
        if (theirs != null) {
            changes = changes == null ? theirs : changes.and(theirs);
        }
    }

    /// Returns where to note what is about to be changed.
    final Changes changes() {
        Changes noted = changes;
        if (noted == null) {
            Physical physical = slot.pool.physical();
            noted = new Changes(driver(), physical.server(), physical.pooler(), slot.pool.now());
            if (!slot.pool.undoesChanges()) {
                noted.leaveAlone();
            }
            changes = noted;
        }
        return noted;
    }

    /// Noted as off before it is, and as on after: if the driver fails half-way, check-in turns it on.
    @Override
    public final void setAutoCommit(boolean on) throws SQLException {
        Connection raw = raw();
        long began = sqlBegins(null);
        try {
            if (!on) {
                autoCommitIs(false);
                slot.pool.autoCommitIs(false);
            }
            raw.setAutoCommit(on);
            autoCommitIs(on);
            slot.pool.autoCommitIs(on);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    @Override
    public final void commit() throws SQLException {
        Connection raw = raw();
        long began = sqlBegins(null);
        try {
            raw.commit();
            transactionEnded();
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    @Override
    public final void rollback() throws SQLException {
        Connection raw = raw();
        long began = sqlBegins(null);
        try {
            raw.rollback();
            transactionEnded();
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    /// Returns a copy, since drivers give away the map that they use. They need not have one.
    @Override
    public final Map<String, Class<?>> getTypeMap() throws SQLException {
        Connection raw = raw();
        try {
            Map<String, Class<?>> its = raw.getTypeMap();
            return its == null ? new HashMap<>() : new HashMap<>(its);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public final void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        long began = clientInfoBegins();
        try {
            driver().setClientInfo(name, value);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    @Override
    public final void setClientInfo(Properties properties) throws SQLClientInfoException {
        long began = clientInfoBegins();
        try {
            driver().setClientInfo(properties);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    /// These two methods may throw nothing but their own kind of exception.
    private long clientInfoBegins() throws SQLClientInfoException {
        try {
            raw();
            changes().clientInfo();
            return sqlBegins(null);
        } catch (SQLException e) {
            SQLException told = failed(e);
            throw new SQLClientInfoException(
                    told.getMessage(), told.getSQLState(), Map.<String, ClientInfoStatus>of(), told);
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return !isOpen() || driver().isClosed();
    }

    @Override
    public final boolean isValid(int seconds) throws SQLException {
        if (!isOpen()) {
            return false;
        }
        long began = sqlBegins(null);
        try {
            return driver().isValid(seconds);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
    }

    /// Breaks the driver's connection off, from any thread. The borrower still has to close his: until then it is lent.
    @Override
    public final void abort(Executor executor) throws SQLException {
        if (isOpen()) {
            invalidate(null);
            if (isOpen()) { // else it was checked in meanwhile, and is closed there
                driver().abort(executor);
            }
        }
    }

    /// Returns this as what it is itself, a [Connection] and a [Checkout]. The driver's connection may be asked for as
    /// well; as nobody sees what is done with it, it is not lent again.
    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        Connection raw = raw();
        return type.isInstance(this) ? type.cast(this) : driverObject(raw, type);
    }

    /// Returns the driver's own object for [Wrapper#unwrap], of this or of anything made with it: from each there is a
    /// way to the driver's connection.
    final <T> T driverObject(Wrapper raw, Class<T> type) throws SQLException {
        T object = type.isInstance(raw) ? type.cast(raw) : raw.unwrap(type);
        unseen();
        return object;
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        Connection raw = raw();
        return type.isInstance(this) || Opened.hasDriverObject(raw, type);
    }

    /// The name in the log, never the driver's text: that may show a URL.
    @Override
    public final String toString() {
        return isOpen() ? slot.text : slot.pool.name() + " (checked in)";
    }
}
