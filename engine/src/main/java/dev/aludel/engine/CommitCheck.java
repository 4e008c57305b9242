package dev.aludel.engine;

import dev.aludel.engine.Lender.Loan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Duration bound;

    /// @param bound for how long to ask; zero not to
    CommitCheck(Engine engine, Duration bound) {
        this.engine = engine;
        this.bound = bound;
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
    /// @return null if it has no number, since it has written nothing
    @Nullable
    Ticket ticket(Connection connection) throws SQLException {
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
        return WorkDeadline.without(
                () -> asked(ticket, why)); // the request's may have passed, and matters to nobody here
    }

    private Outcome asked(Ticket ticket, CommitOutcomeUnknown why) {
        long pause = AGAIN;
        long end = engine.ticker().getAsLong() + bound.toNanos();
        Outcome outcome = Outcome.OPEN;
        long left = bound.toNanos();
        while (outcome == Outcome.OPEN && left > 0 && !Thread.currentThread().isInterrupted()) {
            outcome = ask(ticket, Duration.ofNanos(left), why);
            left = end - engine.ticker().getAsLong();
            if (outcome == Outcome.OPEN) LockSupport.parkNanos(Math.min(left, pause));
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
