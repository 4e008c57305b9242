package dev.aludel.engine;

import java.sql.SQLException;

/// The connection was lost while COMMIT was under way: the transaction may have been committed or not.
///
/// Before the unit is run again, look whether it took effect.
public final class CommitOutcomeUnknown extends DatabaseException {
    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknown(Attempt attempt, SQLException cause) {
        super(
                "the connection to " + attempt.address()
                        + " was lost during COMMIT: whether it took effect is not known."
                        + " Call rollback(), look whether it did, and only then run the unit again",
                null,
                cause);
    }
}
