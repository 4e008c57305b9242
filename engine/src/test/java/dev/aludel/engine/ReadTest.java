package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.aludel.pool.Pool;
import dev.aludel.pool.Usage;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool =
            Pool.of(settings -> settings.connections(database::connect).size(1));
    private final Engine engine = Engine.of(pool, Dialects.POSTGRESQL, options -> options.name("read-test"));

    @AfterEach
    void nothing_is_left_checked_out() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
    }

    @Test
    void runs_one_query_in_auto_commit_and_gives_the_connection_back() {
        database.answer(sql -> true, Rows.columns("count").row(3L));

        Result<Long> result = engine.read(select(count()).from(TRIP));

        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(result.scalarOne()).isEqualTo(3);
        assertThat(database.log())
                .contains("execute SELECT count(*) AS count_1 \nFROM trips")
                .doesNotContain("setAutoCommit false", "commit", "rollback");
    }

    @Test
    void logs_no_begin() {
        try (LogLines log = LogLines.of("dev.aludel.engine.Engine.read-test", Level.DEBUG)) {
            engine.read(select(TRIP.id));

            assertThat(log.lines())
                    .containsExactly(
                            "DEBUG dev.aludel.engine.Engine.read-test SELECT trips.id \nFROM trips",
                            "DEBUG dev.aludel.engine.Engine.read-test [generated in <t>s] {}");
        }
    }

    @Test
    void tells_the_pool_who_asks() {
        engine.read("GET /trips", select(TRIP.id));

        assertThat(pool.usage()).extracting(Usage::label).containsExactly("GET /trips");
    }

    @Test
    void gives_the_connection_back_when_the_query_fails() {
        database.next("execute").fails("42501");

        assertThatThrownBy(() -> engine.read(select(TRIP))).isInstanceOf(DatabaseException.class);
    }

    @Test
    void refuses_a_query_that_writes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.read(insert(TRIP).set(TRIP.code, "A").returning(TRIP.id)))
                .withMessage("""
                        read takes a query that only reads, but this one writes or may write: use run(…) or call(…)
                        [SQL: INSERT INTO trips (code) VALUES (?) RETURNING trips.id]""");
        assertThat(database.opened()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update trips set seats = 1 returning id",
                " -- select\ninsert into trips default values",
                "with gone as (delete from trips returning id) select * from gone",
                "select id into copy from trips",
                "select id from trips for update",
                "select id from trips for no key update",
                "select id from trips FOR SHARE",
                "select id from trips for /* weakly */ key share of trips",
                "select id from trips lock in share mode",
                "explain analyze select 1",
                "call book()",
                "vacuum",
                "select 'it''s; -- not ended",
                "select E'it\\'s; select 1",
                "select \"it; select 1",
                "select $a$ it's $b$",
                "select 1 /* /* */",
            })
    void refuses_raw_sql_that_may_write(String sql) {
        assertThatIllegalArgumentException().isThrownBy(() -> engine.read(Unsafe.sql(sql)));
        assertThat(database.opened()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1; drop table trips",
                "select 1;select 2",
                "select 1; /* ; */ -- ;\n ; commit",
                "select '\\'; drop table trips -- '",
                "select E'\\\\'; drop table trips -- '",
                "select $$'$$; drop table trips -- '$$",
                "select $1; drop table trips -- $1",
                "select a$b$; drop table trips -- $b$",
                "select 1 -- '\r; drop table trips -- '",
                "select 1 /* /* */ ' */; drop table trips -- '",
            })
    void refuses_a_second_statement(String sql) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.read(Unsafe.sql(sql)))
                .withMessage(
                        "read takes exactly one query, but a second statement follows after ';': run each by itself"
                                + "\n[SQL: " + sql + "]");
        assertThat(database.opened()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_sleep(0.05)",
                "SELECT 'delete', \"update\" /* insert */ FROM updates -- merge",
                "with a as (select 1) select * from a",
                "values (1)",
                "select share from stocks",
                "show server_version",
                "explain select 1",
                "select 1;",
                "select 1 ; ; -- the end; really\n /* ; /* ; */ ; */",
                "select ';', 'it''s; delete', E'it\\'s; delete', E'it''s \\'; delete', \"a;b\", `c;d` from trips",
                "select $$it's; delete$$, $a_1$ ; $$ ; $a$ ; $a_1$, ';'",
                "select * from a$b$c where d = 'e' and f$b$g = 1",
                "select code'\\', 1 from trips",
            })
    void takes_raw_sql_that_only_reads(String sql) {
        assertThat(engine.read(Unsafe.sql(sql)).all()).isEmpty();
    }

    @Test
    void in_one_read_only_transaction_sees_several_queries() {
        int rows = engine.readOnly(connection -> {
            assertThat(connection.inTransaction()).isFalse();
            return connection.execute(select(TRIP)).size()
                    + connection.execute(select(TRIP.id)).size();
        });

        assertThat(rows).isZero();
        assertThat(database.log())
                .containsSubsequence("setReadOnly true", "setAutoCommit false", "commit", "setReadOnly false");
    }

    @Test
    void in_a_read_only_transaction_refuses_to_write() {
        assertThatIllegalStateException()
                .isThrownBy(() -> engine.<Long, RuntimeException>readOnly(
                        connection -> connection.execute(insert(TRIP).set(TRIP.code, "A"))))
                .withMessage("a write within readOnly(…): write in run(…) or call(…)");
        assertThatIllegalStateException()
                .isThrownBy(() -> engine.readOnly(connection -> connection
                        .execute(insert(TRIP).set(TRIP.code, "A").returning(TRIP.id))
                        .all()));
        assertThat(database.statements()).isZero();
    }
}
