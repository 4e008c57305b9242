package dev.aludel.engine;

import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The transaction may have been committed or not: the connection was lost while COMMIT was under way, or COMMIT
/// failed with an error that does not say. Or, rarely, the database itself says so of a statement (SQLState 40003).
///
/// Before the unit is run again, look whether it took effect. [Options#commitCheck] has PostgreSQL asked.
public final class CommitOutcomeUnknown extends DatabaseException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Long transaction;

    CommitOutcomeUnknown(Fault fault, Attempt attempt, SQLException cause) {
        super(words(fault, attempt), attempt.sql(), cause);
        this.transaction = attempt.transaction();
    }

    /// Returns the number that PostgreSQL gave the transaction, if it was asked for ([Options#commitCheck]):
    /// `SELECT txid_status(…)` says for some time what became of it.
    public OptionalLong transactionId() {
        return transaction == null ? OptionalLong.empty() : OptionalLong.of(transaction);
    }

    private static String words(Fault fault, Attempt attempt) {
        return what(fault, attempt)
                + ": whether it took effect is not known. Call rollback(), look whether it did"
                + (attempt.transaction() == null
                        ? ""
                        : " (SELECT txid_status(" + attempt.transaction()
                                + "), which tells of this run of this server only)")
                + ", and only then run the unit again";
    }

    private static String what(Fault fault, Attempt attempt) {
        if (attempt.step() != Attempt.Step.COMMIT) {
            return "the database cannot say whether the statement was completed";
        }
        return fault.isLost()
                ? "the connection to " + attempt.address() + " was lost during COMMIT"
                : "COMMIT failed, " + SqlStates.words(fault.state());
    }
}
