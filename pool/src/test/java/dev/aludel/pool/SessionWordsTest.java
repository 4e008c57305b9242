package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which statements may leave something in the session, by their words. Those that PostgreSQL runs
/// are in SessionStateOnPostgresTest as well.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionWordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from trips where id = ?",
                "SELECT 1;",
                "select 1 ;\n ",
                "  ( select 1 )",
                "/* route */ select 1",
                "-- route\nselect 1",
                "/* a */ /* b */ select 1",
                "insert into trips values (1)",
                "-- name: createUser\ninsert into users values (1)",
                "/* all new */ insert into trips values (1)",
                "insert\n into trips select * from offset_config",
                "with new as (insert into trips values (1) returning id) select id from new",
                "merge into trips using ...",
                "with new as (\n  insert into trips values (1) returning id) select id from new",
                "with new as ( -- all\n  select 1), more as (merge\n into trips using ...) select 1",
                "update trips set seats = 3",
                "delete from trips",
                "values (1)",
                "show work_mem",
                "select pg_advisory_xact_lock(7)",
                "select temp, my_set_config, settings from weather where note = 'U & I'",
            })
    void are_harmless_if_they_read_and_write_rows(String sql) {
        assertThat(Server.postgres().mayLeaveState(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "set work_mem = '5MB'",
                "SELECT set_config(?, ?, false)",
                "select SET_CONFIG('a', 'b', false)",
                "select\n\tset_config('a', 'b', false)",
                "select /* x */set_config('a', 'b', false)",
                "select(set_config('a', 'b', false))",
                "select a.\"set_config\"('a', 'b', false)",
                "select u&\"set\\005fconfig\"('a', 'b', false)",
                "select 1; set a = b",
                "select 1;;",
                "select 1 into temp t",
                "select 1 as insertion into t",
                "select max(ts) as last_insert into temp stats from t",
                "select 1 as insert into temp t",
                "select t.insert into temp x from t",
                "select count(*) insert into temp t from x",
                "with x as (select 1) select count(*) insert into temp t from x",
                "select 1 as ignore into temp t",
                "select a, merge into temp t from x",
                "select 1 as x$insert into temp t",
                "select 1 as größe_insert into temp t",
                "select 1 as \"insert\" into temp t",
                "select 1 as \"x.insert\" into temp t",
                "select 1 as \"(insert\" into temp t",
                "select 1 -- (\n insert into temp t",
                "select 1 as a -- (insert\ninto temp t from x",
                "select 1 -- (\r insert into temp t",
                "select 1 /* ( */ insert into temp t",
                "insert into trips select 1 as insert into temp t",
                "selection",
                "select_1",
                "/* /* */ select */ set a = b",
                "-- x\rset a to\nselect",
                "{call f()}",
                "prepare p as select 1",
                "declare c cursor with hold for select 1",
                "create temp table t (id int)",
                "do $$ begin end $$",
                "listen c",
                "explain analyze select 1",
                "begin",
            })
    void may_change_the_session_if_they_do_anything_else(String sql) {
        assertThat(Server.postgres().mayLeaveState(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select @x := 1",
                "select 1 into @x",
                "select GET_LOCK('a', 1)",
                "/*! set @x = 1 */ select 1",
                "/*M! set @x = 1 */ select 1",
                "select 1 /*!50000 into @x */",
                "# select\nset @x = 1",
                "lock tables trips write",
                "use other",
                "call p()",
            })
    void are_others_with_mariadb(String sql) {
        assertThat(Server.mariaDb().mayLeaveState(sql)).isTrue();
        assertThat(Server.mariaDb().mayLeaveState("replace into trips values (1)"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set schema other",
                "Set NoCount On",
                "use other",
                "alter session set nls_sort = binary",
                "create temporary table t (id int)",
                "create global temporary table t (id int)",
                "create or replace local temp view v as select 1",
            })
    void change_the_session_for_sure_with_a_server_of_which_nothing_is_known(String sql) {
        assertThat(Server.other().mayLeaveState(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "create",
                "create table set_1 (id int)",
                "call p()",
                "begin p(); end;",
                "exec p",
                "{call p()}",
                "alter table t add c int",
                "select 1",
                "settle",
            })
    void are_not_judged_otherwise_there(String sql) {
        assertThat(Server.other().mayLeaveState(sql)).isFalse();
    }

    @Test
    void may_be_long() {
        String sql = "select " + "'some text', ".repeat(100_000) + "1";

        assertThat(Server.postgres().mayLeaveState(sql)).isFalse();
    }
}
