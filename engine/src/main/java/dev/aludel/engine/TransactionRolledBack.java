package dev.aludel.engine;

import java.sql.SQLException;

/// The database rolled the transaction back because of others that ran beside it: a deadlock, or an order that is
/// not serializable; or because the connection was lost before COMMIT took effect ([Options#commitCheck]). Nothing of
/// it was kept; the whole unit can be run again.
public final class TransactionRolledBack extends DatabaseException {
    private static final long serialVersionUID = 1L;

    TransactionRolledBack(Fault fault, Attempt attempt, SQLException cause) {
        super(words(fault.state()), attempt.sql(), cause);
    }

    /// The answer to COMMIT was lost, and the database says that it did not take effect.
    TransactionRolledBack(String address, CommitOutcomeUnknown unanswered, SQLException cause) {
        super(
                "COMMIT was not answered by " + address + ", which says now that it rolled the transaction back: call"
                        + " rollback() and run the whole unit again",
                null,
                cause);
        for (Throwable trouble : unanswered.getSuppressed()) addSuppressed(trouble);
    }

    private static String words(String state) {
        String why = switch (state) {
            case "40P01" -> "to end a deadlock";
            case "40001" -> "because of a transaction beside it (a serialization failure or a deadlock)";
            default -> "";
        };
        return "the database rolled the transaction back" + (why.isEmpty() ? "" : " " + why)
                + ": call rollback() and run the whole unit again";
    }
}
