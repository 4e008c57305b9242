package dev.aludel.testkit;

import java.sql.SQLNonTransientConnectionException;

/// The connection broke, before or during the call.
final class ConnectionGone extends SQLNonTransientConnectionException {
    private static final long serialVersionUID = 1L;

    ConnectionGone(String reason) {
        super(reason, "08006");
    }
}
