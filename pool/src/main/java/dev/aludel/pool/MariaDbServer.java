package dev.aludel.pool;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// MariaDB and MySQL. Only the protocol has a reset, so it takes MariaDB's driver, told so by the
/// property `useResetConnection`; else there is none.
final class MariaDbServer implements Server {
    private static final String DRIVER = "org.mariadb.jdbc.Connection";

    /// The driver's property without which its reset resets nothing.
    static final String RESETS = "useResetConnection";

    /// Server shutting down, network errors while reading and writing, killed, server gone,
    /// connection lost, read error, closed for being idle.
    private static final Set<Integer> LOST = Set.of(1053, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 2055, 4031);

    /// The server runs with `read_only`, or in read-only mode.
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1836);

    /// What `read_only` is on a primary: a number, and a word where it has more values than two.
    private static final Set<String> NO_REPLICA = Set.of("0", "OFF");

    /// `/*!` and `/*M!` begin comments that are run.
    private static final SessionWords WORDS = new SessionWords(
            new String[] {
                "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE", "VALUES", "TABLE", "SHOW", "TRUNCATE"
            },
            "@",
            "get_lock",
            "/*!",
            "/*m!");

    /// What the driver and the source of connections set. What has no global value is no setting.
    /// The collation comes last: setting a character set sets it, too.
    private static final String SET_SINCE_START = """
            SELECT variable_name,
                   CASE WHEN variable_type LIKE '%INT%' OR variable_type = 'DOUBLE'
                        THEN session_value ELSE QUOTE(session_value) END
            FROM information_schema.system_variables
            WHERE session_value <> global_value AND read_only = 'NO'
            ORDER BY variable_name LIKE 'collation%', variable_name""";

    private static final String ROLE = "SELECT CONCAT('SET ROLE ', IFNULL(CONCAT('`', CURRENT_ROLE(), '`'), 'NONE'))";
    private static final String MARK = "SET @aludel_was_not_reset = 1";
    private static final String IS_RESET = "SELECT @aludel_was_not_reset IS NULL";

    /// The bit of the server's status by which a transaction is open.
    private static final int IN_TRANSACTION = 1;

    private final DriverCall status = new DriverCall(DRIVER, "getContext", "getServerStatus");
    private final DriverCall threadId = new DriverCall(DRIVER, "getThreadId");

    @Override
    public String name() {
        return "MariaDB";
    }

    @Override
    public boolean isDisconnect(SQLException e) {
        return Server.super.isDisconnect(e) || LOST.contains(e.getErrorCode());
    }

    @Override
    public boolean mayLeaveState(String sql) {
        return WORDS.mayLeaveState(sql);
    }

    @Override
    public boolean isReplica(Connection connection) throws SQLException {
        return !NO_REPLICA.contains(Sql.text(connection, "SELECT @@global.read_only"));
    }

    @Override
    public boolean refusesWrites(SQLException e) {
        return Server.super.refusesWrites(e) || READ_ONLY.contains(e.getErrorCode());
    }

    /// Tries it, since the driver does not say whether its reset will do anything.
    @Override
    public @Nullable BirthState remember(Connection opened) throws SQLException {
        Method reset = reset(opened);
        if (reset == null) {
            return null;
        }
        Birth birth = Birth.of(opened, reset);
        Sql.run(opened, MARK);
        return birth.restore(opened) && Sql.text(opened, IS_RESET).equals("1") ? birth : null;
    }

    /// The server says it at the end of each answer, and the driver keeps it.
    @Override
    public TransactionState transactionState(Connection connection) {
        if (status.ask(connection) instanceof Integer bits) {
            return (bits & IN_TRANSACTION) == 0 ? TransactionState.NONE : TransactionState.OPEN;
        }
        return TransactionState.UNKNOWN;
    }

    @Override
    public OptionalLong backendId(Connection connection) {
        return threadId.ask(connection) instanceof Number id ? OptionalLong.of(id.longValue()) : OptionalLong.empty();
    }

    @Override
    public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return MariaDbView.activity(diagnostic, limit);
    }

    @Override
    public ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return MariaDbView.locks(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return MariaDbView.limits(diagnostic, limit);
    }

    @Override
    public ServerView<ConnectionLimit> limitsInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return MariaDbView.limits(lentAgain, limit);
    }

    @Override
    public ServerView<Backend> activityInPassing(Connection lentAgain, Duration limit) throws SQLException {
        return MariaDbView.activity(lentAgain, limit);
    }

    @Override
    public boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return MariaDbView.cancel(diagnostic, seen, limit);
    }

    private static @Nullable Method reset(Connection connection) throws SQLException {
        try {
            Class<?> type = Class.forName(DRIVER, false, connection.getClass().getClassLoader());
            return connection.isWrapperFor(type) ? type.getMethod("reset") : null;
        } catch (ReflectiveOperationException e) { // another driver
            return null;
        }
    }

    private record Birth(
            Method reset,
            String settings,
            String role,
            @Nullable String catalog,
            boolean isReadOnly,
            int isolation,
            int networkTimeout)
            implements BirthState {
        static Birth of(Connection opened, Method reset) throws SQLException {
            String settings = Sql.pairs(opened, SET_SINCE_START).entrySet().stream()
                    .map(setting -> setting.getKey() + " = " + setting.getValue())
                    .collect(joining(", "));
            return new Birth(
                    reset,
                    settings.isEmpty() ? "" : "SET SESSION " + settings,
                    Sql.text(opened, ROLE),
                    opened.getCatalog(),
                    opened.isReadOnly(),
                    opened.getTransactionIsolation(),
                    opened.getNetworkTimeout());
        }

        /// The driver's reset puts its own settings back to those of the address, and those of the
        /// server to the global ones. Role and database it keeps.
        @Override
        public boolean restore(Connection connection) throws SQLException {
            reset(connection);
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
            Sql.run(connection, role);
            if (!settings.isEmpty()) {
                Sql.run(connection, settings);
            }
            connection.setAutoCommit(true);
            connection.setReadOnly(isReadOnly);
            connection.setTransactionIsolation(isolation); // else the driver knows the last one only
            if (catalog != null && !catalog.equals(connection.getCatalog())) {
                connection.setCatalog(catalog);
            }
            return Objects.equals(catalog, connection.getCatalog());
        }

        private void reset(Connection connection) throws SQLException {
            try {
                reset.invoke(connection.unwrap(reset.getDeclaringClass()));
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e.getCause());
            } catch (IllegalAccessException e) {
                throw new SQLException("the driver's reset is not accessible", e);
            }
        }
    }
}
