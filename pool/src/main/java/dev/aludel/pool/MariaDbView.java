package dev.aludel.pool;

import dev.aludel.pool.ServerView.NotKnown;
import dev.aludel.pool.ServerView.Refused;
import dev.aludel.pool.ServerView.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

/// How MariaDB is asked about itself. MySQL has other tables for it: there nothing is known.
///
/// InnoDB looks anew at transactions and locks only if nobody has asked for them for 100 ms: so what
/// is asked for right after one another fits together, and who asks more often than that never sees
/// anything new.
final class MariaDbView {
    /// Access denied to a database, table or column, or without a right of one's own.
    private static final Set<Integer> MAY_NOT = Set.of(1044, 1142, 1143, 1227);

    /// Unknown column, table in the schema, table, system variable.
    private static final Set<Integer> ANOTHER_SERVER = Set.of(1054, 1109, 1146, 1193);

    private static final int NO_SUCH_STATEMENT = 1957;
    private static final String REMEDY = "GRANT PROCESS ON *.* TO the user who looks";
    private static final String HIDDEN =
            "the sessions of other users are hidden, and for how long a transaction has been open: " + REMEDY;

    /// Sessions of clients alone. InnoDB gives its times in the system's zone. A connection that is
    /// idle does not show its last statement.
    private static final String SESSIONS = """
            SELECT p.id,
                   CASE WHEN p.command = 'Sleep' AND %1$s IS NOT NULL THEN 'IDLE_IN_TRANSACTION'
                        WHEN p.command = 'Sleep' THEN 'IDLE'
                        WHEN p.command IN ('Query', 'Execute', 'Fetch', 'Prepare', 'Bulk_execute') THEN 'ACTIVE'
                        ELSE 'OTHER' END,
                   p.user, p.db, '', p.host, NULL, p.time_ms / 1000,
                   TIMESTAMPDIFF(MICROSECOND, CONVERT_TZ(%1$s, 'SYSTEM', @@time_zone), NOW(6)) / 1000000,
                   CASE WHEN %2$s = 'LOCK WAIT' THEN 'Lock: InnoDB'
                        WHEN p.state LIKE 'Waiting for%%' THEN p.state END,
                   p.info,
                   CASE WHEN p.command IN ('Query', 'Execute') THEN p.query_id END
            FROM information_schema.processlist AS p %3$s
            WHERE p.id <> CONNECTION_ID() AND p.command NOT IN ('Daemon', 'Binlog Dump')""";

    private static final Question<Backend> ACTIVITY = Question.activity(
            false,
            Text.format(
                    SESSIONS,
                    "t.trx_started",
                    "t.trx_state",
                    "LEFT JOIN information_schema.innodb_trx AS t ON t.trx_mysql_thread_id = p.id"));

    private static final Question<Backend> OWN_ACTIVITY =
            Question.activity(false, Text.format(SESSIONS, "NULL", "NULL", ""));

    /// The lock's data is left out: it has values of the row.
    private static final Question<LockWait> LOCKS = Question.locks("""
            SELECT r.trx_mysql_thread_id, GROUP_CONCAT(DISTINCT b.trx_mysql_thread_id),
                   MIN(CONCAT(l.lock_mode, ' on ', LOWER(l.lock_type), ' (', l.lock_table, ')')),
                   MAX(TIMESTAMPDIFF(MICROSECOND,
                                     CONVERT_TZ(r.trx_wait_started, 'SYSTEM', @@time_zone), NOW(6))) / 1000000
            FROM information_schema.innodb_lock_waits AS w
            JOIN information_schema.innodb_trx AS r ON r.trx_id = w.requesting_trx_id
            JOIN information_schema.innodb_trx AS b ON b.trx_id = w.blocking_trx_id
            LEFT JOIN information_schema.innodb_locks AS l ON l.lock_id = w.requested_lock_id
            GROUP BY r.trx_mysql_thread_id""");

    private static final Question<ConnectionLimit> LIMITS = Question.limits("""
            SELECT 'SERVER', '', @@global.max_connections, 0, variable_value - 1
            FROM information_schema.global_status WHERE variable_name = 'THREADS_CONNECTED'
            UNION ALL
            SELECT 'USER', SUBSTRING_INDEX(USER(), '@', 1), @@session.max_user_connections, 0, COUNT(*) - 1
            FROM information_schema.processlist WHERE user = SUBSTRING_INDEX(USER(), '@', 1)
            HAVING @@session.max_user_connections > 0""");

    private static final String RUNS = """
            SELECT command <> 'Sleep' FROM information_schema.processlist WHERE id = ? AND query_id = ?""";

    private MariaDbView() {}

    static ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        ServerView<Backend> view = look(ACTIVITY, diagnostic, limit);
        return view instanceof Refused ? new Seen<>(OWN_ACTIVITY.ask(diagnostic, limit), HIDDEN) : view;
    }

    static ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return look(LOCKS, diagnostic, limit);
    }

    static ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return look(LIMITS, diagnostic, limit);
    }

    /// The server takes it for a statement that has ended, too, as long as it was the last of its
    /// connection; that does no harm to the next.
    static boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        if (seen.statementId().isEmpty() || !Question.decide(diagnostic, RUNS, seen, limit)) {
            return false;
        }
        try (Statement statement = diagnostic.createStatement()) {
            statement.setQueryTimeout(Question.seconds(limit));
            statement.execute("KILL QUERY ID " + Long.parseLong(seen.statementId()));
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_STATEMENT) {
                return false;
            }
            throw e;
        }
    }

    private static <T> ServerView<T> look(Question<T> question, Connection diagnostic, Duration limit)
            throws SQLException {
        try {
            return new Seen<>(question.ask(diagnostic, limit), null);
        } catch (SQLException e) {
            if (MAY_NOT.contains(e.getErrorCode())) {
                return new Refused<>("the user who looks may not read transactions and locks: " + REMEDY);
            }
            if (ANOTHER_SERVER.contains(e.getErrorCode())) {
                return new NotKnown<>();
            }
            throw e;
        }
    }
}
