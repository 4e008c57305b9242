package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// What a borrower changed by JDBC setters, and what it was before. Auto-commit is always on at first.
///
/// The driver is asked just before the first change of a loan, never at connect: pgjdbc pays a round trip for some.
final class Changes {
    private static final int READ_ONLY = 1;
    private static final int ISOLATION = 1 << 1;
    private static final int CATALOG = 1 << 2;
    private static final int SCHEMA = 1 << 3;
    private static final int HOLDABILITY = 1 << 4;
    private static final int NETWORK_TIMEOUT = 1 << 5;
    private static final int TYPE_MAP = 1 << 6;
    private static final int CLIENT_INFO = 1 << 7;
    private static final int AUTO_COMMIT = 1 << 8;
    private static final int QUERY_TIMEOUT = 1 << 9;

    /// The network timeout was changed by the pool, not by the borrower.
    private static final int RAISED = 1 << 10;

    private final Connection raw;
    private final Server server;
    private final PoolerWatch pooler;
    private int changed;
    private boolean readOnly;
    private int isolation;
    private int holdability;
    private int networkTimeout;
    private int queryTimeout;
    private @Nullable String catalog;
    private @Nullable String schema;
    private @Nullable Map<String, Class<?>> typeMap;
    private @Nullable Properties clientInfo;

    /// When the first of them was.
    final long since;

    Changes(Connection raw, Server server, PoolerWatch pooler, long since) {
        this.raw = raw;
        this.server = server;
        this.pooler = pooler;
        this.since = since;
    }

    /// Nobody puts anything back: the driver is not to be asked what it was.
    void leaveAlone() {
        changed = -1;
    }

    void readOnly() throws SQLException {
        if (!has(READ_ONLY)) {
            readOnly = raw.isReadOnly();
            changed |= READ_ONLY;
        }
    }

    void isolation() throws SQLException {
        pooler.check(Kept.ISOLATION);
        if (!has(ISOLATION)) {
            isolation = raw.getTransactionIsolation();
            changed |= ISOLATION;
        }
    }

    void catalog() throws SQLException {
        if (!has(CATALOG)) {
            catalog = raw.getCatalog();
            changed |= CATALOG;
        }
    }

    void schema() throws SQLException {
        pooler.check(Kept.SCHEMA);
        if (!has(SCHEMA)) {
            schema = server.rememberSchema(raw);
            changed |= SCHEMA;
        }
    }

    void holdability() throws SQLException {
        if (!has(HOLDABILITY)) {
            holdability = raw.getHoldability();
            changed |= HOLDABILITY;
        }
    }

    void networkTimeout() throws SQLException {
        if (!has(NETWORK_TIMEOUT)) {
            networkTimeout = raw.getNetworkTimeout();
            changed |= NETWORK_TIMEOUT;
        }
        changed &= ~RAISED;
    }

    /// Makes the driver wait longer for the server, unless the borrower has said how long. Zero: for ever.
    void raiseNetworkTimeout(int millis) throws SQLException {
        if (has(NETWORK_TIMEOUT) && !has(RAISED)) {
            return;
        }
        int now = raw.getNetworkTimeout();
        if (now > 0 && (millis == 0 || millis > now)) {
            networkTimeout();
            changed |= RAISED;
            raw.setNetworkTimeout(Runnable::run, millis);
        }
    }

    /// From now on the pool talks to the server, and waits as long as it always does.
    void lowerNetworkTimeout() throws SQLException {
        if (has(RAISED)) {
            raw.setNetworkTimeout(Runnable::run, networkTimeout);
            changed &= ~(RAISED | NETWORK_TIMEOUT);
        }
    }

    /// For a server of which all statements of a connection share it.
    void queryTimeout(Statement any) throws SQLException {
        if (!has(QUERY_TIMEOUT)) {
            queryTimeout = any.getQueryTimeout();
            changed |= QUERY_TIMEOUT;
        }
    }

    boolean hasQueryTimeout() {
        return has(QUERY_TIMEOUT);
    }

    /// Copied: drivers give away the map that they use. They need not have one.
    void typeMap() throws SQLException {
        if (!has(TYPE_MAP)) {
            Map<String, Class<?>> before = raw.getTypeMap();
            typeMap = before == null ? new HashMap<>() : new HashMap<>(before);
            changed |= TYPE_MAP;
        }
    }

    void clientInfo() throws SQLException {
        if (!has(CLIENT_INFO)) {
            Properties before = raw.getClientInfo();
            clientInfo = new Properties();
            if (before != null) {
                clientInfo.putAll(before);
            }
            changed |= CLIENT_INFO;
        }
    }

    /// SQLite's driver turns auto-commit off when it makes a savepoint.
    void savepoint() {
        changed |= AUTO_COMMIT;
    }

    private boolean has(int what) {
        return (changed & what) != 0;
    }

    /// Takes over what another loan of the same connection changed. What both did is put back to what
    /// it was before the earlier one.
    ///
    /// @return what has all of it now
    Changes and(Changes other) {
        return since <= other.since ? add(other) : other.add(this);
    }

    private Changes add(Changes later) {
        int added = later.changed & ~changed;
        readOnly = (added & READ_ONLY) == 0 ? readOnly : later.readOnly;
        isolation = (added & ISOLATION) == 0 ? isolation : later.isolation;
        holdability = (added & HOLDABILITY) == 0 ? holdability : later.holdability;
        networkTimeout = (added & NETWORK_TIMEOUT) == 0 ? networkTimeout : later.networkTimeout;
        queryTimeout = (added & QUERY_TIMEOUT) == 0 ? queryTimeout : later.queryTimeout;
        catalog = (added & CATALOG) == 0 ? catalog : later.catalog;
        schema = (added & SCHEMA) == 0 ? schema : later.schema;
        typeMap = (added & TYPE_MAP) == 0 ? typeMap : later.typeMap;
        clientInfo = (added & CLIENT_INFO) == 0 ? clientInfo : later.clientInfo;
        changed |= added;
        return this;
    }

    /// Puts back what was changed, and nothing else. The connection must be in auto-commit.
    void undo() throws SQLException {
        if (has(AUTO_COMMIT) && !raw.getAutoCommit()) {
            raw.rollback();
            raw.setAutoCommit(true);
        }
        if (has(NETWORK_TIMEOUT)) {
            raw.setNetworkTimeout(Runnable::run, networkTimeout);
        }
        if (has(QUERY_TIMEOUT)) {
            undoQueryTimeout();
        }
        undoTransactionSettings();
        undoPlace();
        if (has(TYPE_MAP)) {
            raw.setTypeMap(typeMap);
        }
        if (clientInfo != null) {
            undoClientInfo(clientInfo);
        }
    }

    private void undoQueryTimeout() throws SQLException {
        try (Statement any = raw.createStatement()) {
            any.setQueryTimeout(queryTimeout);
        }
    }

    /// MariaDB's driver only adds to what it has, which it gives away.
    private void undoClientInfo(Properties before) throws SQLException {
        raw.setClientInfo(before);
        Properties now = raw.getClientInfo();
        if (now != null) {
            now.keySet().retainAll(before.keySet());
        }
    }

    private void undoTransactionSettings() throws SQLException {
        if (has(READ_ONLY)) {
            raw.setReadOnly(readOnly);
        }
        if (has(ISOLATION)) {
            raw.setTransactionIsolation(isolation);
        }
        if (has(HOLDABILITY)) {
            raw.setHoldability(holdability);
        }
    }

    private void undoPlace() throws SQLException {
        if (has(CATALOG)) {
            raw.setCatalog(catalog);
        }
        if (has(SCHEMA)) {
            server.restoreSchema(raw, schema);
        }
    }
}
