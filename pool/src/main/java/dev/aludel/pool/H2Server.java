package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// H2, in process or not. It has no reset, but shows nearly all that a session may change.
final class H2Server implements Server {
    /// Connection broken, database closed, database closed for being unused.
    private static final Set<String> LOST = Set.of("90067", "90098", "90121");

    /// `SELECT SET(@name, 1)` and `SELECT @name := 1` set a variable.
    private static final SessionWords WORDS = new SessionWords(
            new String[] {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "VALUES", "TABLE", "SHOW", "TRUNCATE"
            },
            "@",
            "link_schema");

    /// What is set by `SET name value`. A setting that is not listed has no value.
    private static final String SETTINGS = """
            SELECT setting_name,
                   CASE setting_name WHEN 'TIME ZONE' THEN '''' || setting_value || '''' ELSE setting_value END
            FROM information_schema.settings
            WHERE setting_name IN ('QUERY_TIMEOUT', 'TIME ZONE', 'TRUNCATE_LARGE_LENGTH', 'VARIABLE_BINARY',
                                   'OLD_INFORMATION_SCHEMA', 'NON_KEYWORDS')
            UNION ALL SELECT 'LOCK_TIMEOUT', CAST(lock_timeout() AS VARCHAR)
            UNION ALL SELECT 'SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL', isolation_level
            FROM information_schema.sessions WHERE session_id = session_id()""";

    /// The commands that make variables and where names are looked for.
    private static final String PLACES =
            "SELECT state_key, state_command FROM information_schema.session_state WHERE state_key NOT LIKE 'TABLE %'"
                    + " AND state_key <> 'TIME ZONE'";

    private static final String DROPPING = """
            SELECT 'DROP TABLE ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(table_name)
            FROM information_schema.tables WHERE table_type = 'LOCAL TEMPORARY'""";

    /// A session of a database in this process. That of a remote one would ask the server.
    private static final String LOCAL = "org.h2.engine.SessionLocal";

    private final DriverCall session = new DriverCall("org.h2.jdbc.JdbcConnection", "getSession");
    private final DriverCall changes = new DriverCall(LOCAL, "hasPendingTransaction");
    private final DriverCall autoCommit = new DriverCall(LOCAL, "getAutoCommit");
    private final DriverCall sessionId = new DriverCall(LOCAL, "getId");

    static boolean isLost(@Nullable String state) {
        return state != null && LOST.contains(state);
    }

    @Override
    public String name() {
        return "H2";
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
    public boolean sharesQueryTimeout() {
        return true;
    }

    /// It has no replicas; the driver asks whether the database takes writes.
    @Override
    public boolean isReplica(Connection connection) throws SQLException {
        return connection.isReadOnly();
    }

    @Override
    public BirthState remember(Connection opened) throws SQLException {
        return new Birth(Sql.pairs(opened, SETTINGS), Sql.pairs(opened, PLACES));
    }

    /// The session knows whether it has changed anything, not whether it has read.
    @Override
    public TransactionState transactionState(Connection connection) {
        Object asked = session.ask(connection);
        if (asked != null && Boolean.TRUE.equals(changes.ask(asked))) {
            return TransactionState.OPEN;
        }
        boolean isNone = asked != null && Boolean.TRUE.equals(autoCommit.ask(asked));
        return isNone ? TransactionState.NONE : TransactionState.UNKNOWN;
    }

    @Override
    public OptionalLong backendId(Connection connection) {
        Object asked = session.ask(connection);
        return asked != null && sessionId.ask(asked) instanceof Integer id ? OptionalLong.of(id) : OptionalLong.empty();
    }

    @Override
    public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return H2View.activity(diagnostic, limit);
    }

    @Override
    public ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return H2View.locks(diagnostic, limit);
    }

    @Override
    public boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return H2View.cancel(diagnostic, seen, limit);
    }

    private record Birth(Map<String, String> settings, Map<String, String> places) implements BirthState {
        /// `SET THROTTLE` is shown nowhere.
        @Override
        public boolean restore(Connection connection) throws SQLException {
            if (!connection.getAutoCommit()) { // turned off by SQL
                connection.rollback();
                connection.setAutoCommit(true);
            }
            Sql.run(connection, "SET THROTTLE 0");
            Sql.runAll(connection, DROPPING);
            restoreSettings(connection);
            return restorePlaces(connection);
        }

        private void restoreSettings(Connection connection) throws SQLException {
            for (String name : Sql.changed(settings, Sql.pairs(connection, SETTINGS))) {
                Sql.run(connection, "SET " + name + " " + settings.getOrDefault(name, ""));
            }
        }

        /// A search path cannot be taken away again.
        private boolean restorePlaces(Connection connection) throws SQLException {
            for (String name : Sql.changed(places, Sql.pairs(connection, PLACES))) {
                String command = places.get(name);
                if (command == null && !name.startsWith("@")) {
                    return false;
                }
                Sql.run(connection, command == null ? "SET @" + Sql.quoted(name.substring(1)) + " NULL" : command);
            }
            return true;
        }
    }
}
