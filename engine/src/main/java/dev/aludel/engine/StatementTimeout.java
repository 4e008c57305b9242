package dev.aludel.engine;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A statement was stopped before it ended: it took longer than its timeout, waited too long for a lock, or
/// somebody cancelled it. The connection lives; the transaction may only be rolled back.
public final class StatementTimeout extends DatabaseException {
    private static final long serialVersionUID = 1L;

    StatementTimeout(Fault fault, Attempt attempt, SQLException cause) {
        super(words(fault.state(), attempt), attempt.sql(), cause);
    }

    private static String words(String state, Attempt attempt) {
        String first = attempt.step() == Attempt.Step.READ ? "" : "call rollback() and ";
        if (!state.equals("57014")) return "the statement waited too long for a lock: " + first + "try again";
        return "the statement was cancelled, by its timeout or by somebody else" + limit(attempt.timeout()) + ": "
                + first + "make it faster, or raise statementTimeout";
    }

    private static String limit(@Nullable Duration timeout) {
        if (timeout == null) return "";
        return timeout.isZero() ? " (it has no timeout here)" : " (its timeout here is " + timeout.toSeconds() + " s)";
    }
}
