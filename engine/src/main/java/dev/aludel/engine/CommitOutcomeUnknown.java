package dev.aludel.engine;

import java.sql.SQLException;

/// The connection was lost while COMMIT was under way: the transaction may have been committed or not. Or, rarely,
/// the database itself says so of a statement (SQLState 40003).
///
/// Before the unit is run again, look whether it took effect.
public final class CommitOutcomeUnknown extends DatabaseException {
    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknown(Attempt attempt, SQLException cause) {
        super(words(attempt), attempt.sql(), cause);
    }

    private static String words(Attempt attempt) {
        String what = attempt.step() == Attempt.Step.COMMIT
                ? "the connection to " + attempt.address() + " was lost during COMMIT"
                : "the database cannot say whether the statement was completed";
        return what
                + ": whether it took effect is not known. Call rollback(), look whether it did, and only then run the"
                + " unit again";
    }
}
