package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/// Something that a borrower opened on a loan and that check-in closes: a statement, or rows that belong to none of
/// his statements.
///
/// It is closed once, by whoever comes first. The opened things of a loan are a list, newest first, which needs no
/// lock: new ones are put in front by compare-and-set, and closed ones, which stay closed, are skipped now and then.
/// Skipping never passes over an open one, so several threads may do it at the same time.
abstract class Opened {
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(Opened.class, "open", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ConnectionBase loan;

    /// The next older one.
    @Nullable
    Opened older;

    /// What runs, or ran last; null if it is not known.
    @Nullable
    String sql;

    private boolean fetches;

    /// Read plainly, before each call of the driver: a loan is for one thread at a time.
    private boolean open = true;

    Opened(ConnectionBase loan, @Nullable String sql) {
        this.loan = loan;
        this.sql = sql;
    }

    /// Closes the driver's object.
    abstract void closeDriver() throws SQLException;

    /// Has the driver end what runs, from any thread.
    void cancelDriver() throws SQLException {}

    /// Closes one result set of this, as the borrower asked.
    abstract void closeRows(ResultSet rows) throws SQLException;

    /// Returns the statement that a result set of this shows as its own.
    abstract @Nullable Statement statementOf(ResultSet rows) throws SQLException;

    final ConnectionBase loan() {
        return loan;
    }

    final boolean isOpen() {
        return open;
    }

    /// Returns whether this was open, and closes it for the borrower.
    final boolean end() {
        return open && OPEN.compareAndSet(this, true, false);
    }

    /// @throws SQLException with SQLState 08003 once the loan is over, HY010 if only this is closed
    final void check() throws SQLException {
        if (!open || !loan.isOpen()) { // the loan may be over, and this not yet closed by who ended it
            throw ended();
        }
    }

    private SQLException ended() {
        if (!loan.isOpen()) {
            return loan.ended();
        }
        String rule = " is closed: it and its result sets cannot be used any more; make a new one on the connection";
        return new SQLNonTransientException(this + rule, "HY010");
    }

    final SQLException failed(SQLException e) {
        return loan.failed(e);
    }

    final void brokeOff(Throwable e) {
        loan.brokeOff(e);
    }

    final long sqlBegins() throws SQLException {
        return loan.sqlBegins(sql);
    }

    final long sqlBegins(@Nullable String text) throws SQLException {
        sql = loan.seen(text);
        return loan.sqlBegins(text);
    }

    /// Likewise, before what is known already is run.
    final long runs() throws SQLException {
        loan.runs(sql);
        return sqlBegins();
    }

    final long runs(@Nullable String text) throws SQLException {
        loan.runs(text);
        return sqlBegins(text);
    }

    final void sqlEnds(long began) {
        loan.sqlEnds(began);
    }

    /// Whether moving in a result set may talk to the server.
    final boolean fetches() {
        return fetches;
    }

    /// Any size but 0 counts: MySQL streams at a negative one.
    final void fetchSizeIs(int rows) {
        fetches = rows != 0;
    }

    static boolean hasDriverObject(Wrapper raw, Class<?> type) throws SQLException {
        return type.isInstance(raw) || raw.isWrapperFor(type);
    }

    /// Returns the first open one of a list.
    static @Nullable Opened firstOpen(@Nullable Opened newest) {
        Opened one = newest;
        while (one != null && !one.open) {
            one = one.older;
        }
        return one;
    }

    /// Takes closed ones out of a list that begins with this one, and returns how many stay.
    final int sweep() {
        int count = 0;
        for (Opened one = this; one != null; one = one.older) {
            one.older = firstOpen(one.older);
            count++;
        }
        return count;
    }
}
