package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.aludel.engine.Databases.Server;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Unsafe;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Who may not run what the check has to ask, on a real PostgreSQL, commits all the same.
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommitCheckRightsTest {
    private static final Server SERVER = Server.create("commit_rights");
    private static final Insert<Trip> INSERT =
            insert(TRIP).set(TRIP.code, "OSL-7").set(TRIP.seats, 1);

    private final LogLines log = LogLines.of("dev.aludel.engine", Level.WARN);
    private final Engine engine = Engine.create(
            SERVER.url().replace("//postgres@", "//commit_rights@"),
            options -> options.commitCheck(Duration.ofSeconds(1)));

    @BeforeAll
    static void create_a_user_of_ones_own() {
        try (Engine owner = SERVER.engine(options -> {})) {
            owner.run(connection -> connection.execute(createTable(TRIP)));
        }
        asOwner("CREATE ROLE commit_rights LOGIN");
        asOwner("GRANT ALL ON ALL TABLES IN SCHEMA public TO commit_rights");
        asOwner("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO commit_rights");
    }

    @AfterAll
    static void drop_the_user() {
        asOwner("DROP OWNED BY commit_rights");
        asOwner("DROP ROLE commit_rights");
    }

    @AfterEach
    void grant_again() {
        engine.close();
        log.close();
        for (String function : new String[] {
            "pg_postmaster_start_time()",
            "txid_status(bigint)",
            "has_function_privilege(oid, text)",
            "pg_stat_get_activity(integer)"
        }) {
            asOwner("GRANT EXECUTE ON FUNCTION " + function + " TO PUBLIC");
        }
        asOwner("GRANT SELECT ON pg_stat_activity TO PUBLIC");
        asOwner("TRUNCATE trips");
    }

    private static void asOwner(String sql) {
        try (Engine owner = SERVER.engine(options -> {})) {
            owner.run(connection -> connection.execute(Unsafe.statement(sql)));
        }
    }

    private static void revoke(String function) {
        asOwner("REVOKE EXECUTE ON FUNCTION " + function + " FROM PUBLIC");
    }

    private void inserts() {
        engine.run(connection -> connection.execute(INSERT));
    }

    private long rows() {
        return engine.read(select(count()).from(TRIP)).scalarOne();
    }

    @Test
    void and_is_told_once_in_the_log_which_right_is_missing() {
        revoke("pg_postmaster_start_time()");
        revoke("txid_status(bigint)");

        inserts();
        inserts();

        assertThat(rows()).isEqualTo(2);
        assertThat(log.messages())
                .containsExactly(
                        "commitCheck is off for this engine: its database user may not use"
                                + " pg_postmaster_start_time(), txid_status(bigint), so that nobody can ask what became of a COMMIT."
                                + " GRANT EXECUTE ON FUNCTION … (or SELECT ON the view) TO that user, and make the engine anew");
    }

    /// What is refused would cost the transaction.
    @Test
    void even_if_the_user_may_not_ask_for_rights_either() {
        revoke("has_function_privilege(oid, text)");
        revoke("txid_status(bigint)");

        inserts();
        inserts();

        assertThat(rows()).isEqualTo(2);
        assertThat(log.messages()).singleElement().asString().contains("may not use what tells of rights");
    }

    /// It is read for when the server recovered from a crash.
    @Test
    void even_if_the_user_may_not_read_who_is_connected() {
        asOwner("REVOKE SELECT ON pg_stat_activity FROM PUBLIC");

        inserts();
        inserts();

        assertThat(rows()).isEqualTo(2);
        assertThat(log.messages()).singleElement().asString().contains("may not use pg_stat_activity, so");
    }

    @Test
    void even_if_the_user_may_not_run_what_that_view_runs() {
        revoke("pg_stat_get_activity(integer)");

        inserts();
        inserts();

        assertThat(rows()).isEqualTo(2);
        assertThat(log.messages()).singleElement().asString().contains("may not use pg_stat_get_activity(integer), so");
    }

    @Test
    void but_for_one_commit_if_the_right_is_revoked_while_the_engine_runs() {
        inserts();
        revoke("txid_status(bigint)");
        inserts(); // the number is had without
        revoke("pg_postmaster_start_time()");

        assertThatThrownBy(this::inserts)
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("COMMIT failed, nothing of the transaction was kept");
        inserts();

        assertThat(rows()).isEqualTo(3);
        assertThat(log.messages()).singleElement().asString().contains("pg_postmaster_start_time(), txid_status");
    }

    @Test
    void and_hears_nothing_if_he_may() {
        inserts();

        assertThat(rows()).isOne();
        assertThat(log.messages()).isEmpty();
    }
}
