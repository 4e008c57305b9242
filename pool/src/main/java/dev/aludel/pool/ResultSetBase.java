package dev.aludel.pool;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A result set of a loan. It lives as long as its statement is open; what it is after its own close, the driver says.
abstract class ResultSetBase implements ResultSet {
    private final Opened owner;
    private final ResultSet raw;

    ResultSetBase(Opened owner, ResultSet raw) {
        this.owner = owner;
        this.raw = raw;
    }

    @SuppressWarnings("ReferenceEquality") // drivers define no other
    final boolean isFor(ResultSet made) {
        return raw == made;
    }

    final ResultSet raw() throws SQLException {
        owner.check();
        return raw;
    }

    final ConnectionBase loan() {
        return owner.loan;
    }

    final SQLException failed(SQLException e) {
        return owner.failed(e);
    }

    final void brokeOff(Throwable e) {
        owner.brokeOff(e);
    }

    final boolean fetches() {
        return owner.fetches();
    }

    final long sqlBegins() throws SQLException {
        return owner.sqlBegins();
    }

    final long sqlBegins(String what) throws SQLException {
        return owner.loan.sqlBegins(what);
    }

    final void sqlEnds(long began) {
        owner.sqlEnds(began);
    }

    @Override
    public final @Nullable Statement getStatement() throws SQLException {
        ResultSet rows = raw();
        return owner.statementOf(rows);
    }

    @Override
    public final void setFetchSize(int rows) throws SQLException {
        ResultSet open = raw();
        try {
            open.setFetchSize(rows);
        } catch (SQLException e) {
            throw failed(e);
        }
        owner.fetchSizeIs(rows);
    }

    @Override
    public final void close() throws SQLException {
        if (owner.isOpen()) {
            try {
                owner.closeRows(raw);
            } catch (Throwable e) { // it may still be open
                brokeOff(e);
                throw e;
            }
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return !owner.isOpen() || raw.isClosed();
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        ResultSet open = raw();
        return type.isInstance(this) ? type.cast(this) : owner.loan.driverObject(open, type);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        ResultSet open = raw();
        return type.isInstance(this) || Opened.hasDriverObject(open, type);
    }

    /// Not the driver's text: that may show values.
    @Override
    public final String toString() {
        return "Result set of " + owner.loan;
    }
}
