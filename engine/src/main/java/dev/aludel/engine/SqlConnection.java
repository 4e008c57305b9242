package dev.aludel.engine;

import dev.aludel.engine.Attempt.Step;
import dev.aludel.engine.CommitCheck.Ticket;
import dev.aludel.engine.Lender.Loan;
import dev.aludel.engine.Transaction.State;
import dev.aludel.sql.Command;
import dev.aludel.sql.Query;
import dev.aludel.sql.Returning;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A connection of an engine: executes statements, in transactions.
///
/// ```java
/// try (SqlConnection connection = engine.connect()) {
///     long trips = connection.execute(select(count()).from(TRIP)).scalarOne();
///     connection.execute(update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(7L)));
///     connection.commit();
/// }
/// ```
///
/// A transaction begins by itself at the first statement, and ends by [#commit] or [#rollback]; closing rolls
/// back what was not committed. After an error of the database the connection can be used on, usually for
/// `rollback()`. After a lost connection, or a failed commit, everything but `rollback()` and [#close] is
/// refused until `rollback()`.
///
/// For one thread at a time; two at once are an error that shows both.
public final class SqlConnection implements AutoCloseable {
    private final Engine engine;
    private final Runner runner;
    private final EngineLog log;
    private final @Nullable String label;
    private final boolean readOnly;
    private final Turn turn = new Turn("a SqlConnection");

    /// Volatile, as is [#closed], for a close() while another thread is inside.
    private int commits;
    private volatile @Nullable Loan loan;

    private @Nullable Transaction transaction;
    /// Why nothing but rollback() is allowed: the connection was lost, or a commit failed.
    private @Nullable Throwable broken;

    private volatile boolean closed;

    SqlConnection(Engine engine, @Nullable String label, boolean readOnly) {
        this.engine = engine;
        this.runner = engine.runner();
        this.log = engine.log();
        this.label = label;
        this.readOnly = readOnly;
        this.loan = engine.lend(label);
    }

    /// Executes a query and reads all its rows.
    ///
    /// @throws DatabaseException as its subclasses say
    /// @throws IllegalStateException if this is closed or must be rolled back first, or writes
    ///     in a read-only transaction
    public <R extends @Nullable Object> Result<R> execute(Query<R> query) {
        boolean taken = turn.enter();
        try {
            if (query instanceof Returning) requireWritable();
            Lookup text = runner.compile(query);
            return runner.query(ready(), query, text, Step.STATEMENT);
        } catch (DatabaseException failure) {
            throw noted(failure);
        } catch (VirtualMachineError fatal) {
            throw interrupted(fatal);
        } finally {
            turn.leave(taken);
        }
    }

    /// Executes a statement without rows.
    ///
    /// @return how many rows it inserted, changed or removed; 0 for one that touches no rows, such as
    ///     `CREATE TABLE`
    /// @throws DatabaseException as its subclasses say
    /// @throws IllegalStateException if this is closed or must be rolled back first, or the
    ///     transaction is read-only
    public long execute(Command command) {
        boolean taken = turn.enter();
        try {
            requireWritable();
            Lookup text = runner.compile(command);
            return runner.command(ready(), command, text);
        } catch (DatabaseException failure) {
            throw noted(failure);
        } catch (VirtualMachineError fatal) {
            throw interrupted(fatal);
        } finally {
            turn.leave(taken);
        }
    }

    /// Does something with the JDBC connection below, within the transaction at hand, which begins if
    /// there is none.
    ///
    /// The work must not keep the connection, close it, or commit or roll back.
    ///
    /// @throws DatabaseException for what the work throws as `SQLException`
    public <T extends @Nullable Object> T jdbc(JdbcWork<T> work) {
        boolean taken = turn.enter();
        try {
            return work.run(ready());
        } catch (SQLException e) {
            throw noted(runner.failed(e, Step.JDBC));
        } catch (VirtualMachineError fatal) {
            throw interrupted(fatal);
        } finally {
            turn.leave(taken);
        }
    }

    /// Begins a transaction, as a block whose end rolls back unless it was committed.
    ///
    /// @throws IllegalStateException if one has begun already, by itself or by this method
    public Transaction begin() {
        boolean taken = turn.enter();
        try {
            requireUsable();
            if (transaction != null) {
                throw new IllegalStateException("begin() within a transaction, which began by begin() or at the first"
                        + " statement: call commit() or rollback() first");
            }
            ready();
            return begun();
        } catch (VirtualMachineError fatal) {
            throw interrupted(fatal);
        } finally {
            turn.leave(taken);
        }
    }

    /// Commits. Does nothing if no transaction has begun.
    ///
    /// @throws DatabaseException if the database does not commit; then only [#rollback] and [#close] are allowed
    public void commit() {
        boolean taken = turn.enter();
        try {
            requireUsable();
            if (transaction != null) commitNow(transaction);
        } finally {
            turn.leave(taken);
        }
    }

    /// Rolls back. Does nothing if no transaction has begun. After a lost connection it sends nothing, and the
    /// next statement takes a new connection. After a failed commit on a connection that lives, the driver is asked
    /// to roll back what may be left of the transaction.
    ///
    /// @throws DatabaseException if the connection is lost only now; the transaction is rolled back all the same
    public void rollback() {
        boolean taken = turn.enter();
        try {
            requireOpen();
            rollbackNow();
        } finally {
            turn.leave(taken);
        }
    }

    /// Whether a transaction has begun and not ended.
    public boolean inTransaction() {
        return transaction != null;
    }

    /// Whether this was closed.
    public boolean isClosed() {
        return closed;
    }

    /// Rolls back what was not committed and gives the connection back. Never throws for what the database does; a
    /// second call does nothing.
    ///
    /// While another thread is inside, the connection below is cut off instead, and with it what that thread does.
    ///
    /// @throws IllegalStateException if another thread is inside; this is closed all the same
    @Override
    public void close() {
        boolean taken = enterOrGiveUp();
        try {
            if (closed) return;
            closed = true;
            end();
        } finally {
            turn.leave(taken);
        }
    }

    /// Nobody closes a second time what could not be closed: the connection goes back now, though not to be reused.
    private boolean enterOrGiveUp() {
        try {
            return turn.enter();
        } catch (IllegalStateException usedByAnother) {
            closed = true;
            drop(usedByAnother);
            throw usedByAnother;
        }
    }

    void commit(Transaction which) {
        boolean taken = turn.enter();
        try {
            if (which.state() != State.ACTIVE) throw which.finished();
            requireUsable();
            commitNow(which);
        } finally {
            turn.leave(taken);
        }
    }

    void rollback(Transaction which) {
        boolean taken = turn.enter();
        try {
            if (closed || which != transaction) return;
            rollbackNow();
        } finally {
            turn.leave(taken);
        }
    }

    boolean isActive(Transaction which) {
        return which.state() == State.ACTIVE && which == transaction && broken == null;
    }

    /// Returns the JDBC connection, in a transaction.
    private Connection ready() {
        requireUsable();
        Loan current = loan;
        if (current == null) current = borrowed();
        if (transaction == null) autobegin(current.connection());
        return current.connection();
    }

    /// A close() of another thread during the wait for the pool has not seen what was lent after it.
    private Loan borrowed() {
        Loan fresh = engine.lend(label);
        loan = fresh;
        if (!closed) return fresh;
        IllegalStateException tooLate = closedError();
        drop(tooLate);
        throw tooLate;
    }

    /// Sends nothing: the driver begins with the next statement once auto-commit is off.
    private void autobegin(Connection connection) {
        log.begin(readOnly);
        try {
            if (readOnly) connection.setReadOnly(true);
            if (connection.getAutoCommit()) connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw noted(runner.failed(e, Step.BEGIN));
        }
        transaction = new Transaction(this);
    }

    private Transaction begun() {
        if (transaction == null) throw new AssertionError("ready() begins a transaction");
        return transaction;
    }

    private void commitNow(Transaction which) {
        Connection connection = lent().connection();
        Ticket ticket = null;
        Step step = Step.BEFORE_COMMIT;
        try {
            ticket = ticket(connection);
            step = Step.COMMIT;
            log.commit();
            connection.commit();
        } catch (SQLException e) {
            which.ended(State.FAILED);
            DatabaseException failure = runner.failed(e, step, ticket == null ? null : ticket.id());
            broken = failure;
            resolve(noted(failure), ticket, e);
        } catch (RuntimeException | Error unforeseen) {
            which.ended(State.FAILED);
            gone(unforeseen);
            throw unforeseen;
        }
        commits++;
        which.ended(State.COMMITTED);
        transaction = null;
        broken = null;
    }

    /// Returns how many transactions it has committed.
    int commits() {
        return commits;
    }

    private @Nullable Ticket ticket(Connection connection) throws SQLException {
        CommitCheck check = engine.commitCheck();
        return check == null || readOnly ? null : check.ticket(connection);
    }

    /// Returns if the database says on another connection that it has committed nevertheless; else throws what it
    /// is by then.
    private void resolve(DatabaseException failure, @Nullable Ticket ticket, SQLException cause) {
        CommitCheck check = engine.commitCheck();
        if (!(failure instanceof CommitOutcomeUnknown unanswered) || check == null || ticket == null) throw failure;
        CommitCheck.Outcome outcome = check.outcome(ticket, unanswered);
        log.resolved(ticket.id(), outcome);
        switch (outcome) {
            case COMMITTED -> {}
            case ROLLED_BACK -> {
                TransactionRolledBack known = new TransactionRolledBack(engine.address(), unanswered, cause);
                broken = known;
                throw known;
            }
            case OPEN, UNKNOWN -> throw unanswered;
        }
    }

    private void rollbackNow() {
        Transaction ending = transaction;
        transaction = null;
        broken = null;
        if (ending == null) return;
        ending.ended(State.ROLLED_BACK);
        Loan current = loan;
        if (current == null) return;
        log.rollback();
        // also after a failed commit: the driver, not we, knows whether the server's transaction is still open
        try {
            current.connection().rollback();
        } catch (SQLException e) {
            DatabaseException failure = runner.failed(e, Step.ROLLBACK);
            drop(failure);
            throw failure;
        } catch (RuntimeException | Error unforeseen) {
            drop(unforeseen);
            throw unforeseen;
        }
    }

    private void end() {
        try {
            rollbackNow();
        } catch (RuntimeException failure) {
            log.spared("the rollback at close failed, and the connection was dropped", failure);
        } finally {
            Loan current = loan;
            loan = null;
            if (current != null) current.close();
        }
    }

    /// Keeps in mind what a failure means for the next calls.
    private DatabaseException noted(DatabaseException failure) {
        switch (failure) {
            case ConnectionLost lost -> gone(lost);
            case CommitOutcomeUnknown unknown -> gone(unknown);
            default -> {}
        }
        return failure;
    }

    /// Out of memory or stack in the middle of a dialogue with the server: nobody knows what was sent and read.
    private VirtualMachineError interrupted(VirtualMachineError fatal) {
        gone(fatal);
        return fatal;
    }

    /// The connection is given up, and a transaction with it: that must be rolled back before anything else, lest
    /// its second half run without the first.
    private void gone(Throwable reason) {
        drop(reason);
        if (transaction != null) broken = reason;
    }

    private void drop(Throwable reason) {
        Loan current = loan;
        if (current == null) return;
        loan = null;
        try {
            current.invalidate(reason);
        } finally {
            current.close();
        }
    }

    private Loan lent() {
        Loan current = loan;
        if (current != null) return current;
        requireOpen(); // another thread may have closed it just now
        throw new AssertionError("a transaction has a connection until that is lost");
    }

    private void requireUsable() {
        requireOpen();
        if (broken == null) return;
        String what = loan == null
                ? "this SqlConnection lost its connection to the database"
                : "the commit of this SqlConnection failed";
        throw new IllegalStateException(what + ": call rollback() first, then it can be used again", broken);
    }

    private void requireOpen() {
        if (closed) throw closedError();
    }

    private IllegalStateException closedError() {
        return new IllegalStateException("this SqlConnection" + (label == null ? "" : " of " + label)
                + " is closed: take another with engine.connect()");
    }

    private void requireWritable() {
        if (readOnly) {
            throw new IllegalStateException("a write within readOnly(…): write in run(…) or call(…)");
        }
    }
}
