package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One loan of a connection: who has it, since when, what it last sent, how long the driver was at work.
/// The base of the generated connection proxy.
///
/// Written by the borrower's thread; read, without a lock, by whoever explains. A reader looks at [Slot#loan]
/// before and after: if it is the same loan, what it read belongs together.
abstract class Loan implements Checkout {
    private static final VarHandle OVER;

    static {
        try {
            OVER = MethodHandles.lookup().findVarHandle(Loan.class, "over", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Slot slot;
    final Account account;
    final long since;

    private final Connection raw;
    /// Set once. The other way round, each loan would begin with a volatile write.
    private volatile boolean over;
    private boolean autoCommit = true;
    private boolean inTransaction;
    private boolean talked;
    private boolean wrote;
    private boolean mayLeaveState;
    private boolean mayHaveBegun;
    private boolean tainted;
    private boolean unseen;
    private volatile boolean broken;
    private @Nullable String lastSql;

    Loan(Slot slot, Connection raw, Account account, long now) {
        this.slot = slot;
        this.raw = raw;
        this.account = account;
        this.since = now;
    }

    /// Returns the driver's connection.
    ///
    /// @throws SQLException with SQLState 08003 once this loan is over
    final Connection raw() throws SQLException {
        if (over) {
            throw ended();
        }
        return raw;
    }

    /// Returns the driver's connection even when the loan is over: for check-in and abort only.
    final Connection driver() {
        return raw;
    }

    final boolean isOpen() {
        return !over;
    }

    /// Returns the error of whoever uses a connection, or anything made with it, after its check-in. It names who had
    /// it; where it was closed is not kept, as each loan would have to carry it.
    final SQLException ended() {
        if (slot.pool.config().lazy()) {
            return new SQLNonTransientConnectionException(
                    "Connection " + slot.pool.name() + account.borrower()
                            + " was checked in, as a lazy pool does at commit, rollback and"
                            + " close: whatever came from it (statements, result sets, LOBs, arrays) cannot be used any more;"
                            + " make it anew",
                    "08003");
        }
        return new SQLNonTransientConnectionException(
                "Connection " + slot.pool.name() + account.borrower()
                        + " is checked in: it and whatever came from it (statements, result sets, LOBs, arrays) cannot"
                        + " be used any more; check out again",
                "08003");
    }

    /// Must be called with each text that the driver is given, once, before it is run.
    ///
    /// @throws SQLException if it would be kept in a session that is not this connection's alone
    final @Nullable String seen(@Nullable String sql) throws SQLException {
        Physical physical = slot.pool.physical();
        if (sql != null && physical.pooler().sharesSessions()) {
            physical.pooler().check(sql, physical.lexicon(), physical.server());
        }
        Server judge = slot.watching;
        if (judge != null && sql != null && !mayLeaveState) {
            mayLeaveState = physical.lexicon().of(sql).mayLeaveState(judge);
        }
        return sql;
    }

    /// Returns whether a statement may have changed what JDBC does not show.
    final boolean mayLeaveState() {
        return mayLeaveState;
    }

    /// Must be called before each call of the driver that may talk to the server.
    ///
    /// @param sql the statement's text, or null if there is none (commit, metadata)
    /// @return when it began, for [#sqlEnds]
    /// @throws SQLException with SQLState 08003 if this loan ended since [#raw]: the connection is another's by now
    final long sqlBegins(@Nullable String sql) throws SQLException {
        long now = slot.pool.loanTime();
        slot.usedBy(Thread.currentThread());
        if (slot.meter.sqlSince() != 0) {
            meetsAnother();
        }
        talked = talked || !autoCommit;
        if (sql != null) {
            lastSql = sql;
            classify(sql);
        }
        long first = slot.meter.sqlBegins(now);
        if (over) { // else whoever ends it sees that a call is under way
            slot.meter.sqlNeverBegan(first);
            throw ended();
        }
        return now;
    }

    /// Must be called before each statement that is run.
    void runs(@Nullable String sql) {}

    /// Reading the meter costs nothing, as it is about to be written.
    private void meetsAnother() {
        Thread owner = slot.owner();
        if (owner != null && owner != Thread.currentThread()) { // else the driver reads the caller's stream, say
            slot.pool.physical().sharing().seen(this, owner);
        }
    }

    /// In auto-commit it makes no difference whether a statement writes: there is nothing that a later
    /// one could undo.
    private void classify(String sql) {
        if (!autoCommit) {
            inTransaction = true;
            wrote = wrote || !slot.pool.physical().lexicon().of(sql).reads();
        } else {
            lookForBegin(sql);
        }
    }

    private void lookForBegin(String sql) {
        if (SqlText.touchesOnlyRows(sql)) {
            return;
        }
        mayHaveBegun = true;
        if (SqlText.isBegin(sql)) {
            inTransaction = true;
            tainted = true; // JDBC cannot end what was begun behind its back
        }
    }

    /// Must be called with each text of a batch, which is run later: auto-commit may be on then, whatever it is now.
    final void batched(@Nullable String sql) {
        if (sql != null) {
            lookForBegin(sql);
        }
    }

    /// Returns whether a transaction may have been begun as SQL.
    final boolean mayHaveBegun() {
        return mayHaveBegun;
    }

    /// Must be called after it, however it ended.
    final void sqlEnds(long began) {
        if (!over) { // else another thread's call outlived the loan, and the meter is the next borrower's
            slot.meter.sqlEnds(began, slot.pool.loanTime());
        }
    }

    /// Looks at what the driver threw, marks the connection broken if that says so, and returns it to be thrown.
    final SQLException failed(SQLException e) {
        judge(e);
        return e;
    }

    private void judge(SQLException e) {
        slot.pool.physical().pooler().failed(e, slot.meter.sqlSince(), slot.pool.now());
        if (slot.pool.physical().server().isDisconnect(e) || Interrupts.mayHaveEnded(e)) {
            invalidate(e);
        } else if (slot.pool.physical().mayHaveLostRole(e)) {
            slot.doubtRole();
        }
    }

    /// Likewise, for a call that may have talked to the server. What is no `SQLException` may have ended it half-way:
    /// the answer to one statement would be taken for that of the next.
    final void brokeOff(Throwable e) {
        if (e instanceof SQLException known) {
            judge(known);
        } else {
            invalidate(e);
        }
    }

    /// Says that the connection may be in a state that nobody knows, so it is not reused.
    final void tainted() {
        tainted = true;
    }

    /// Says that the borrower got hold of the driver's own connection, or of a way to it: what he does with it is not
    /// seen, so from now on it is charged to neither side.
    final void unseen() {
        tainted = true;
        if (!over && !unseen) {
            unseen = true;
            slot.meter.unseen(slot.pool.loanTime());
        }
    }

    final boolean isUnseen() {
        return unseen;
    }

    /// Says that the connection must not be lent again. May come from any thread.
    final void breakDown() {
        broken = true;
    }

    final boolean isBroken() {
        return broken;
    }

    final boolean isTainted() {
        return tainted;
    }

    final void autoCommitIs(boolean on) {
        autoCommit = on;
        if (on) {
            transactionEnded();
        }
    }

    /// Takes over what an earlier loan of the same connection may have done to the session.
    final void mayLeaveStateOf(Loan earlier) {
        mayLeaveState = mayLeaveState || earlier.mayLeaveState;
        mayHaveBegun = mayHaveBegun || earlier.mayHaveBegun;
    }

    /// With auto-commit off, somebody who shared the connection may have begun a transaction.
    final void talkedIfOff() {
        talked = !autoCommit;
    }

    final boolean isAutoCommit() {
        return autoCommit;
    }

    final void transactionEnded() {
        inTransaction = false;
        talked = false;
        wrote = false;
    }

    final boolean inTransaction() {
        return inTransaction;
    }

    /// Returns whether the driver was asked for anything, statement or not, since auto-commit was turned off or
    /// the last transaction ended: savepoints and metadata begin transactions too.
    final boolean talked() {
        return talked;
    }

    final boolean wrote() {
        return wrote;
    }

    final @Nullable String lastSql() {
        return lastSql;
    }

    /// Returns when the running driver call began, or 0 if none runs.
    final long sqlSince() {
        return slot.lends(this) ? slot.meter.sqlSince() : 0;
    }

    /// Checks in, once.
    ///
    /// @return whether this call did it
    final boolean finish() {
        if (over || !OVER.compareAndSet(this, false, true)) {
            return false;
        }
        slot.pool.checkIn(this);
        return true;
    }

    /// Returns whether check-in has anything to undo or to end with the driver's help.
    boolean hasLeftWork() {
        return talked || tainted || broken || !autoCommit;
    }

    /// Returns whether anything was done on the connection.
    boolean isTouched() {
        return lastSql != null || hasLeftWork();
    }

    @Override
    public final @Nullable String label() {
        return account.label();
    }

    @Override
    public final void invalidate(@Nullable Throwable reason) {
        if (!over && !broken) {
            broken = true;
            slot.pool.invalidated(slot, reason);
        }
    }

    @Override
    public final void invalidateSoftly(@Nullable Throwable reason) {
        if (!over && !broken) {
            slot.pool.invalidatedSoftly(slot, reason);
        }
    }

    @Override
    public final Map<String, Object> info() throws SQLException {
        raw();
        return slot.info();
    }

    @Override
    public final Connection detach() throws SQLException {
        Connection driver = raw();
        slot.pool.checkDetachable(slot);
        if (broken) {
            throw new SQLNonTransientConnectionException(
                    "Connection " + slot.text
                            + " was invalidated and cannot be detached: close it, and check out again",
                    "08003");
        }
        if (!OVER.compareAndSet(this, false, true)) {
            throw ended();
        }
        forgetStatements();
        try {
            slot.pool.detached(this);
        } catch (Throwable e) { // say, no memory: nobody gets it
            slot.pool.physical().ends().discard(driver);
            throw e;
        }
        return driver;
    }

    /// Leaves every open statement to the driver's connection.
    abstract void forgetStatements();

    /// Returns the newest of what was opened.
    abstract @Nullable Opened opened();

    /// Closes every open statement, and so every result set. Swallows exceptions, and throws an `Error` on.
    abstract void closeStatements();

    /// Puts the network timeout back that a long query timeout raised. Called before check-in talks to the server.
    abstract void lowerNetworkTimeout() throws SQLException;

    /// Puts back what JDBC setters changed. Called after an open transaction has been ended.
    abstract void restoreState() throws SQLException;
}
