package dev.aludel.pool;

import dev.aludel.pool.ServerView.Refused;
import dev.aludel.pool.ServerView.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// How PostgreSQL is asked about itself.
final class PostgresView {
    private static final String MAY_NOT = "42501";
    private static final String REMEDY = "GRANT pg_read_all_stats TO the user who looks";
    private static final String HIDDEN = "what the sessions of other users do is hidden: " + REMEDY;

    /// Sessions of clients alone. Of others' a user without rights is shown number, user, database
    /// and application.
    private static final Question<Backend> ACTIVITY = Question.activity(true, """
            SELECT pid,
                   CASE WHEN backend_start IS NULL THEN 'HIDDEN'
                        WHEN state IN ('active', 'fastpath function call') THEN 'ACTIVE'
                        WHEN state = 'idle' THEN 'IDLE'
                        WHEN state = 'idle in transaction' THEN 'IDLE_IN_TRANSACTION'
                        WHEN state = 'idle in transaction (aborted)' THEN 'IDLE_IN_FAILED_TRANSACTION'
                        ELSE 'OTHER' END,
                   usename, datname, application_name,
                   coalesce(host(client_addr) || ':' || client_port, client_hostname),
                   extract(epoch FROM clock_timestamp() - backend_start),
                   extract(epoch FROM clock_timestamp() - state_change),
                   extract(epoch FROM clock_timestamp() - xact_start),
                   wait_event_type || ': ' || wait_event,
                   CASE WHEN backend_start IS NULL THEN '' ELSE query END,
                   CASE WHEN state = 'active' THEN extract(epoch FROM query_start)::text END
            FROM pg_catalog.pg_stat_activity
            WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
              AND pid <> pg_catalog.pg_backend_pid()""");

    /// Who waits for a row waits for the transaction that has it, and has the row's turn for itself
    /// meanwhile: that tells the table. One of another database has a number here, and no name. Since
    /// when, PostgreSQL tells from version 14 on; the detour lets older ones answer, too.
    private static final Question<LockWait> LOCKS = Question.locks("""
            WITH locks AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks),
                 waiting AS (SELECT *, pg_catalog.pg_blocking_pids(pid) AS blockers FROM locks WHERE NOT granted),
                 here AS (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            SELECT pid, array_to_string(blockers, ','),
                   mode || ' on ' || locktype || coalesce(' (' || (
                       SELECT min(CASE WHEN place.database IN (0, (SELECT oid FROM here))
                                       THEN place.relation::regclass::text ELSE place.relation::text END)
                       FROM locks AS place
                       WHERE place.pid = waiting.pid AND (place.relation = waiting.relation
                             OR waiting.relation IS NULL AND place.locktype = 'tuple')) || ')', ''),
                   extract(epoch FROM clock_timestamp() - (to_jsonb(waiting) ->> 'waitstart')::timestamptz)
            FROM waiting WHERE cardinality(blockers) > 0""");

    private static final Question<ConnectionLimit> LIMITS = Question.limits("""
            WITH backends AS (
                SELECT datname, usename FROM pg_catalog.pg_stat_activity
                WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
                  AND pid <> pg_catalog.pg_backend_pid())
            SELECT 'SERVER', '', current_setting('max_connections')::int,
                   current_setting('superuser_reserved_connections')::int
                       + coalesce(current_setting('reserved_connections', true)::int, 0),
                   (SELECT count(*) FROM backends)
            UNION ALL
            SELECT 'DATABASE', datname, datconnlimit, 0, (SELECT count(*) FROM backends AS b WHERE b.datname = d.datname)
            FROM pg_catalog.pg_database AS d WHERE datname = current_database() AND datconnlimit >= 0
            UNION ALL
            SELECT 'USER', rolname, rolconnlimit, 0, (SELECT count(*) FROM backends AS b WHERE b.usename = r.rolname)
            FROM pg_catalog.pg_roles AS r WHERE rolname = session_user AND rolconnlimit >= 0""");

    private static final String CANCEL = """
            SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
            WHERE pid = ? AND state = 'active' AND extract(epoch FROM query_start)::text = ?""";

    private PostgresView() {}

    static ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        ServerView<Backend> view = look(ACTIVITY, diagnostic, limit);
        return view instanceof Seen<Backend>(List<Backend> all, var none)
                        && all.stream().anyMatch(backend -> backend.state() == Backend.State.HIDDEN)
                ? new Seen<>(all, HIDDEN)
                : view;
    }

    static ServerView<LockWait> locks(Connection diagnostic, Duration limit) throws SQLException {
        return look(LOCKS, diagnostic, limit);
    }

    static ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
        return look(LIMITS, diagnostic, limit);
    }

    static boolean cancel(Connection diagnostic, Backend seen, Duration limit) throws SQLException {
        return Question.decide(diagnostic, CANCEL, seen, limit);
    }

    private static <T> ServerView<T> look(Question<T> question, Connection diagnostic, Duration limit)
            throws SQLException {
        try {
            return new Seen<>(question.ask(diagnostic, limit), null);
        } catch (SQLException e) {
            if (MAY_NOT.equals(e.getSQLState())) {
                return new Refused<>("the user who looks may not read pg_stat_activity or pg_locks: " + REMEDY);
            }
            throw e;
        }
    }
}
