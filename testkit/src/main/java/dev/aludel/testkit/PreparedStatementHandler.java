package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Stands behind `PreparedStatement`: a statement that brings its SQL, and values for its question marks.
class PreparedStatementHandler extends StatementHandler {
    private final String sql;
    private final int placeholders;
    private final boolean wantsKeys;
    private final Map<Integer, @Nullable Object> binds = new TreeMap<>();
    private final List<List<@Nullable Object>> batch = new ArrayList<>();

    PreparedStatementHandler(ConnectionHandler connection, String sql, boolean wantsKeys) {
        this(connection, sql, wantsKeys, PreparedStatement.class);
    }

    PreparedStatementHandler(
            ConnectionHandler connection, String sql, boolean wantsKeys, Class<? extends PreparedStatement> type) {
        super(connection, type);
        this.sql = sql;
        this.placeholders = SqlText.placeholders(sql);
        this.wantsKeys = wantsKeys;
    }

    @Override
    String sql(Method method, Object[] arguments) {
        return sql;
    }

    @Override
    List<@Nullable Object> shown(Method method, Object[] arguments) {
        List<@Nullable Object> shown = super.shown(method, arguments);
        if (method.getName().startsWith(Call.EXECUTE)) {
            shown.addAll(method.getName().endsWith("Batch") ? batch : bound());
        }
        return shown;
    }

    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        String name = method.getName();
        if (name.startsWith(Call.EXECUTE)) {
            requireNoSql(name, arguments.length);
            requireAllBound();
            return executed(name, sql, wantsKeys);
        }
        if (isSetter(method)) {
            bind((Integer) arguments[0], name.equals("setNull") ? null : arguments[1]);
            return null;
        }
        return super.other(method, arguments);
    }

    private static boolean isSetter(Method method) {
        return method.getName().startsWith("set")
                && method.getParameterCount() > 1
                && method.getParameterTypes()[0] == int.class;
    }

    private static void requireNoSql(String method, int arguments) throws SQLException {
        if (arguments > 0) {
            throw new SQLException("a prepared statement has its SQL: " + method + " takes none", "42601");
        }
    }

    private void bind(int index, @Nullable Object value) throws SQLException {
        if (index < 1 || index > placeholders) {
            throw new SQLException(
                    "parameter " + index + " is not one of the " + placeholders + " of: " + sql, "22023");
        }
        binds.put(index, value);
    }

    private void requireAllBound() throws SQLException {
        for (int index = 1; index <= placeholders; index++) {
            if (!isBound(index)) {
                throw new SQLException("no value for parameter " + index + " of: " + sql, "22023");
            }
        }
    }

    private List<List<@Nullable Object>> bound() {
        return binds.isEmpty() ? List.of() : List.of(new ArrayList<>(binds.values()));
    }

    boolean isBound(int index) {
        return binds.containsKey(index);
    }

    public void clearParameters() {
        binds.clear();
    }

    public void addBatch() throws SQLException {
        requireAllBound();
        batch.add(new ArrayList<>(binds.values()));
    }

    @Override
    public void addBatch(String other) throws SQLException {
        requireNoSql("addBatch", 1);
    }

    @Override
    public void clearBatch() {
        batch.clear();
    }

    @Override
    public long[] executeLargeBatch() {
        long[] counts = batch.stream().mapToLong(row -> runForCount(sql)).toArray();
        clearBatch();
        return counts;
    }

    @Override
    public String toString() {
        return "prepared " + super.toString();
    }
}
