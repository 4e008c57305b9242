package dev.aludel.engine;

import java.sql.SQLException;

/// The connection to the database is gone, and with it the transaction, of which nothing was kept.
///
/// The connection object refuses everything but `rollback()` and `close()`; after `rollback()` it takes a new
/// connection at the next statement.
public final class ConnectionLost extends DatabaseException {
    private static final long serialVersionUID = 1L;

    ConnectionLost(Fault fault, Attempt attempt, SQLException cause) {
        super(
                "the connection to " + attempt.address() + " was lost" + why(fault.state()) + remedy(attempt.step()),
                attempt.sql(),
                cause);
    }

    private static String remedy(Attempt.Step step) {
        if (step == Attempt.Step.READ) return ": run the query again";
        return ", and the transaction with it: call rollback() and run the unit again";
    }

    private static String why(String state) {
        return switch (state) {
            case "57P01" -> " (ended by an administrator)";
            case "57P02" -> " (the server crashed)";
            case "57P03" -> " (the server is starting up or shutting down)";
            case "57P04" -> " (the database was dropped)";
            case "57P05" -> " (the server ended it as idle)";
            case "25P03" -> " (the server ended it as idle in a transaction)";
            case "25P04" -> " (the server ended its transaction as too long)";
            default -> "";
        };
    }
}
