package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a borrower leaves in a session of PostgreSQL.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionStateOnPostgresTest {
    private static final Postgres SERVER = Postgres.shared();
    private static String database = "";

    /// What belongs to a language that a borrower was the first to use is no setting of his.
    private static final String PROBE = """
            SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'plpgsql.%'
            UNION ALL SELECT 'set in this session', string_agg(name, ' ' ORDER BY name)
            FROM pg_settings WHERE source = 'session'
            UNION ALL SELECT 'users', concat_ws(' ', session_user, current_user, current_setting('role'))
            UNION ALL SELECT 'app.tenant', nullif(current_setting('app.tenant', true), '')
            UNION ALL SELECT 'locks', count(*)::text FROM pg_locks
            WHERE locktype = 'advisory' AND pid = pg_backend_pid()
            UNION ALL SELECT 'prepared', string_agg(name, ' ') FROM pg_prepared_statements WHERE from_sql
            UNION ALL SELECT 'cursors', string_agg(name, ' ') FROM pg_cursors WHERE is_holdable
            UNION ALL SELECT 'channels', string_agg(name, ' ') FROM pg_listening_channels() AS name
            UNION ALL SELECT 'temporary', string_agg(relname, ' ') FROM pg_class
            WHERE relnamespace = pg_my_temp_schema()
            UNION ALL SELECT 'functions', string_agg(proname, ' ') FROM pg_proc
            WHERE pronamespace = pg_my_temp_schema()
            UNION ALL SELECT 'types', string_agg(typname, ' ') FROM pg_type
            WHERE typnamespace = pg_my_temp_schema() AND typtype IN ('d', 'e', 'r')""";

    private static final List<String> SEEN = List.of(
            "SELECT count(*) FROM trips",
            "INSERT INTO trips (seats) VALUES (#)",
            "UPDATE trips SET seats = # WHERE id = #",
            "DELETE FROM trips WHERE id = #",
            "SELECT * FROM trips FOR UPDATE",
            "SELECT seats / 0 FROM trips",
            "SELEC #",
            "SET work_mem = '#MB'",
            "set\nwork_mem = '#MB'",
            "/* from page # */ SET work_mem = '#MB'",
            "/* /* */ SELECT */ SET work_mem = '#MB'",
            "-- SELECT\nSET work_mem = '#MB'",
            "SELECT #; SET work_mem = '#MB'",
            "SET LOCAL work_mem = '#MB'",
            "RESET ALL",
            "RESET statement_timeout",
            "DISCARD ALL",
            "SET search_path = public",
            "SET TIME ZONE #",
            "SET DateStyle = 'ISO, DMY'",
            "SET client_encoding = 'LATIN1'",
            "SET application_name = 'borrower #'",
            "SET extra_float_digits = #",
            "SET statement_timeout = '#0s'",
            "SET lock_timeout = '#0s'",
            "SET standard_conforming_strings = off",
            "SET default_transaction_read_only = on",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET session_replication_role = replica",
            "SET app.tenant = '#'",
            "SET ROLE state_other",
            "SET ROLE NONE",
            "SET SESSION AUTHORIZATION state_other",
            "RESET SESSION AUTHORIZATION",
            "SELECT set_config('work_mem', '#MB', false)",
            "SELECT pg_catalog . set_config('work_mem', '#MB', false)",
            "SELECT \"set_config\"('work_mem', '#MB', false)",
            "SELECT U&\"set\\005fconfig\"('work_mem', '#MB', false)",
            "WITH changed AS (SELECT Set_Config('work_mem', '#MB', false)) SELECT * FROM changed",
            "INSERT INTO trips (seats) SELECT length(set_config('work_mem', '#MB', false))",
            "UPDATE pg_settings SET setting = '#024' WHERE name = 'work_mem'",
            "EXPLAIN ANALYZE SELECT set_config('work_mem', '#MB', false)",
            "DO $$ BEGIN PERFORM set_config('work_mem', '#MB', false); END $$",
            "CALL hidden_procedure()",
            "SELECT query_to_xml('SELECT hidden()', true, true, '')",
            "SELECT pg_advisory_lock(#)",
            "SELECT pg_advisory_lock_shared(#)",
            "SELECT pg_try_advisory_lock(#, #)",
            "SELECT pg_advisory_xact_lock(#)",
            "PREPARE p# AS SELECT #",
            "DEALLOCATE ALL",
            "LISTEN channel_#",
            "UNLISTEN *",
            "NOTIFY channel_#",
            "DECLARE c# CURSOR WITH HOLD FOR SELECT * FROM trips",
            "CREATE TEMP TABLE t# (id int PRIMARY KEY)",
            "CREATE LOCAL TEMPORARY TABLE t# AS SELECT #",
            "CREATE TABLE pg_temp.t# (id int)",
            "SELECT # AS id INTO TEMP t#",
            "WITH x AS (SELECT # AS id) SELECT id INTO pg_temp.t# FROM x",
            "CREATE TEMP VIEW v# AS SELECT #",
            "CREATE TEMP SEQUENCE s#",
            "CREATE FUNCTION pg_temp.f#() RETURNS int LANGUAGE sql AS 'SELECT #'",
            "CREATE DOMAIN pg_temp.d# AS int CHECK (value > #)",
            "CREATE TYPE pg_temp.e# AS ENUM ('one', 'of #')",
            "BEGIN",
            "LOCK TABLE trips");

    /// What no reset that goes by a statement's words can see.
    private static final List<String> HIDDEN = List.of("SELECT hidden()", "SELECT hidden_deep()");

    private final List<Pool> pools = new ArrayList<>();

    @BeforeAll
    static void makesADatabase() throws SQLException {
        database = SERVER.createDatabase("state");
        try (Connection connection = SERVER.dataSource(database).getConnection()) {
            for (String sql : """
                    DROP ROLE IF EXISTS state_app;
                    DROP ROLE IF EXISTS state_other;
                    CREATE ROLE state_other LOGIN;
                    CREATE ROLE state_app;
                    GRANT state_other TO state_app;
                    CREATE SCHEMA app AUTHORIZATION state_app;
                    CREATE SCHEMA tenant AUTHORIZATION state_app;
                    SET ROLE state_app;
                    SET search_path = app;
                    CREATE TABLE kind AS SELECT 1 AS kind;
                    CREATE TABLE tenant.kind AS SELECT 'one' AS kind;
                    CREATE TABLE trips (id int GENERATED ALWAYS AS IDENTITY, seats int);
                    CREATE FUNCTION hidden() RETURNS text LANGUAGE sql AS
                    $$ SELECT set_config('work_mem', '77MB', false) $$;
                    CREATE FUNCTION hidden_deep() RETURNS text LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_advisory_lock(7); RETURN hidden(); END $$;
                    CREATE PROCEDURE hidden_procedure() LANGUAGE sql AS $$ SELECT hidden() $$
                    """.split(";\n")) {
                Sql.run(connection, sql);
            }
        }
    }

    /// A pool of one connection that is as no other: by its address, and by what is done to it when
    /// it is opened.
    private Pool pool(StateReset reset, String more) {
        String url = SERVER.jdbcUrl(database) + "&currentSchema=app&ApplicationName=born&prepareThreshold=2"
                + "&options=-c%20maintenance_work_mem=9MB" + more;
        ConnectionSource source = () -> {
            Connection connection = DriverManager.getConnection(url);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            Sql.run(connection, "SET statement_timeout = '21s'");
            Sql.run(connection, "SET ROLE state_app");
            return connection;
        };
        Pool pool = Pool.of(
                settings -> settings.connections(source).name("state").size(1).stateReset(reset));
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closes() {
        pools.forEach(pool -> pool.close(Duration.ofSeconds(5)));
    }

    private static void borrow(Pool pool, String... statements) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            for (String sql : statements) {
                Sql.run(connection, sql);
            }
        }
    }

    private static String ask(Pool pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return Sql.text(connection, sql);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SMART", "ALWAYS"})
    void is_gone_at_check_in_whatever_the_statements_were(StateReset reset) throws SQLException {
        // reliability F40
        int connections = new RandomBorrowers(pool(reset, ""), PROBE, statements(reset)).run(400);

        assertThat(connections).as("connections that it took").isLessThan(50);
    }

    @ParameterizedTest
    @Tag("full")
    @ValueSource(strings = {"SMART", "ALWAYS"})
    void is_gone_at_check_in_after_many_statements(StateReset reset) throws SQLException {
        // reliability F40
        int connections = new RandomBorrowers(pool(reset, ""), PROBE, statements(reset)).run(10_000);

        assertThat(connections).as("connections that it took").isLessThan(1_000);
    }

    private static List<String> statements(StateReset reset) {
        List<String> statements = new ArrayList<>(SEEN);
        if (reset == StateReset.ALWAYS) {
            statements.addAll(HIDDEN);
        }
        return statements;
    }

    @Test
    void differs_with_smart_in_what_functions_did_and_in_nothing_else() throws SQLException {
        // reliability F40, F41
        Pattern documented = Pattern.compile("work_mem was 4096 and is 78848|locks was 0 and is 1"
                + "|set in this session was .+ and is .+ work_mem");
        List<String> statements = new ArrayList<>(SEEN);
        for (int i = 0; i < SEEN.size() / 4; i++) {
            statements.addAll(HIDDEN);
        }

        new RandomBorrowers(pool(StateReset.SMART, ""), PROBE, statements)
                .run(400, change -> documented.matcher(change).matches());
    }

    @Test
    void stays_with_smart_if_it_was_set_inside_a_function_as_its_documentation_says() throws SQLException {
        // reliability F41
        Pool pool = pool(StateReset.SMART, "");
        borrow(pool, "SELECT hidden_deep()");

        assertThat(ask(pool, "SHOW work_mem")).isEqualTo("77MB");
        assertThat(ask(pool, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
                .isEqualTo("1");

        borrow(pool, "SET lock_timeout = '1s'"); // the next full reset takes it along
        assertThat(ask(pool, "SHOW work_mem")).isEqualTo("4MB");
    }

    @Test
    void is_gone_with_always_even_if_it_was_set_inside_a_function() throws SQLException {
        // reliability F41
        Pool pool = pool(StateReset.ALWAYS, "");
        borrow(pool, "SELECT hidden_deep()");

        assertThat(ask(pool, "SHOW work_mem")).isEqualTo("4MB");
        assertThat(ask(pool, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
                .isEqualTo("0");
    }

    @Test
    void stays_with_tracked_if_it_was_set_by_a_statement() throws SQLException {
        Pool pool = pool(StateReset.TRACKED, "");
        borrow(pool, "SET work_mem = '5MB'");

        assertThat(ask(pool, "SHOW work_mem")).isEqualTo("5MB");
    }

    @Test
    void is_seen_by_the_probe_if_it_stays() {
        RandomBorrowers borrowers = new RandomBorrowers(pool(StateReset.TRACKED, ""), PROBE, SEEN);

        assertThatThrownBy(() -> borrowers.run(200)).isInstanceOf(AssertionError.class);
    }

    @Test
    void leaves_an_empty_text_where_a_setting_of_ones_own_was_null() throws SQLException {
        // PostgreSQL keeps the name
        Pool pool = pool(StateReset.SMART, "");
        assertThat(ask(pool, "SELECT current_setting('app.guest', true) IS NULL"))
                .isEqualTo("t");
        borrow(pool, "SET app.guest = 'ada'");

        assertThat(ask(pool, "SELECT current_setting('app.guest', true) = ''")).isEqualTo("t");
    }

    @Test
    void is_reset_without_harm_to_what_the_driver_has_prepared() throws SQLException {
        Pool pool = pool(StateReset.SMART, "");
        String backend = ask(pool, "SELECT pg_backend_pid()");
        for (int i = 0; i < 5; i++) {
            try (Connection connection = pool.getConnection();
                    PreparedStatement statement = connection.prepareStatement("SELECT ?::int + 1")) {
                for (int j = 0; j < 4; j++) { // from the third on by a name that the server knows
                    statement.setInt(1, j);
                    assertThat(statement.executeQuery().next()).isTrue();
                }
                assertThat(Sql.text(connection, "SELECT count(*) FROM pg_prepared_statements"))
                        .isNotEqualTo("0");
            }
            borrow(pool, "SET work_mem = '5MB'");
        }
        assertThat(ask(pool, "SELECT pg_backend_pid()")).isEqualTo(backend);
    }

    @Test
    void is_reset_in_a_driver_that_may_only_use_the_simple_protocol() throws SQLException {
        Pool pool = pool(StateReset.SMART, "&preferQueryMode=simple");
        String backend = ask(pool, "SELECT pg_backend_pid()");
        borrow(pool, "SET work_mem = '5MB'", "SET ROLE state_other");

        assertThat(ask(pool, "SELECT current_setting('work_mem') || current_user"))
                .isEqualTo("4MBstate_app");
        assertThat(ask(pool, "SELECT pg_backend_pid()")).isEqualTo(backend);
    }

    @ParameterizedTest
    @EnumSource(StateReset.class)
    void is_the_whole_search_path_of_before_when_a_schema_was_set(StateReset reset) throws SQLException {
        // reliability F40
        Pool pool = pool(reset, "&currentSchema=app,information_schema");
        String backend = ask(pool, "SELECT pg_backend_pid()");
        String before = ask(pool, "SHOW search_path");
        setSchema(pool);

        assertThat(ask(pool, "SHOW search_path")).isEqualTo(before).contains("app", "information_schema");
        assertThat(ask(pool, "SELECT count(*) > 0 FROM schemata")).isEqualTo("t");
        assertThat(ask(pool, "SELECT pg_backend_pid()")).isEqualTo(backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"$user\", public", "app, \"o'dd \"\", \\ name\"", "''", "pg_temp, \"A\", a"})
    void is_a_search_path_of_before_whatever_its_names(String path) throws SQLException {
        Pool pool = pool(StateReset.TRACKED, "");
        borrow(pool, "SET search_path = " + path);
        String before = ask(pool, "SHOW search_path");
        setSchema(pool);

        assertThat(ask(pool, "SHOW search_path")).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(StateReset.class)
    void has_no_statement_that_was_prepared_for_another_schema(StateReset reset) throws SQLException {
        Pool pool = pool(reset, "");
        for (int i = 0; i < 6; i++) {
            try (Connection connection = pool.getConnection()) {
                if (i % 2 == 0) {
                    connection.setSchema("tenant");
                }
                connection.setAutoCommit(false); // else the driver would try again
                for (int j = 0; j < 4; j++) { // from the second on by a name that the server knows
                    try (PreparedStatement statement = connection.prepareStatement("SELECT kind FROM kind");
                            ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        assertThat(rows.getString(1)).isEqualTo(i % 2 == 0 ? "one" : "1");
                    }
                }
            }
        }
    }

    private static void setSchema(Pool pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setSchema("tenant7");
            connection.setSchema("tenant8");
            assertThat(Sql.text(connection, "SHOW search_path")).isEqualTo("tenant8");
        }
    }
}
