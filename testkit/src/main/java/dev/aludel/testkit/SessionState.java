package dev.aludel.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The JDBC state of one connection, which a pool has to put back. Guarded by the lock of the database.
final class SessionState {
    private static final Map<String, Object> FRESH = Map.of(
            "autoCommit",
            true,
            "readOnly",
            false,
            "transactionIsolation",
            Connection.TRANSACTION_READ_COMMITTED,
            "catalog",
            "fake",
            "schema",
            "public",
            "holdability",
            ResultSet.HOLD_CURSORS_OVER_COMMIT,
            "networkTimeout",
            0,
            "clientInfo",
            Map.of(),
            "typeMap",
            Map.of());

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>(FRESH);
    private final List<StatementHandler> statements = new ArrayList<>();
    private @Nullable SQLWarning warnings;
    private boolean inTransaction;
    private int transaction;

    static boolean knows(String name) {
        return FRESH.containsKey(name);
    }

    @Nullable
    Object get(String name) {
        return values.get(name);
    }

    void set(String name, @Nullable Object value) {
        values.put(name, value);
    }

    boolean autoCommit() {
        return Boolean.TRUE.equals(values.get("autoCommit"));
    }

    int networkTimeout() {
        return values.get("networkTimeout") instanceof Integer milliseconds ? milliseconds : 0;
    }

    boolean inTransaction() {
        return inTransaction;
    }

    /// A statement ran: with auto-commit off it is in a transaction.
    void ran() {
        inTransaction = !autoCommit();
    }

    void endTransaction() {
        inTransaction = false;
        transaction++;
    }

    /// Numbers transactions, so that a savepoint can tell whether it is of the current one.
    int transaction() {
        return transaction;
    }

    @Nullable
    SQLWarning warnings() {
        return warnings;
    }

    void warn(SQLWarning warning) {
        if (warnings == null) {
            warnings = warning;
        } else {
            warnings.setNextWarning(warning);
        }
    }

    void clearWarnings() {
        warnings = null;
    }

    void opened(StatementHandler statement) {
        statements.add(statement);
    }

    void closed(StatementHandler statement) {
        statements.remove(statement);
    }

    int openStatements() {
        return statements.size();
    }

    void closeStatements() {
        List.copyOf(statements).forEach(StatementHandler::close);
    }

    Map<String, @Nullable Object> leftovers() {
        Map<String, @Nullable Object> left = new LinkedHashMap<>(values);
        left.entrySet().removeIf(entry -> Objects.equals(entry.getValue(), FRESH.get(entry.getKey())));
        if (inTransaction) {
            left.put("inTransaction", true);
        }
        if (warnings != null) {
            left.put("warnings", warnings);
        }
        if (!statements.isEmpty()) {
            left.put("openStatements", statements.size());
        }
        return Collections.unmodifiableMap(left);
    }
}
