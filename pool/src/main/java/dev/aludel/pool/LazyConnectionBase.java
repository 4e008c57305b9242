package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLWarning;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A handle that has a connection only from the first statement of a transaction to its end: see
/// [Settings#lazy].
///
/// What is set on it is remembered, and set on each connection that it gets. In auto-commit it gives
/// the connection back when no statement is open any more. The methods that are not here need a
/// connection: the generated ones check one out and pass the call on.
///
/// For one thread at a time, as any connection; closing is safe from any.
abstract class LazyConnectionBase implements Connection, Checkout {
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(LazyConnectionBase.class, "open", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LazyPool pool;
    private final @Nullable Borrower borrower;
    private final @Nullable String label;
    private final long timeout;
    private final @Nullable Deadline deadline;
    private final Wishes wishes = new Wishes();

    private volatile boolean open = true;
    private volatile @Nullable ConnectionBase held;
    private boolean autoCommit = true;

    /// Whether the borrower has something that lives as long as the transaction.
    private boolean kept;

    /// Whether he has something that lives as long as the connection.
    private boolean pinned;

    LazyConnectionBase(
            LazyPool pool,
            @Nullable Borrower borrower,
            @Nullable String label,
            long timeout,
            @Nullable Deadline deadline) {
        this.pool = pool;
        this.borrower = borrower;
        this.label = label;
        this.timeout = timeout;
        this.deadline = deadline;
    }

    /// Returns the connection, checking one out if there is none.
    final ConnectionBase raw() throws SQLException {
        ConnectionBase now = held();
        return now == null ? checkOut(true) : now;
    }

    /// Returns the connection, which this keeps until it is closed.
    final ConnectionBase pinned() throws SQLException {
        ConnectionBase now = raw();
        pinned = true;
        return now;
    }

    /// Returns the connection or null.
    ///
    /// @throws SQLException with SQLState 08003 if this is closed
    private @Nullable ConnectionBase held() throws SQLException {
        if (!open) {
            throw new SQLNonTransientConnectionException(
                    "Connection " + pool.name() + " is closed: it, its statements and its result sets cannot be used"
                            + " any more; check out again",
                    "08003");
        }
        ConnectionBase now = held;
        return now != null && now.isOpen() ? now : null;
    }

    /// Checks a connection out for who has this.
    ///
    /// @param counts whether a strict pool has to look at it: not at a question, which may be answered already
    LazyLoan lent(boolean counts) throws SQLException {
        return (LazyLoan) pool.pool().checkOut(borrower, label, timeout, deadline, counts);
    }

    private ConnectionBase checkOut(boolean counts) throws SQLException {
        LazyLoan fresh = lent(counts);
        fresh.isFor(this);
        try {
            wishes.grant(fresh, autoCommit);
            held = fresh;
            Objects.requireNonNull(held()); // it may have been closed meanwhile, by another thread
            return fresh;
        } catch (Throwable e) {
            held = null;
            fresh.close();
            throw e;
        }
    }

    private void checkIn() {
        ConnectionBase now = held;
        if (now != null && !pinned) {
            held = null;
            now.close();
        }
    }

    /// The transaction has ended.
    private void ended() {
        kept = false;
        checkIn();
    }

    /// In auto-commit, gives the connection back if nothing is open.
    final void settle() {
        ConnectionBase now = held;
        if (autoCommit && !kept && now != null && !now.hasOpened()) {
            checkIn();
        }
    }

    /// What only a connection can answer.
    private interface Question<T extends @Nullable Object> {
        T ask(ConnectionBase connection) throws SQLException;
    }

    /// A connection that is checked out for a question goes back at once, in a transaction, too: nothing of that has
    /// begun on it. So it counts for none that the thread has.
    private <T extends @Nullable Object> T answer(Question<T> question) throws SQLException {
        ConnectionBase had = held();
        try {
            return question.ask(had == null ? checkOut(false) : had);
        } finally {
            giveBack(had);
        }
    }

    /// @param had what was at hand before, and is to stay so if it is needed
    private void giveBack(@Nullable ConnectionBase had) {
        if (had == null) {
            checkIn();
        } else {
            settle();
        }
    }

    /// Looks at what a call threw that was passed on.
    final SQLException failed(SQLException e) {
        settle();
        return e;
    }

    @Override
    public final Connection connection() {
        return this;
    }

    @Override
    public final @Nullable String label() {
        return label;
    }

    @Override
    public final void invalidate(@Nullable Throwable reason) {
        ConnectionBase now = held;
        if (now != null) {
            now.invalidate(reason);
        }
    }

    @Override
    public final void invalidateSoftly(@Nullable Throwable reason) {
        ConnectionBase now = held;
        if (now != null) {
            now.invalidateSoftly(reason);
        }
    }

    @Override
    public final Map<String, Object> info() throws SQLException {
        return raw().info();
    }

    /// Also closes this.
    @Override
    public final Connection detach() throws SQLException {
        Connection detached = raw().detach();
        close();
        return detached;
    }

    @Override
    public final void close() {
        if (OPEN.compareAndSet(this, true, false)) {
            ConnectionBase now = held;
            if (now != null) {
                now.close();
            }
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        ConnectionBase now = held;
        return !open || (now != null && now.isOpen() && now.isClosed());
    }

    @Override
    public final boolean isValid(int seconds) throws SQLException {
        return open && answer(connection -> connection.isValid(seconds));
    }

    @Override
    public final void abort(Executor executor) throws SQLException {
        ConnectionBase now = held;
        if (open && now != null) {
            now.abort(executor);
        } else {
            close();
        }
    }

    @Override
    public final void commit() throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.commit();
            ended();
        }
    }

    @Override
    public final void rollback() throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.rollback();
            ended();
        }
    }

    @Override
    public final void setAutoCommit(boolean on) throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.setAutoCommit(on);
        }
        boolean commits = on && !autoCommit;
        autoCommit = on;
        if (commits) {
            ended();
        }
    }

    @Override
    public final boolean getAutoCommit() throws SQLException {
        ConnectionBase now = held();
        return now == null ? autoCommit : now.getAutoCommit();
    }

    /// Sets something now, if there is a connection, and on each that is to come.
    private void set(Attribute attribute, @Nullable Object value, Wishes.Change change) throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            change.on(now);
        }
        wishes.put(attribute, value, change);
    }

    private @Nullable Object get(Attribute attribute) throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            return attribute.of(now);
        }
        return wishes.has(attribute) ? wishes.get(attribute) : pool.usual(attribute, this);
    }

    @Override
    public final void setReadOnly(boolean on) throws SQLException {
        set(Attribute.READ_ONLY, on, connection -> connection.setReadOnly(on));
    }

    @Override
    public final boolean isReadOnly() throws SQLException {
        return Boolean.TRUE.equals(get(Attribute.READ_ONLY));
    }

    @Override
    public final void setTransactionIsolation(int level) throws SQLException {
        set(Attribute.ISOLATION, level, connection -> connection.setTransactionIsolation(level));
    }

    @Override
    public final int getTransactionIsolation() throws SQLException {
        return number(Attribute.ISOLATION);
    }

    @Override
    public final void setHoldability(int holdability) throws SQLException {
        set(Attribute.HOLDABILITY, holdability, connection -> connection.setHoldability(holdability));
    }

    @Override
    public final int getHoldability() throws SQLException {
        return number(Attribute.HOLDABILITY);
    }

    private int number(Attribute attribute) throws SQLException {
        return (int) Objects.requireNonNull(get(attribute));
    }

    @Override
    public final void setCatalog(@Nullable String catalog) throws SQLException {
        set(Attribute.CATALOG, catalog, connection -> connection.setCatalog(catalog));
    }

    @Override
    public final @Nullable String getCatalog() throws SQLException {
        return (String) get(Attribute.CATALOG);
    }

    @Override
    public final void setSchema(@Nullable String schema) throws SQLException {
        set(Attribute.SCHEMA, schema, connection -> connection.setSchema(schema));
    }

    @Override
    public final @Nullable String getSchema() throws SQLException {
        return (String) get(Attribute.SCHEMA);
    }

    @Override
    public final void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        set(
                Attribute.NETWORK_TIMEOUT,
                milliseconds,
                connection -> connection.setNetworkTimeout(executor, milliseconds));
    }

    @Override
    public final int getNetworkTimeout() throws SQLException {
        return number(Attribute.NETWORK_TIMEOUT);
    }

    @Override
    public final void setTypeMap(@Nullable Map<String, Class<?>> map) throws SQLException {
        Map<String, Class<?>> copy = map == null ? null : new HashMap<>(map);
        set(Attribute.TYPE_MAP, copy, connection -> connection.setTypeMap(copy));
    }

    /// Returns a copy: what it is made from is what other handles have, too.
    @Override
    @SuppressWarnings("unchecked") // as it was set, or as the driver has it
    public final Map<String, Class<?>> getTypeMap() throws SQLException {
        Map<String, Class<?>> its = (Map<String, Class<?>>) get(Attribute.TYPE_MAP);
        return its == null ? new HashMap<>() : new HashMap<>(its);
    }

    @Override
    public final void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        change(connection -> connection.setClientInfo(name, value));
        wishes.putClientInfo(name, connection -> connection.setClientInfo(name, value));
    }

    @Override
    public final void setClientInfo(Properties properties) throws SQLClientInfoException {
        Properties copy = (Properties) properties.clone();
        change(connection -> connection.setClientInfo(copy));
        wishes.putAllClientInfo(connection -> connection.setClientInfo(copy));
    }

    /// These two may throw nothing but their own kind of exception.
    private void change(Wishes.Change change) throws SQLClientInfoException {
        try {
            ConnectionBase now = held();
            if (now != null) {
                change.on(now);
            }
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.<String, ClientInfoStatus>of(), e);
        }
    }

    @Override
    public final @Nullable String getClientInfo(String name) throws SQLException {
        return answer(connection -> connection.getClientInfo(name));
    }

    @Override
    public final Properties getClientInfo() throws SQLException {
        return answer(ConnectionBase::getClientInfo);
    }

    @Override
    public final String nativeSQL(String sql) throws SQLException {
        return answer(connection -> connection.nativeSQL(sql));
    }

    @Override
    public final @Nullable SQLWarning getWarnings() throws SQLException {
        ConnectionBase now = held();
        return now == null ? null : now.getWarnings();
    }

    @Override
    public final void clearWarnings() throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.clearWarnings();
        }
    }

    /// Keeps the connection until the transaction's end; in auto-commit, until this is closed.
    @Override
    public final DatabaseMetaData getMetaData() throws SQLException {
        DatabaseMetaData metadata = raw().getMetaData();
        kept = true;
        return metadata;
    }

    @Override
    public final void beginRequest() throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.beginRequest();
        }
    }

    @Override
    public final void endRequest() throws SQLException {
        ConnectionBase now = held();
        if (now != null) {
            now.endRequest();
        }
    }

    /// The driver's own connection stays checked out until this is closed.
    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        held();
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        ConnectionBase had = held();
        try {
            T object = raw().unwrap(type);
            pinned = true;
            return object;
        } finally {
            giveBack(had);
        }
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        held();
        return type.isInstance(this) || answer(connection -> connection.isWrapperFor(type));
    }

    /// The name in the log of the connection at hand.
    @Override
    public final String toString() {
        ConnectionBase now = held;
        return now != null && now.isOpen()
                ? now.toString()
                : pool.name() + (open ? " (none checked out)" : " (closed)");
    }
}
