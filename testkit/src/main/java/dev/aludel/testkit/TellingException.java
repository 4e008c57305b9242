package dev.aludel.testkit;

import java.sql.SQLException;
import java.util.Properties;

/// An error of a driver that tells too much: its message ends with the properties of the connect, the
/// password among them, and with what was passed to the call, binds among it; see [FakeDatabase#tellAll].
///
/// State and code are those of the error that it stands for, which is its cause.
public final class TellingException extends SQLException {
    private static final long serialVersionUID = 1L;

    TellingException(SQLException error, Call call, Properties properties) {
        super(
                error.getMessage() + " (connected with " + properties + ", called with " + call.arguments() + ")",
                error.getSQLState(),
                error.getErrorCode(),
                error);
    }
}
