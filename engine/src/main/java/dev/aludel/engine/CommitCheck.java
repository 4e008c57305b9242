package dev.aludel.engine;

import dev.aludel.engine.Lender.Loan;
import dev.aludel.pool.Borrower;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Finds out what became of a COMMIT whose answer was lost: PostgreSQL remembers it by the
/// transaction's number.
///
/// A number says something to one run of one server only. A standby that became a primary may have
/// given it to another transaction, and so may a server that has recovered from a crash, which forgets
/// numbers that it had not written down. That a server was started anew is always seen; that it
/// recovered while its first process went on, by who may see when its checkpointer began
/// (`pg_read_all_stats`).
final class CommitCheck {
    /// Times are numbers, since a session may have a time zone of its own.
    private static final String RUN = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
            + " || ' ' || extract(epoch FROM pg_postmaster_start_time()) || ' ' || coalesce("
            + "(SELECT extract(epoch FROM min(backend_start))::text FROM pg_stat_activity"
            + " WHERE backend_type = 'checkpointer'), '')";

    /// Nothing to ask after on a standby, or if nothing was written.
    private static final String TICKET =
            "SELECT txid_current_if_assigned()," + " CASE WHEN pg_is_in_recovery() THEN NULL ELSE " + RUN + " END";

    private static final String STATUS =
            "SELECT CASE WHEN pg_is_in_recovery() OR " + RUN + " <> ? THEN NULL" + " ELSE txid_status(?) END";

    /// What the user must be allowed to run, as PostgreSQL writes it, and to read: only for the words of the log.
    private static final String FUNCTIONS = "txid_current_if_assigned(),pg_is_in_recovery(),pg_current_wal_lsn(),"
            + "pg_walfile_name(pg_lsn),pg_postmaster_start_time(),txid_status(bigint),pg_stat_get_activity(integer)";

    private static final String VIEW = "pg_stat_activity";

    private static final String MISSING = "SELECT string_agg(name, ', ') FROM (SELECT name"
            + " FROM regexp_split_to_table('" + FUNCTIONS + "', ',') AS name"
            + " WHERE has_function_privilege(to_regprocedure('pg_catalog.' || name), 'EXECUTE') IS NOT TRUE"
            + " UNION ALL SELECT '" + VIEW + "'"
            + " WHERE has_table_privilege('pg_catalog." + VIEW + "', 'SELECT') IS NOT TRUE) AS missing";

    private static final Borrower NOBODY = Borrower.of(null);
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Duration bound;
    private final AtomicReference<Right> right = new AtomicReference<>(Right.NOT_KNOWN);

    /// @param bound for how long to ask; zero not to
    CommitCheck(Engine engine, Duration bound) {
        this.engine = engine;
        this.bound = bound;
    }

    /// Whether the user may run what is to be asked.
    private enum Right {
        NOT_KNOWN,
        GRANTED,
        MISSING
    }

    /// By what the database knows a transaction.
    ///
    /// @param run the run of the server to which the number means something
    record Ticket(long id, String run) {}

    enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        /// It is still under way, or the database cannot be asked now.
        OPEN,
        /// The database cannot tell.
        UNKNOWN
    }

    /// Asks on a transaction's own connection.
    ///
    /// @return null if it has no number, since it has written nothing, or if the user may not ask
    @Nullable
    Ticket ticket(Connection connection) throws SQLException {
        if (right.get() == Right.NOT_KNOWN) look(connection);
        if (right.get() == Right.MISSING) return null;
        try {
            return number(connection);
        } catch (SQLException e) {
            if (isRefused(e)) right.compareAndSet(Right.GRANTED, Right.NOT_KNOWN); // revoked since it was looked at
            throw e;
        }
    }

    /// Looks once whether the user may ask, by asking. What PostgreSQL refuses would cost the transaction:
    /// hence the savepoint.
    private void look(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        if (passes(connection, before, () -> rehearse(connection))) {
            right.compareAndSet(Right.NOT_KNOWN, Right.GRANTED);
        } else {
            AtomicReference<String> missing = new AtomicReference<>("what tells of rights");
            passes(connection, before, () -> missing.set(missing(connection)));
            if (right.compareAndSet(Right.NOT_KNOWN, Right.MISSING))
                engine.log().unchecked(missing.get());
        }
        connection.releaseSavepoint(before);
    }

    /// Asks both, with a number of nobody, which no run of a server has given.
    private void rehearse(Connection connection) throws SQLException {
        number(connection);
        status(connection, new Ticket(0, ""), bound);
    }

    private interface Asking {
        void run() throws SQLException;
    }

    /// @return false if it is refused; then the transaction is as it was before
    private static boolean passes(Connection connection, Savepoint before, Asking asking) throws SQLException {
        try {
            asking.run();
            return true;
        } catch (SQLException e) {
            if (!isRefused(e)) throw e;
            rollBack(connection, before, e);
            return false;
        }
    }

    /// If that fails too, the transaction is lost, which counts more than what was refused.
    private static void rollBack(Connection connection, Savepoint before, SQLException refusal) throws SQLException {
        try {
            connection.rollback(before);
        } catch (SQLException lost) {
            lost.addSuppressed(refusal);
            throw lost;
        }
    }

    /// A right that PostgreSQL asks for, and not by one of these names, is told of in general.
    private static String missing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(MISSING)) {
            String missing = row.next() ? row.getString(1) : null;
            return missing == null || missing.isEmpty() ? "something that they need" : missing;
        }
    }

    /// Not allowed, not there, or not supported by a server that speaks like PostgreSQL.
    private static boolean isRefused(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("42") || state.startsWith("0A") || state.startsWith("55");
    }

    private static @Nullable Ticket number(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TICKET)) {
            if (!row.next()) return null;
            long id = row.getLong(1);
            String run = row.getString(2);
            return id == 0 || run == null ? null : new Ticket(id, run);
        }
    }

    /// Asks on other connections until the database says what became of a transaction, or the bound is reached.
    ///
    /// @param why gets what stood in the way
    Outcome outcome(Ticket ticket, CommitOutcomeUnknown why) {
        // the request's deadline may have passed, and its tenant may have all connections that it may
        return WorkBorrower.as(NOBODY, () -> WorkDeadline.without(() -> asked(ticket, why)));
    }

    private Outcome asked(Ticket ticket, CommitOutcomeUnknown why) {
        long pause = AGAIN;
        long end = engine.now() + bound.toNanos();
        Outcome outcome = Outcome.OPEN;
        long left = bound.toNanos();
        while (outcome == Outcome.OPEN && left > 0 && !Thread.currentThread().isInterrupted()) {
            outcome = ask(ticket, Duration.ofNanos(left), why);
            left = end - engine.now();
            if (outcome == Outcome.OPEN) engine.park(Math.min(left, pause));
            pause = Math.min(SELDOM, 2 * pause);
        }
        return outcome;
    }

    private Outcome ask(Ticket ticket, Duration left, CommitOutcomeUnknown why) {
        try {
            Loan loan = engine.lend(null, left);
            try {
                return status(engine.autoCommitting(loan), ticket, left);
            } catch (SQLException | RuntimeException e) {
                loan.invalidate(e);
                throw e;
            } finally {
                loan.close();
            }
        } catch (SQLException e) {
            note(why, e);
            return Fault.of(e).isLost() ? Outcome.OPEN : Outcome.UNKNOWN;
        } catch (RuntimeException e) { // or the engine was closed
            note(why, e);
            return e instanceof DatabaseException ? Outcome.OPEN : Outcome.UNKNOWN;
        }
    }

    /// The first two troubles say enough.
    private static void note(CommitOutcomeUnknown why, Exception trouble) {
        if (why.getSuppressed().length < 2) why.addSuppressed(trouble);
    }

    private static Outcome status(Connection connection, Ticket ticket, Duration left) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATUS)) {
            statement.setQueryTimeout((int) Math.min(3600, left.toSeconds() + 1));
            statement.setString(1, ticket.run());
            statement.setLong(2, ticket.id());
            try (ResultSet row = statement.executeQuery()) {
                String status = row.next() ? row.getString(1) : null;
                return status == null ? Outcome.UNKNOWN : outcome(status);
            }
        }
    }

    private static Outcome outcome(String status) {
        return switch (status) {
            case "committed" -> Outcome.COMMITTED;
            case "aborted" -> Outcome.ROLLED_BACK;
            case "in progress" -> Outcome.OPEN;
            default -> Outcome.UNKNOWN;
        };
    }
}
