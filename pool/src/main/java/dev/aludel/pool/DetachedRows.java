package dev.aludel.pool;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A result set that the driver made with no statement of the borrower: metadata, or a cursor that came as a value.
///
/// Only the rows are closed at check-in: the statement behind them is the driver's, which may use it again. It is
/// closed as well if the borrower has asked for it.
final class DetachedRows extends Opened {
    private final ResultSet raw;
    private @Nullable Statement statement;

    DetachedRows(ConnectionBase loan, ResultSet raw) {
        super(loan, null);
        this.raw = raw;
    }

    @Override
    void closeDriver() throws SQLException {
        raw.close();
    }

    @Override
    void closeRows(ResultSet rows) throws SQLException {
        if (end()) {
            rows.close();
            loan.closedOne();
        }
    }

    @Override
    @Nullable
    Statement statementOf(ResultSet rows) throws SQLException {
        if (statement == null) {
            Statement made = rows.getStatement();
            statement = made == null ? null : loan.track(new StatementProxy(loan, made, null));
        }
        return statement;
    }

    @Override
    public String toString() {
        return "Result set of " + loan;
    }
}
