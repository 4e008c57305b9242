package dev.aludel.orm;

import dev.aludel.engine.Engine;
import dev.aludel.engine.SqlConnection;
import org.jspecify.annotations.Nullable;

/// The connection of a session: checked out when it is first needed, and given back at the end of each
/// transaction.
final class Loan {
    private final Engine engine;
    private final @Nullable String label;
    private @Nullable SqlConnection connection;

    Loan(Engine engine, @Nullable String label) {
        this.engine = engine;
        this.label = label;
    }

    /// Returns the connection, after checking one out if there is none.
    SqlConnection connection() {
        SqlConnection current = connection;
        if (current == null) connection = current = engine.connect(label);
        return current;
    }

    /// Commits if there is a connection, and gives it back whether the database commits or not.
    void commit() {
        SqlConnection ending = connection;
        if (ending == null) return;
        connection = null;
        try (ending) {
            ending.commit();
        }
    }

    /// Rolls back if there is a connection, and gives it back. Never throws for what the database does.
    void rollback() {
        SqlConnection ending = connection;
        connection = null;
        if (ending != null) ending.close();
    }
}
