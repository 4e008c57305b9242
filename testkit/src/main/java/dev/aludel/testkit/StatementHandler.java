package dev.aludel.testkit;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Stands behind `Statement`, and holds what its two descendants share.
class StatementHandler extends JdbcHandler {
    private static final long NO_COUNT = -1;

    private final ConnectionHandler connection;
    private final Class<? extends Statement> type;
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "queryTimeout",
            0,
            "fetchSize",
            0,
            "maxRows",
            0,
            "largeMaxRows",
            0L,
            "maxFieldSize",
            0,
            "fetchDirection",
            ResultSet.FETCH_FORWARD,
            "escapeProcessing",
            true,
            "resultSetType",
            ResultSet.TYPE_FORWARD_ONLY,
            "resultSetConcurrency",
            ResultSet.CONCUR_READ_ONLY,
            "resultSetHoldability",
            ResultSet.HOLD_CURSORS_OVER_COMMIT));
    private final List<String> batch = new ArrayList<>();
    private @Nullable ResultSetHandler rows;
    private long updateCount = NO_COUNT;
    private Rows keys = Rows.none();
    private boolean closed;
    private boolean closesOnCompletion;

    StatementHandler(ConnectionHandler connection) {
        this(connection, Statement.class);
    }

    StatementHandler(ConnectionHandler connection, Class<? extends Statement> type) {
        super(connection.backend(), type, "Statement.");
        this.connection = connection;
        this.type = type;
        properties.put("poolable", type != Statement.class);
        connection.session().opened(this);
    }

    @Override
    void requireUsable(Method method) throws SQLException {
        switch (method.getName()) {
            case "close", "isClosed" -> {}
            default -> requireOpen();
        }
    }

    private void requireOpen() throws SQLException {
        connection.requireOpen();
        if (closed) {
            throw new SQLException(this + " is closed", "55000");
        }
    }

    @Override
    boolean isLogged(Call call) {
        return super.isLogged(call) || call.method().equals("Statement.cancel");
    }

    @Override
    @Nullable
    String sql(Method method, Object[] arguments) {
        if (method.getName().startsWith(Call.EXECUTE) && arguments.length == 0) {
            return String.join("; ", batch);
        }
        return arguments.length > 0 && arguments[0] instanceof String sql ? sql : null;
    }

    @Override
    List<@Nullable Object> shown(Method method, Object[] arguments) {
        if (!method.getName().startsWith(Call.EXECUTE)) {
            return super.shown(method, arguments);
        }
        List<@Nullable Object> shown = new ArrayList<>();
        shown.add(sql(method, arguments));
        return shown;
    }

    @Override
    TimeLimit limit(Method method, Object[] arguments) {
        if (!method.getName().startsWith(Call.EXECUTE)) {
            return super.limit(method, arguments);
        }
        Duration allowed = Duration.ofSeconds((Integer) requireNonNull(properties.get("queryTimeout")));
        return TimeLimit.of(allowed, Stall.Ending.STATEMENT_TIMEOUT).or(super.limit(method, arguments));
    }

    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        if (method.getName().startsWith(Call.EXECUTE)) {
            return executed(method.getName(), requireNonNull(sql(method, arguments)), wantsKeys(arguments));
        }
        return property(method, arguments);
    }

    private @Nullable Object property(Method method, Object[] arguments) throws SQLException {
        String name = ConnectionHandler.propertyName(method.getName());
        if (!properties.containsKey(name) || arguments.length > 1) {
            return super.other(method, arguments);
        }
        if (method.getName().startsWith("set")) {
            set(name, arguments[0]);
            return null;
        }
        return properties.get(name);
    }

    private void set(String name, Object value) throws SQLException {
        if (value instanceof Number number && number.longValue() < 0) {
            throw new SQLException(name + " is 0 or more, but was " + value, "22023");
        }
        properties.put(name, value);
    }

    /// Tells whether the arguments after the SQL ask for generated keys.
    static boolean wantsKeys(Object[] arguments) {
        if (arguments.length != 2) {
            return false; // with three or four they are about result sets
        }
        return !(arguments[1] instanceof Integer flag) || flag == Statement.RETURN_GENERATED_KEYS;
    }

    // Executions.

    final @Nullable Object executed(String method, String sql, boolean wantsKeys) throws SQLException {
        boolean hasRows = run(sql, wantsKeys);
        return switch (method) {
            case "execute" -> hasRows;
            case "executeQuery" -> {
                require(hasRows, "executeQuery, but the statement gives no rows", "02000");
                yield getResultSet();
            }
            case "executeUpdate", "executeLargeUpdate" -> {
                require(!hasRows, method + ", but the statement gives rows", "0100E");
                yield method.equals("executeUpdate") ? (Object) getUpdateCount() : (Object) updateCount;
            }
            default -> throw new SQLException("the fake database does not know " + method);
        };
    }

    /// Runs a statement. Tells whether it gives rows, rather than a count.
    private boolean run(String sql, boolean wantsKeys) {
        forgetResults();
        connection.session().ran();
        Reply reply = backend().database().reply(sql);
        if (reply.rows() != null && !(wantsKeys && SqlText.isChange(sql))) {
            rows = new ResultSetHandler(this, limited(reply.rows()));
            return true;
        }
        keys = reply.rows() == null ? Rows.none() : reply.rows();
        updateCount = reply.updateCount();
        return false;
    }

    private Rows limited(Rows all) {
        int most = (Integer) requireNonNull(properties.get("maxRows"));
        boolean tooMany = most > 0 && all.rows().size() > most;
        return tooMany ? new Rows(all.columns(), all.rows().subList(0, most)) : all;
    }

    private void forgetResults() {
        if (rows != null) {
            rows.shut();
        }
        rows = null;
        updateCount = NO_COUNT;
        keys = Rows.none();
    }

    private static void require(boolean condition, String problem, String state) throws SQLException {
        if (!condition) {
            throw new SQLException(problem, state);
        }
    }

    public void addBatch(String sql) throws SQLException {
        batch.add(sql);
    }

    public void clearBatch() {
        batch.clear();
    }

    public int[] executeBatch() {
        return LongStream.of(executeLargeBatch()).mapToInt(Math::toIntExact).toArray();
    }

    public long[] executeLargeBatch() {
        long[] counts = batch.stream().mapToLong(this::runForCount).toArray();
        clearBatch();
        return counts;
    }

    final long runForCount(String sql) {
        return run(sql, false) ? Statement.SUCCESS_NO_INFO : updateCount;
    }

    public void cancel() {
        backend().wire().cancel(this);
    }

    // Results.

    public @Nullable ResultSet getResultSet() {
        return rows == null ? null : rows.proxy(ResultSet.class);
    }

    public int getUpdateCount() {
        return Math.toIntExact(updateCount);
    }

    public long getLargeUpdateCount() {
        return updateCount;
    }

    public boolean getMoreResults() {
        forgetResults();
        return false;
    }

    public boolean getMoreResults(int whatBecomesOfTheCurrent) {
        return getMoreResults();
    }

    public ResultSet getGeneratedKeys() {
        return new ResultSetHandler(this, keys).proxy(ResultSet.class);
    }

    // Life.

    public void close() {
        forgetResults();
        closed = true;
        connection.session().closed(this);
    }

    public boolean isClosed() {
        return closed;
    }

    public void closeOnCompletion() {
        closesOnCompletion = true;
    }

    public boolean isCloseOnCompletion() {
        return closesOnCompletion;
    }

    /// The result set was closed by the one who read it.
    void completed() {
        if (closesOnCompletion) {
            close();
        }
    }

    public Connection getConnection() {
        return connection.proxy();
    }

    public @Nullable SQLWarning getWarnings() {
        return null;
    }

    public void clearWarnings() {}

    final Statement statement() {
        return proxy(type);
    }

    final ConnectionHandler connection() {
        return connection;
    }

    @Override
    public String toString() {
        return "statement of " + connection;
    }
}
