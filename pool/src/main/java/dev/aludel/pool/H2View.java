package dev.aludel.pool;

import dev.aludel.pool.ServerView.Refused;
import dev.aludel.pool.ServerView.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// How H2 is asked about itself. Who is no administrator sees their own session only. A statement
/// that waits for a lock notices only at the end of that wait that it was cancelled.
final class H2View {
    private static final String IS_ADMIN =
            "SELECT is_admin FROM information_schema.users WHERE user_name = CURRENT_USER AND is_admin";

    private static final Question<Backend> ACTIVITY = Question.activity(true, """
            SELECT session_id,
                   CASE WHEN executing_statement IS NOT NULL THEN 'ACTIVE'
                        WHEN contains_uncommitted THEN 'IDLE_IN_TRANSACTION' ELSE 'IDLE' END,
                   user_name, DATABASE(), client_info, client_addr,
                   DATEDIFF(MILLISECOND, session_start, CURRENT_TIMESTAMP) / 1000.0,
                   DATEDIFF(MILLISECOND, COALESCE(executing_statement_start, sleep_since),
                            CURRENT_TIMESTAMP) / 1000.0,
                   NULL, CASE WHEN blocker_id IS NOT NULL THEN 'Lock' END, executing_statement,
                   CAST(executing_statement_start AS VARCHAR)
            FROM information_schema.sessions WHERE session_id <> SESSION_ID()""");

    private static final Question<LockWait> LOCKS = Question.locks("""
            SELECT session_id, blocker_id, 'a row or table',
                   DATEDIFF(MILLISECOND, executing_statement_start, CURRENT_TIMESTAMP) / 1000.0
            FROM information_schema.sessions WHERE blocker_id IS NOT NULL""");

    private static final String CANCEL = """
            SELECT CANCEL_SESSION(session_id) FROM information_schema.sessions
            WHERE session_id = ? AND CAST(executing_statement_start AS VARCHAR) = ?""";

    private H2View() {}

    static ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        return look(ACTIVITY, diagnostic, limit);
    }

    static ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return look(LOCKS, diagnostic, limit);
    }

    static boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return Question.decide(diagnostic, CANCEL, seen, limit);
    }

    private static <T> ServerView<T> look(Question<T> question, Connection diagnostic, Duration limit)
            throws SQLException {
        return Sql.text(diagnostic, IS_ADMIN).isEmpty()
                ? new Refused<>("the sessions of others are hidden: ALTER USER … ADMIN TRUE lets the user look")
                : new Seen<>(question.ask(diagnostic, limit), null);
    }
}
