package dev.aludel.testkit;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Stands behind `Connection`. What is here are the methods that do more than keep a value; the others are in [#other].
final class ConnectionHandler extends JdbcHandler {
    private static final Set<String> LOGGED =
            Set.of("commit", "rollback", "close", "abort", "isValid", "releaseSavepoint");
    private static final Set<Integer> ISOLATIONS = Set.of(
            Connection.TRANSACTION_READ_UNCOMMITTED,
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ,
            Connection.TRANSACTION_SERIALIZABLE);

    private final SessionState session = new SessionState();
    private int savepoints;

    ConnectionHandler(Backend backend) {
        super(backend, Connection.class, "");
    }

    SessionState session() {
        return session;
    }

    Connection proxy() {
        return proxy(Connection.class);
    }

    /// Where a request begins and ends is a hint, which nothing is sent for: not even a lost connection notices.
    @Override
    @Nullable
    Object serve(Method method, Object[] arguments) throws SQLException {
        if (method.getName().endsWith("Request") && !isClosed()) {
            return null;
        }
        try {
            return super.serve(method, arguments);
        } catch (ConnectionGone e) {
            if (method.getName().equals("isValid")) {
                return false;
            }
            throw forClientInfo(method, e);
        } catch (SQLException e) {
            throw forClientInfo(method, e);
        }
    }

    private static SQLException forClientInfo(Method method, SQLException e) {
        return method.getName().equals("setClientInfo")
                ? new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e)
                : e;
    }

    @Override
    void requireUsable(Method method) throws SQLException {
        switch (method.getName()) {
            case "close", "isClosed", "abort" -> {}
            case "isValid" -> requireAliveIfOpen();
            default -> requireOpen();
        }
    }

    private void requireAliveIfOpen() throws SQLException {
        if (!isClosed()) {
            backend().wire().requireWhole();
        }
    }

    void requireOpen() throws SQLException {
        if (isClosed()) {
            throw new SQLNonTransientConnectionException(this + " is closed", "08003");
        }
        backend().wire().requireWhole();
    }

    @Override
    @Nullable
    String sql(Method method, Object[] arguments) {
        boolean takesSql =
                method.getName().startsWith("prepare") || method.getName().equals("nativeSQL");
        return takesSql ? (String) arguments[0] : null;
    }

    @Override
    boolean isLogged(Call call) {
        return call.method().startsWith("set") || LOGGED.contains(call.method());
    }

    @Override
    TimeLimit limit(Method method, Object[] arguments) {
        if (!method.getName().equals("isValid")) {
            return super.limit(method, arguments);
        }
        Duration allowed = Duration.ofSeconds(Math.max(0, (Integer) arguments[0]));
        return TimeLimit.of(allowed, Stall.Ending.VALIDATION_TIMEOUT).or(super.limit(method, arguments));
    }

    // Life and death.

    public boolean isClosed() {
        return switch (backend().clientState()) {
            case OPEN -> false;
            case CONNECTING, REFUSED, CLOSED, ABORTED -> true;
        };
    }

    public void close() {
        leave(Backend.State.CLOSED);
    }

    public void abort(@Nullable Executor executor) throws SQLException {
        if (executor == null) {
            throw new SQLException("abort needs an executor, but was given null", "22023");
        }
        leave(Backend.State.ABORTED);
    }

    private void leave(Backend.State last) {
        if (!isClosed()) {
            session.closeStatements();
            session.endTransaction();
            backend().become(last);
        }
    }

    public boolean isValid(int seconds) throws SQLException {
        if (seconds < 0) {
            throw new SQLException("isValid takes 0 seconds or more, but was given " + seconds, "22023");
        }
        return !isClosed();
    }

    // Transactions.

    public void setAutoCommit(boolean on) {
        if (on != session.autoCommit()) {
            session.endTransaction(); // as JDBC says: changing it commits
            session.set("autoCommit", on);
        }
    }

    public void commit() throws SQLException {
        requireManualCommit("commit");
        session.endTransaction();
    }

    public void rollback() throws SQLException {
        requireManualCommit("rollback");
        session.endTransaction();
    }

    public void rollback(Savepoint savepoint) throws SQLException {
        requireManualCommit("rollback to a savepoint");
        requireOwn(savepoint).requireUsable(session.transaction());
    }

    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        requireOwn(savepoint).release(session.transaction());
    }

    public Savepoint setSavepoint() throws SQLException {
        return savepoint(null);
    }

    public Savepoint setSavepoint(String name) throws SQLException {
        return savepoint(name);
    }

    private Savepoint savepoint(@Nullable String name) throws SQLException {
        requireManualCommit("setSavepoint");
        session.ran();
        return new FakeSavepoint(session.transaction(), ++savepoints, name);
    }

    private static FakeSavepoint requireOwn(Savepoint savepoint) throws SQLException {
        if (savepoint instanceof FakeSavepoint own) {
            return own;
        }
        throw new SQLException("not a savepoint of the fake database: " + savepoint, "3B001");
    }

    public void setTransactionIsolation(int level) throws SQLException {
        requireNoTransaction("setTransactionIsolation");
        if (!ISOLATIONS.contains(level)) {
            throw new SQLException("an isolation level is one of 1, 2, 4, 8, but was " + level, "22023");
        }
        session.set("transactionIsolation", level);
    }

    public void setReadOnly(boolean readOnly) throws SQLException {
        requireNoTransaction("setReadOnly");
        session.set("readOnly", readOnly);
    }

    private void requireManualCommit(String method) throws SQLException {
        if (session.autoCommit()) {
            throw new SQLException(this + ": " + method + " cannot be called in auto-commit", "25P01");
        }
    }

    private void requireNoTransaction(String method) throws SQLException {
        if (session.inTransaction()) {
            throw new SQLException(this + ": " + method + " cannot be called in the middle of a transaction", "25001");
        }
    }

    // Other state.

    public void setHoldability(int holdability) throws SQLException {
        if (holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT && holdability != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
            throw new SQLException("a holdability is 1 or 2, but was " + holdability, "22023");
        }
        session.set("holdability", holdability);
    }

    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        if (milliseconds < 0) {
            throw new SQLException("a network timeout is 0 ms or more, but was " + milliseconds, "22023");
        }
        session.set("networkTimeout", milliseconds);
    }

    public void setTypeMap(Map<String, Class<?>> types) {
        session.set("typeMap", Map.copyOf(types));
    }

    public void setClientInfo(String name, @Nullable String value) {
        Map<String, String> info = new TreeMap<>(clientInfo());
        if (value == null) {
            info.remove(name);
        } else {
            info.put(name, value);
        }
        session.set("clientInfo", info);
    }

    public void setClientInfo(Properties properties) {
        Map<String, String> info = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> info.put(name, properties.getProperty(name)));
        session.set("clientInfo", info);
    }

    public @Nullable String getClientInfo(String name) {
        return clientInfo().get(name);
    }

    public Properties getClientInfo() {
        Properties properties = new Properties();
        properties.putAll(clientInfo());
        return properties;
    }

    @SuppressWarnings("unchecked") // only setClientInfo sets it
    private Map<String, String> clientInfo() {
        return (Map<String, String>) requireNonNull(session.get("clientInfo"));
    }

    public @Nullable SQLWarning getWarnings() {
        return session.warnings();
    }

    public void clearWarnings() {
        session.clearWarnings();
    }

    // Statements.

    public String nativeSQL(String sql) {
        return sql;
    }

    public DatabaseMetaData getMetaData() {
        return new DatabaseMetaDataHandler(this).proxy(DatabaseMetaData.class);
    }

    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        return switch (method.getName()) {
            case "createStatement" -> new StatementHandler(this).proxy(Statement.class);
            case "prepareStatement" -> prepared((String) arguments[0], arguments);
            case "prepareCall" ->
                new CallableStatementHandler(this, (String) arguments[0]).proxy(CallableStatement.class);
            case "beginRequest", "endRequest" -> null;
            default -> property(method, arguments);
        };
    }

    private PreparedStatement prepared(String sql, Object[] arguments) {
        boolean wantsKeys = StatementHandler.wantsKeys(arguments);
        return new PreparedStatementHandler(this, sql, wantsKeys).proxy(PreparedStatement.class);
    }

    private @Nullable Object property(Method method, Object[] arguments) throws SQLException {
        String name = propertyName(method.getName());
        if (!SessionState.knows(name)) {
            return super.other(method, arguments);
        }
        if (method.getName().startsWith("set")) {
            session.set(name, arguments[0]);
            return null;
        }
        return session.get(name);
    }

    /// `getSchema` and `setSchema` are about `schema`, `isReadOnly` is about `readOnly`.
    static String propertyName(String method) {
        String name = method.replaceFirst("^(get|set|is)", "");
        return name.isEmpty() ? name : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @Override
    public String toString() {
        return "fake connection " + backend().number();
    }
}
