package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// PostgreSQL, by its own driver.
final class PostgresServer implements Server {
    /// Terminated by an administrator, crash of another backend, cannot connect now, database
    /// dropped, idle for too long; idle in a transaction, or in a transaction at all, for too long.
    private static final Set<String> LOST = Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04");

    private static final String IN_A_TRANSACTION = "25001";

    /// `U&"…"` is a name in disguise, and `query_to_xml` runs the statement that it is given.
    private static final SessionWords WORDS = new SessionWords(
            new String[] {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "VALUES", "TABLE", "SHOW", "TRUNCATE"
            },
            "set_config",
            "setseed",
            "pg_settings",
            "pg_advisory_lock",
            "pg_try_advisory_lock",
            "pg_replication_origin_session",
            "pg_create_logical_replication_slot",
            "pg_create_physical_replication_slot",
            "pg_copy_",
            "u&",
            "dblink",
            "query_to_xml");

    /// Makes the statement that sets again what the driver and the source of connections set after
    /// the start-up. What came with the start-up message the server puts back by itself. User and
    /// role come last: the settings may need the rights of who connected.
    private static final String RESTORING = """
            SELECT 'SELECT ' || string_agg(
                       format('pg_catalog.set_config(%L, %L, false)', name, setting), ', ' ORDER BY position)
            FROM (SELECT 1 AS position, name, setting FROM pg_catalog.pg_settings
                  WHERE source = 'session' AND context <> 'internal'
                  UNION ALL SELECT 2, 'session_authorization', session_user
                  UNION ALL SELECT 3, 'role', current_setting('role')) AS session""";

    private static final String SESSION = """
            SELECT pid, extract(epoch FROM backend_start)::text FROM pg_catalog.pg_stat_activity
            WHERE pid = pg_catalog.pg_backend_pid() AND backend_start IS NOT NULL""";

    private final DriverCall transactionState =
            new DriverCall("org.postgresql.core.BaseConnection", "getTransactionState");

    private final DriverCall backendId = new DriverCall("org.postgresql.PGConnection", "getBackendPID");

    static boolean isLost(@Nullable String state) {
        return state != null && LOST.contains(state);
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public boolean isDisconnect(SQLException e) {
        return Server.super.isDisconnect(e) || isLost(e.getSQLState());
    }

    @Override
    public boolean mayLeaveState(String sql) {
        return WORDS.mayLeaveState(sql);
    }

    @Override
    public BirthState remember(Connection opened) throws SQLException {
        String restoring = Sql.text(opened, RESTORING);
        return connection -> restore(connection, restoring);
    }

    /// The driver sees the answer to `DISCARD ALL` and forgets what it had prepared. It sends both
    /// statements in one round trip, unless it may only use the simple protocol: there several
    /// statements are a transaction, which `DISCARD ALL` refuses.
    private static boolean restore(Connection connection, String restoring) throws SQLException {
        try {
            Sql.run(connection, "DISCARD ALL; " + restoring);
            return true;
        } catch (SQLException e) {
            if (!IN_A_TRANSACTION.equals(e.getSQLState())) {
                throw e;
            }
            Sql.run(connection, "DISCARD ALL");
            Sql.run(connection, restoring);
            return true;
        }
    }

    /// The schema that JDBC shows is the first of several.
    ///
    /// @return the search path as a literal
    @Override
    public String rememberSchema(Connection connection) throws SQLException {
        return Sql.text(connection, "SELECT pg_catalog.quote_literal(pg_catalog.current_setting('search_path'))");
    }

    /// The driver has to see a `SET`, and another one than its last: else it goes on with what it has prepared for
    /// another path. Hence the comment, which no borrower's has.
    @Override
    public void restoreSchema(Connection connection, @Nullable String remembered) throws SQLException {
        Sql.run(
                connection,
                "SET SESSION search_path /* as before the loan */ TO DEFAULT; SELECT pg_catalog.set_config('search_path', "
                        + remembered + ", false)");
    }

    @Override
    public boolean isReplica(Connection connection) throws SQLException {
        return Sql.text(connection, "SELECT pg_is_in_recovery()").equals("t");
    }

    /// The server says it at the end of each answer, and the driver keeps it.
    @Override
    public TransactionState transactionState(Connection connection) {
        return switch (String.valueOf(transactionState.ask(connection))) {
            case "IDLE" -> TransactionState.NONE;
            case "OPEN" -> TransactionState.OPEN;
            case "FAILED" -> TransactionState.FAILED;
            default -> TransactionState.UNKNOWN;
        };
    }

    @Override
    public OptionalLong backendId(Connection connection) {
        return backendId.ask(connection) instanceof Number id ? OptionalLong.of(id.longValue()) : OptionalLong.empty();
    }

    /// What speaks PostgreSQL's language and has no such sessions shows no row.
    @Override
    public @Nullable ServerSession session(Connection connection) throws SQLException {
        for (Map.Entry<String, String> row : Sql.pairs(connection, SESSION).entrySet()) {
            return new ServerSession(Long.parseLong(row.getKey()), row.getValue());
        }
        return null;
    }

    @Override
    public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return PostgresView.activity(diagnostic, limit);
    }

    @Override
    public ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return PostgresView.locks(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return PostgresView.limits(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limitsInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return PostgresView.limits(lentAgain, limit);
    }

    @Override
    public ServerView<Backend> activityInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return PostgresView.activity(lentAgain, limit);
    }

    @Override
    public boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return PostgresView.cancel(diagnostic, seen, limit);
    }
}
