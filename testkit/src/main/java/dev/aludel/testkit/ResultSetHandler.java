package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Stands behind `ResultSet`: forward only, read only.
final class ResultSetHandler extends JdbcHandler {
    private final StatementHandler statement;
    private final Rows rows;
    private int position; // 0 before the first row, size + 1 after the last
    private int fetchSize;
    private boolean closed;
    private boolean wasNull;

    ResultSetHandler(StatementHandler statement, Rows rows) {
        super(statement.backend(), ResultSet.class, "ResultSet.");
        this.statement = statement;
        this.rows = rows;
    }

    @Override
    void requireUsable(Method method) throws SQLException {
        switch (method.getName()) {
            case "close", "isClosed" -> {}
            default -> requireOpen();
        }
    }

    private void requireOpen() throws SQLException {
        statement.connection().requireOpen();
        if (closed) {
            throw new SQLException(this + " is closed", "55000");
        }
    }

    /// Closed by the statement, or by its user.
    void shut() {
        closed = true;
    }

    public void close() {
        if (!closed) {
            shut();
            statement.completed();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    public boolean next() {
        position = Math.min(position + 1, rows.rows().size() + 1);
        return isOnRow();
    }

    private boolean isOnRow() {
        return position > 0 && position <= rows.rows().size();
    }

    public int getRow() {
        return isOnRow() ? position : 0;
    }

    public boolean isBeforeFirst() {
        return position == 0 && !rows.rows().isEmpty();
    }

    public boolean isFirst() {
        return position == 1 && isOnRow();
    }

    public boolean isAfterLast() {
        return position > rows.rows().size() && !rows.rows().isEmpty();
    }

    public boolean wasNull() {
        return wasNull;
    }

    public int findColumn(String label) throws SQLException {
        return Values.indexOf(rows.columns(), label);
    }

    public Statement getStatement() {
        return statement.statement();
    }

    public ResultSetMetaData getMetaData() {
        return new ResultSetMetaDataHandler(this, rows).proxy(ResultSetMetaData.class);
    }

    public int getType() {
        return ResultSet.TYPE_FORWARD_ONLY;
    }

    public int getConcurrency() {
        return ResultSet.CONCUR_READ_ONLY;
    }

    public int getHoldability() {
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    public int getFetchDirection() {
        return ResultSet.FETCH_FORWARD;
    }

    public int getFetchSize() {
        return fetchSize;
    }

    public void setFetchSize(int rowsAtATime) {
        fetchSize = rowsAtATime;
    }

    public @Nullable SQLWarning getWarnings() {
        return null;
    }

    public void clearWarnings() {}

    /// All that is left of the getters reads a column as the type that it returns.
    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        if (!method.getName().startsWith("get") || arguments.length == 0) {
            return super.other(method, arguments);
        }
        Object column = arguments[0];
        int index = column instanceof Integer number ? number : findColumn((String) column);
        Object value = Values.at(row(), index);
        wasNull = value == null;
        return Values.convert(value, Values.wanted(method, arguments));
    }

    private List<@Nullable Object> row() throws SQLException {
        if (!isOnRow()) {
            throw new SQLException(
                    this + (position == 0 ? " is before its first row" : " is after its last row"), "24000");
        }
        return rows.rows().get(position - 1);
    }

    @Override
    public String toString() {
        return "result set of " + statement;
    }
}
