package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What a borrower leaves in a session of H2 and of SQLite.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionStateInProcessTest {
    private static final String H2_PROBE = """
            SELECT setting_name, setting_value FROM information_schema.settings
            WHERE setting_name NOT LIKE 'info.%'
            UNION ALL SELECT state_key, state_command FROM information_schema.session_state
            WHERE state_key NOT LIKE '@%' OR state_command NOT LIKE '% NULL'
            UNION ALL SELECT 'LOCK_TIMEOUT', CAST(lock_timeout() AS VARCHAR)
            UNION ALL SELECT 'LOCALS', CAST(count(*) AS VARCHAR) FROM information_schema.tables
            WHERE table_type = 'LOCAL TEMPORARY'""";

    private static final List<String> H2 = List.of(
            "SELECT count(*) FROM trips",
            "INSERT INTO trips (seats) VALUES (#)",
            "UPDATE trips SET seats = # WHERE id = #",
            "SELEC #",
            "SET @x = #",
            "SET @\"a b#\" = ARRAY[1, #]",
            "SELECT @y := #",
            "SELECT SET(@z, #)",
            "SELECT seats, @n := COALESCE(@n, 0) + 1 FROM trips",
            "SET SCHEMA other",
            "SET SCHEMA_SEARCH_PATH other, app",
            "SET LOCK_TIMEOUT 100#",
            "SET QUERY_TIMEOUT 9000#",
            "SET TIME ZONE '+0#:00'",
            "SET NON_KEYWORDS key, value",
            "SET VARIABLE_BINARY TRUE",
            "SET TRUNCATE_LARGE_LENGTH TRUE",
            "SET THROTTLE 1",
            "SET AUTOCOMMIT OFF",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "CREATE LOCAL TEMPORARY TABLE t#(id INT PRIMARY KEY)",
            "CREATE LOCAL TEMPORARY TABLE other.\"t \"\"#\"(id INT)",
            "BEGIN");

    private static final String SQLITE_PROBE = """
            SELECT 'like', 'a' LIKE 'A'
            UNION ALL SELECT 'foreign_keys', foreign_keys FROM pragma_foreign_keys
            UNION ALL SELECT 'cache_size', cache_size FROM pragma_cache_size
            UNION ALL SELECT 'busy_timeout', timeout FROM pragma_busy_timeout
            UNION ALL SELECT 'query_only', query_only FROM pragma_query_only
            UNION ALL SELECT 'synchronous', synchronous FROM pragma_synchronous
            UNION ALL SELECT 'temp_store', temp_store FROM pragma_temp_store
            UNION ALL SELECT 'locking_mode', locking_mode FROM pragma_locking_mode
            UNION ALL SELECT 'recursive_triggers', recursive_triggers FROM pragma_recursive_triggers
            UNION ALL SELECT 'reverse', reverse_unordered_selects FROM pragma_reverse_unordered_selects
            UNION ALL SELECT 'secure_delete', secure_delete FROM pragma_secure_delete
            UNION ALL SELECT 'journal_mode', journal_mode FROM pragma_journal_mode
            UNION ALL SELECT 'attached', group_concat(name) FROM pragma_database_list WHERE name <> 'temp'
            UNION ALL SELECT 'temporary', group_concat(name) FROM sqlite_temp_schema""";

    private static final List<String> SQLITE = List.of(
            "SELECT count(*) FROM trips",
            "INSERT INTO trips (seats) VALUES (#)",
            "UPDATE trips SET seats = # WHERE id = #",
            "SELEC #",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA cache_size = -#000",
            "PRAGMA busy_timeout = #00",
            "PRAGMA query_only = ON",
            "PRAGMA synchronous = OFF",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA recursive_triggers(ON)",
            "PRAGMA reverse_unordered_selects = ON",
            "PRAGMA secure_delete = FAST",
            "PRAGMA journal_mode = MEMORY",
            "PRAGMA case_sensitive_like = ON",
            "ATTACH ':memory:' AS a#",
            "CREATE TEMP TABLE t#(id INTEGER PRIMARY KEY)",
            "CREATE TEMP TABLE \"t \"\"#\"(id)",
            "CREATE TEMP VIEW v# AS SELECT #",
            "CREATE TEMP TRIGGER t# AFTER INSERT ON trips BEGIN DELETE FROM trips; END",
            "BEGIN");

    @TempDir
    Path folder;

    private static Pool pool(StateReset reset, String url, String... made) {
        ConnectionSource source = () -> {
            Connection connection = DriverManager.getConnection(url);
            for (String sql : made) {
                Sql.run(connection, sql);
            }
            return connection;
        };
        return Pool.of(settings -> settings.connections(source)
                .name("state")
                .size(1)
                .statementTimeout(Duration.ZERO) // H2 makes it the session's
                .stateReset(reset));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "TRACKED")
    void is_gone_at_check_in_with_h2(StateReset reset) throws SQLException {
        // reliability F40
        try (Pool pool = pool(
                reset,
                "jdbc:h2:mem:" + reset + ";DB_CLOSE_DELAY=-1;TIME ZONE=+03:00",
                "CREATE SCHEMA IF NOT EXISTS app",
                "CREATE SCHEMA IF NOT EXISTS other",
                "SET SCHEMA app",
                "SET @born = 7",
                "CREATE TABLE IF NOT EXISTS trips (id INT GENERATED ALWAYS AS IDENTITY, seats INT)")) {
            int connections = new RandomBorrowers(pool, H2_PROBE, H2).run(600);

            assertThat(connections).as("connections that it took").isLessThan(120);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "TRACKED")
    void is_gone_at_check_in_with_sqlite(StateReset reset) throws SQLException {
        // reliability F40
        try (Pool pool = pool(
                reset,
                "jdbc:sqlite:" + folder.resolve("trips.db"),
                "PRAGMA foreign_keys = ON",
                "CREATE TABLE IF NOT EXISTS trips (id INTEGER PRIMARY KEY, seats INT)")) {
            int connections = new RandomBorrowers(pool, SQLITE_PROBE, SQLITE).run(600);

            assertThat(connections).as("connections that it took").isLessThan(100);
        }
    }
}
