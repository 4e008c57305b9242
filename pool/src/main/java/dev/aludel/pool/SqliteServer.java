package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SQLite. It has no reset, but shows what a connection may change.
final class SqliteServer implements Server {
    private static final SessionWords WORDS = new SessionWords(
            new String[] {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "REPLACE"}, "load_extension");

    /// What each connection has for itself; others are the database's, or the process's. The first
    /// must come first: while it is on, nothing else can be undone.
    private static final List<String> PRAGMAS = List.of(
            "query_only",
            "analysis_limit",
            "automatic_index",
            "busy_timeout",
            "cache_size",
            "cache_spill",
            "cell_size_check",
            "checkpoint_fullfsync",
            "count_changes",
            "empty_result_callbacks",
            "foreign_keys",
            "full_column_names",
            "fullfsync",
            "ignore_check_constraints",
            "journal_mode",
            "journal_size_limit",
            "legacy_alter_table",
            "locking_mode",
            "max_page_count",
            "mmap_size",
            "read_uncommitted",
            "recursive_triggers",
            "reverse_unordered_selects",
            "secure_delete",
            "short_column_names",
            "synchronous",
            "temp_store",
            "threads",
            "trusted_schema",
            "wal_autocheckpoint",
            "writable_schema");

    private static final String LIKE = "SELECT 'case_sensitive_like', 'a' NOT LIKE 'A'";
    private static final String ATTACHED = "SELECT name, file FROM pragma_database_list WHERE name <> 'temp'";
    private static final String DROPPING = """
            SELECT 'DROP ' || type || ' IF EXISTS temp."' || replace(name, '"', '""') || '"'
            FROM sqlite_temp_schema WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            ORDER BY type DESC""";

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public boolean mayLeaveState(String sql) {
        return WORDS.mayLeaveState(sql);
    }

    @Override
    public boolean isReplica(Connection connection) {
        return false;
    }

    @Override
    public BirthState remember(Connection opened) throws SQLException {
        return new Birth(read(opened), Sql.pairs(opened, ATTACHED));
    }

    private static Map<String, String> read(Connection connection) throws SQLException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : PRAGMAS) {
            values.put(name, Sql.text(connection, "PRAGMA " + name));
        }
        values.putAll(Sql.pairs(connection, LIKE));
        return values;
    }

    private record Birth(Map<String, String> pragmas, Map<String, String> attached) implements BirthState {
        @Override
        public boolean restore(Connection connection) throws SQLException {
            endTransaction(connection);
            if (!restorePragmas(connection)) {
                return false;
            }
            Sql.runAll(connection, DROPPING);
            for (String name : Sql.changed(attached, Sql.pairs(connection, ATTACHED))) {
                if (attached.containsKey(name)) {
                    return false;
                }
                Sql.run(connection, "DETACH " + Sql.quoted(name));
            }
            Sql.text(connection, "SELECT count(*) FROM main.sqlite_schema"); // gives up an exclusive lock
            return true;
        }

        /// A statement that fails while another is open leaves a transaction open even in auto-commit.
        private static void endTransaction(Connection connection) {
            try {
                Sql.run(connection, "ROLLBACK");
            } catch (SQLException e) {
                // as it should be, none is open
            }
        }

        /// SQLite says nothing when it does not set one.
        private boolean restorePragmas(Connection connection) throws SQLException {
            Map<String, String> now = read(connection);
            if (now.equals(pragmas)) {
                return true;
            }
            for (String name : pragmas.keySet()) {
                String value = pragmas.getOrDefault(name, "");
                if (!value.equals(now.get(name))) {
                    Sql.run(connection, "PRAGMA " + name + " = " + value);
                }
            }
            return read(connection).equals(pragmas);
        }
    }
}
