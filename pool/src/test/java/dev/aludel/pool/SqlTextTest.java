package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SqlTextTest {
    // F61
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    select * from trips where id = ?           | select * from trips where id = ?
                    select 'canary'                            | select ?
                    select 'can''ary', 1                       | select ?, ?
                    select '', ''''                            | select ?, ?
                    select 'canary                             | select ?
                    select E'can\\'ary', 2                      | select E?, ?
                    select e'can\\\\', 'ary'                     | select e?, ?
                    select 'c:\\temp', 2                        | select ?, ?
                    select * from t where a like'x' and b = 1  | select * from t where a like? and b = ?
                    select $$canary$$, 1                       | select ?, ?
                    select $tag$can$$ary$tag$, 1               | select ?, ?
                    select $tag$canary                         | select ?
                    select $1, $2                              | select $?, $?
                    select 42, 3.14, .5, 1e10, 0x1F, 1_000     | select ?, ?, .?, ?, ?, ?
                    select t1.c2 from t1                       | select t1.c2 from t1
                    select a4b, größe2 from t_3                | select a4b, größe2 from t_3
                    select "Trip 7", `Stop 8` from "a""b"      | select "Trip 7", `Stop 8` from "a""b"
                    select 1 -- canary                         | select ?
                    select /* canary */ 1                      | select ?
                    select 1 /* canary                         | select ?
                    select a/* canary */b                      | select a b
                    select 4-1, 5*/* x */6                     | select ?-?, ?* ?
                    select 'it''s', "it's", 'x'                | select ?, "it's", ?
                    insert into t values (-1, +2)              | insert into t values (-?, +?)
                    select B'0101', X'1F', N'canary'           | select B?, X?, N?
                    """)
    void shows_no_value_and_no_comment(String sql, String shown) {
        assertThat(SqlText.sanitise(sql, true)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // F61
                "select * from t where a like'\\' and b = 'canary'",
                "select 'it\\'s canary'",
                "select 'it\\'' , 'canary'",
                "select 'a\\' , 'canary', 'b'",
                "select * from e where name='\\' or secret='canary'",
            })
    void hides_all_that_follows_a_string_that_servers_read_differently(String sql) {
        assertThat(SqlText.sanitise(sql, true)).doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    select "canary", `Stop 8`                  | select ?, `Stop 8`
                    select "can""ary", 'x'                     | select ?, ?
                    select "canary                             | select ?
                    """)
    void shows_nothing_in_double_quotes_if_they_make_strings(String sql, String shown) {
        assertThat(SqlText.sanitise(sql, false)).isEqualTo(shown);
        assertThat(SqlText.sanitise("select \"a\\\" , \"canary\"", false)).doesNotContain("canary");
    }

    // F64
    @Test
    void folds_white_space_and_drops_control_characters() {
        assertThat(SqlText.sanitise("  select \n\t *\r\nfrom\u0000 trips\u001b[31m\u0085 where\u2028x ", true))
                .isEqualTo("select * from trips [? where x");
        assertThat(SqlText.sanitise("select \"a\nb\u001bc\"", true)).isEqualTo("select \"a b c\"");
    }

    @Test
    void of_nothing_is_nothing() {
        assertThat(SqlText.sanitise("", true)).isEmpty();
        assertThat(SqlText.sanitise(" -- only a comment", true)).isEmpty();
    }

    // F64
    @Test
    void is_cut_at_200_characters() {
        String shown = SqlText.sanitise("select " + "column, ".repeat(100) + "'canary'", true);

        assertThat(shown).hasSize(202).startsWith("select column, column").endsWith(" …");
    }

    @Test
    void of_a_megabyte_is_cut_like_any_other() {
        String million = "x".repeat(1_000_000);

        assertThat(SqlText.sanitise("select '" + million + "'", true)).isEqualTo("select ?");
        assertThat(SqlText.sanitise("select /*" + million + "*/ 1", true)).isEqualTo("select ?");
        assertThat(SqlText.sanitise("select \"" + million + "\"", true)).hasSizeLessThanOrEqualTo(202);
        assertThat(SqlText.sanitise("select " + million, true)).hasSizeLessThanOrEqualTo(202);
        assertThat(SqlText.sanitise("$".repeat(1_000_000), true)).hasSizeLessThanOrEqualTo(202);
        assertThat(SqlText.isRead("select '" + million + "'")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "SELECT 1",
                "  \n select 1",
                "((select 1) union (select 2))",
                "values (1)",
                "table trips",
                "show server_version",
                "select forest, keynote, update_time from information",
                "select substring(a from 1 for 3)",
            })
    void knows_what_only_reads(String sql) {
        assertThat(SqlText.isRead(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "insert into trips values (1)",
                "update trips set seats = 1",
                "delete from trips",
                "with gone as (delete from trips returning *) select * from gone",
                "select * from trips for update",
                "SELECT trips.id \nFROM trips \nFOR UPDATE",
                "select * from trips for\n  no\tkey update",
                "select * from trips FOR  SHARE",
                "select * from trips for key share",
                "select * into copy from trips",
                "select * from (select * from trips)for update",
                "call book()",
                "selection",
                "tablespace",
            })
    void takes_anything_else_for_a_write_or_a_lock(String sql) {
        assertThat(SqlText.isRead(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin",
                "BEGIN;",
                " begin -- a trip",
                "/* route */ Begin /* now */ ;",
                "begin tran",
                "begin transaction t1",
                "begin work",
                "begin isolation level serializable",
                "begin read only",
                "begin not deferrable",
                "begin /* not */ not -- at all\n deferrable",
                "begin deferrable",
                "begin deferred transaction",
                "begin immediate",
                "begin exclusive",
                "begin concurrent",
                "begin distributed tran",
                "begin name trip7",
                "start transaction",
                "start\n/* a */ transaction read only",
                "select 1; begin",
                "select 1;; -- now\n begin; select 2",
                "declare @x int; BEGIN TRAN; update trips set seats = @x",
                "insert into trips values (';'); /* ; */start transaction",
                "insert into trips values ('c:\\'); begin work",
                "insert into trips values ('; --'); begin work",
            })
    void knows_what_begins_a_transaction(String sql) {
        assertThat(SqlText.isBegin(sql)).isTrue();
        assertThat(SqlText.touchesOnlyRows(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "begin pkg.p(?); end;",
                "begin\n  null;\nend;",
                "begin /* tran */ p(); end;",
                "declare x int; begin p(x); end;",
                "begin read(:1); end;",
                "begin work.p; end;",
                "begin try select 1 end try begin catch throw end catch",
                "set nocount on; begin try exec p end try begin catch throw end catch",
                "begin not atomic select 1; end",
                "begin atomic select 1; end",
                "beginning",
                "start replica",
                "start slave; start group_replication",
                "select 1; select begin from trips",
                "xa start 'a'",
                "commit",
            })
    void takes_a_block_for_no_transaction(String sql) {
        assertThat(SqlText.isBegin(sql)).isFalse();
    }

    @Test
    void looks_at_a_thousand_statements_of_a_text_and_leaves_the_rest_to_the_driver() {
        assertThat(SqlText.isBegin("call p();".repeat(900) + "begin")).isTrue();
        assertThat(SqlText.isBegin("call p();/* ".repeat(100_000) + "begin")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "\n  Select 1 ; \n",
                "insert into trips values (1)",
                "UPDATE trips set seats = 1",
                "delete from trips",
                "with new as (select 1) select * from new",
                "merge into trips using ...",
                "values (1)",
            })
    void knows_at_a_glance_what_touches_only_rows(String sql) {
        assertThat(SqlText.touchesOnlyRows(sql)).isTrue();
        assertThat(SqlText.isBegin(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "select 1; select 2",
                "selection",
                "call p()",
                "set a = 1",
                "/* a */ select 1",
                "(select 1)"
            })
    void does_not_know_it_at_a_glance_of_others(String sql) {
        assertThat(SqlText.touchesOnlyRows(sql)).isFalse();
    }
}
