package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.servers.PgBouncer;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Behind a pooler that gives each transaction another session, what would be kept in one is refused. (F23)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ATransactionPoolerTest {
    @RegisterExtension
    final Bouncers bouncers = new Bouncers();

    private static boolean isShared(Pool pool) {
        return ((QueuePool) pool).physical().pooler().sharesSessions();
    }

    private static boolean isBetween(Pool pool) {
        return ((QueuePool) pool).physical().pooler().isBetween();
    }

    /// Returns what is said to who is refused something.
    private static String refusal(ThrowingCallable call) {
        SQLFeatureNotSupportedException refused = catchThrowableOfType(SQLFeatureNotSupportedException.class, call);
        return refused == null ? "not refused" : refused.getSQLState() + " " + refused.getMessage();
    }

    private static String refusal(Connection connection, String sql) {
        return refusal(() -> Sql.run(connection, sql));
    }

    /// Returns a pool that has found out. It waits for a second connection only shortly, so on a slow
    /// machine another one may be needed.
    private Pool finding(PgBouncer bouncer) {
        List<Pool> pools = new ArrayList<>();
        Await.until(
                () -> {
                    pools.add(bouncers.pool(bouncer, settings -> settings.size(2)));
                    assertThatCode(() -> pools.getLast().getConnection().close())
                            .doesNotThrowAnyException();
                    return isShared(pools.getLast());
                },
                Bouncers.PATIENCE,
                () -> pools.size() + " pools have found nothing");
        return pools.getLast();
    }

    @Test
    void one_with_a_single_session_is_found_at_the_first_connection() throws Exception {
        Pool pool = finding(bouncers.start(Map.of()));

        assertThat(pool.snapshot().idle()).isOne();
        try (Connection connection = pool.getConnection()) {
            assertThat(refusal(connection, "listen news"))
                    .isEqualTo(
                            "0A000 Pool 'trips': LISTEN is refused: the pooler between this pool and the server gives"
                                    + " each transaction whichever session is free, so it would be lost, or met by somebody else."
                                    + " Instead: listen over a connection to the server itself; see docs/guides/poolers.md");
            assertThat(Canary.ask(connection, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void one_with_several_sessions_is_found_too() throws Exception {
        assertThat(isShared(finding(bouncers.start(Map.of("default_pool_size", "5")))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void one_that_gives_each_connection_a_session_is_not_taken_for_one_and_all_works(int sessions) throws Exception {
        PgBouncer bouncer =
                bouncers.start(Map.of("pool_mode", "session", "default_pool_size", String.valueOf(sessions)));
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(1));

        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "set work_mem = '5MB'");
            Sql.run(connection, "listen news");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(Sql.text(connection, "show work_mem")).isEqualTo("5MB");
        }

        assertThat(isShared(pool)).isFalse();
        assertThat(isBetween(pool)).isTrue();
    }

    @Test
    void without_a_pooler_none_is_found_and_all_works() throws Exception {
        Pool pool = bouncers.pool(settings ->
                settings.url(Postgres.shared().jdbcUrl(bouncers.database())).size(1));

        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "listen news");
            connection.setSchema("pg_catalog");
        }

        assertThat(isShared(pool)).isFalse();
        assertThat(isBetween(pool)).isFalse();
    }

    @Test
    void who_says_that_there_is_none_is_believed() throws Exception {
        Pool pool = bouncers.pool(
                bouncers.start(Map.of()), settings -> settings.size(1).pooler(Pooler.NONE));

        try (Connection connection = pool.getConnection()) {
            assertThatCode(() -> Sql.run(connection, "set work_mem = '5MB'")).doesNotThrowAnyException();
        }
    }

    @Test
    void who_says_that_there_is_one_is_believed() throws Exception {
        Pool pool = bouncers.pool(settings -> settings.url(Postgres.shared().jdbcUrl(bouncers.database()))
                .size(1)
                .pooler(Pooler.TRANSACTION));

        try (Connection connection = pool.getConnection()) {
            assertThat(refusal(connection, "listen news")).contains("LISTEN is refused");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set work_mem = '5MB'",
                "SET SESSION work_mem TO '5MB'",
                "set session characteristics as transaction read only",
                "set role postgres",
                "select set_config('work_mem', '5MB', false)",
                "listen news",
                "select pg_advisory_lock(7)",
                "select 1 where pg_try_advisory_lock(7)",
                "create temp table t (id int)",
                "create temporary table t (id int) on commit delete rows",
                "select 1 as id into temp t",
                "declare c cursor with hold for select 1",
                "prepare p as select 1",
                "load 'auto_explain'",
                "select 1; listen news",
                "set track_functions = none",
                "set \"work_mem\" = '5MB'",
                "create table pg_temp.t (id int)",
                "create table if not exists pg_temp.t (id int)",
                "select 1 as id into pg_temp.t",
                "{call pg_advisory_lock(7)}",
                "{? = call pg_catalog.pg_advisory_lock(7)}"
            })
    void what_a_session_would_keep_is_refused(String statement) throws Exception {
        String sql = statement + " -- " + Canary.PASSWORD;
        Pool pool = bouncers.pool(
                bouncers.start(Map.of()), settings -> settings.size(1).pooler(Pooler.TRANSACTION));

        try (Connection connection = pool.getConnection();
                Statement batch = connection.createStatement()) {
            assertThat(refusal(connection, sql)).contains(" is refused: ");
            assertThat(refusal(() -> connection.prepareStatement(sql))).contains(" is refused: ");
            assertThat(refusal(() -> batch.addBatch(sql))).contains(" is refused: ");
            assertThat(Canary.ask(connection, "select count(*) from pg_locks where locktype = 'advisory'"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set local work_mem = '5MB'",
                "set transaction isolation level serializable",
                "set constraints all deferred",
                "set application_name = 'x'",
                "set time zone 'UTC'",
                "set session datestyle = 'ISO'",
                "set work_mem to default",
                "set role none",
                "reset all",
                "select set_config('work_mem', '5MB', true)",
                "select pg_advisory_xact_lock(7)",
                "select 'set work_mem = 1; listen news', \"count\" from (select 1 as count) as x -- listen news",
                "/* listen news; /* set x */ set work_mem = 1 */ select $a$ ; listen news $a$",
                "notify news",
                "unlisten *",
                "create temp table t (id int) on commit drop",
                "create table if not exists temp (id int); insert into temp values (1)",
                "declare c cursor without hold for select 1",
                "select 1 as pg_advisory_lock",
                "select set_config('application_name', 'x', false), set_config('TimeZone', 'UTC', false)",
                "set \"TimeZone\" = 'UTC'",
                "set transaction_read_only = on",
                "set role 'none'",
                "declare c cursor for with hold as (select 1) select * from hold",
                "create table pg_temp.t (id int) on commit drop",
                "create function f() returns void begin atomic select 1; select pg_advisory_lock(1); end",
                "create table r (id int); create rule r as on delete to r do also (select 1; select pg_advisory_lock(1))",
                "create schema own; create function own.pg_advisory_lock(int) returns int language sql as 'select 1';"
                        + " select own.pg_advisory_lock(7)"
            })
    void what_ends_with_the_transaction_or_is_nothing_of_a_session_is_not(String sql) throws Exception {
        Pool pool = bouncers.pool(
                bouncers.start(Map.of()), settings -> settings.size(1).pooler(Pooler.TRANSACTION));

        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            assertThatCode(() -> Sql.run(connection, sql)).doesNotThrowAnyException();
            connection.commit();
        }
    }

    @Test
    void setters_of_jdbc_that_the_driver_makes_settings_of_the_session_are_refused_and_the_others_are_not()
            throws Exception {
        Pool pool = bouncers.pool(
                bouncers.start(Map.of()), settings -> settings.size(1).pooler(Pooler.TRANSACTION));

        try (Connection connection = pool.getConnection()) {
            assertThat(refusal(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE)))
                    .contains("SET TRANSACTION ISOLATION LEVEL");
            assertThat(refusal(() -> connection.setSchema("pg_catalog"))).contains("SET LOCAL search_path");
            connection.setReadOnly(true);
            connection.setClientInfo("ApplicationName", "trips");
            connection.setAutoCommit(false);
            assertThat(Sql.text(connection, "show transaction_read_only")).isEqualTo("on");
            connection.commit();
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(Sql.text(connection, "show transaction_read_only")).isEqualTo("off");
            assertThat(Sql.text(connection, "show default_transaction_isolation"))
                    .isEqualTo("read committed");
        }
    }

    @Test
    void no_session_is_reset_at_check_in_since_it_would_be_anybodys() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of());
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(1).pooler(Pooler.TRANSACTION));
        pool.getConnection().close();
        try (Connection other = DriverManager.getConnection(bouncer.jdbcUrl(bouncers.database()))) {
            Sql.run(other, "set work_mem = '5MB'"); // which the only session has now
            try (Connection connection = pool.getConnection()) {
                Sql.run(connection, "create table left_alone (id int)");
            }

            assertThat(Sql.text(other, "show work_mem")).isEqualTo("5MB");
        }
    }

    @Test
    void prepared_statements_are_the_drivers_affair() throws Exception {
        Pool pool = bouncers.pool(
                bouncers.start(Map.of()), settings -> settings.size(1).pooler(Pooler.TRANSACTION));

        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select ?::text")) {
            for (int i = 0; i < 10; i++) {
                statement.setString(1, Canary.PASSWORD);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo(Canary.PASSWORD);
                }
            }
        }
    }
}
