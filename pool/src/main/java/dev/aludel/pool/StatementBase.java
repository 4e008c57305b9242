package dev.aludel.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A statement of a loan: what the generated proxies of the three kinds of statements have in common.
abstract class StatementBase extends Opened implements Statement {
    private final Statement statement;
    private boolean closesOnCompletion;

    /// So that asking for the same result set twice gives the same object.
    private @Nullable ResultSetProxy lastRows;

    StatementBase(ConnectionBase loan, Statement statement, @Nullable String sql) {
        super(loan, sql);
        this.statement = statement;
    }

    final @Nullable ResultSet rows(@Nullable ResultSet made) throws SQLException {
        ResultSetProxy last = lastRows;
        if (made == null || (last != null && last.isFor(made))) {
            return made == null ? null : last;
        }
        fetchSizeIs(statement.getFetchSize()); // the driver may have a default of its own
        ResultSetProxy rows = new ResultSetProxy(this, made);
        lastRows = rows;
        return rows;
    }

    @Override
    final void closeDriver() throws SQLException {
        statement.close();
    }

    @Override
    final void cancelDriver() throws SQLException {
        statement.cancel();
    }

    @Override
    final void closeRows(ResultSet rows) throws SQLException {
        rows.close();
        if (closesOnCompletion && statement.isClosed()) {
            end();
            loan.closedOne();
        }
    }

    @Override
    final Statement statementOf(ResultSet rows) {
        return this;
    }

    @Override
    public final Connection getConnection() throws SQLException {
        check();
        return loan.handle();
    }

    @Override
    public final void addBatch(@Nullable String text) throws SQLException {
        check();
        sql = loan.seen(text);
        loan.batched(text);
        try {
            statement.addBatch(text);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public final void setFetchSize(int rows) throws SQLException {
        check();
        try {
            statement.setFetchSize(rows);
        } catch (SQLException e) {
            throw failed(e);
        }
        fetchSizeIs(rows);
    }

    @Override
    public final void setQueryTimeout(int seconds) throws SQLException {
        check();
        try {
            loan.limits(statement, seconds);
            statement.setQueryTimeout(seconds);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public final void closeOnCompletion() throws SQLException {
        check();
        closesOnCompletion = true;
        try {
            statement.closeOnCompletion();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Closes the statement and its result sets. A second call does nothing; safe from any thread.
    @Override
    public final void close() throws SQLException {
        if (end()) {
            try {
                statement.close();
            } catch (Throwable e) { // it may still be open
                brokeOff(e);
                throw e;
            } finally {
                loan.closedOne();
            }
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return !isOpen() || statement.isClosed();
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        check();
        return type.isInstance(this) ? type.cast(this) : loan.driverObject(statement, type);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        check();
        return type.isInstance(this) || hasDriverObject(statement, type);
    }

    /// Not the driver's text: that may show values.
    @Override
    public final String toString() {
        return "Statement of " + loan;
    }
}
