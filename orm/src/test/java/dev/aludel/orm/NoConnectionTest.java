package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.CommitOutcomeUnknown;
import dev.aludel.engine.ConnectFailed;
import dev.aludel.engine.ConnectionLost;
import dev.aludel.engine.Engine;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What a session does when there is no connection to be had, or when it breaks.
@DisplayNameGeneration(ReplaceUnderscores.class)
class NoConnectionTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);
    private final Sessions sessions = Sessions.on(engine, DRIVER);

    @AfterEach
    void nothing_is_left_behind() {
        assertThat(database.open()).isZero();
    }

    @Test
    void makes_a_query_fail_and_lets_the_session_try_again() {
        database.down();
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> session.scalars(select(DRIVER))).isInstanceOf(ConnectFailed.class);
            assertThat(session.inTransaction()).isTrue();

            database.up();
            session.scalars(select(DRIVER));
        }
    }

    @Test
    void makes_a_flush_fail_with_a_rollback_required() {
        database.down();
        try (Session session = sessions.open()) {
            Driver driver = Driver.named("Ada");
            session.add(driver);
            assertThatThrownBy(session::flush).isInstanceOf(ConnectFailed.class);
            assertThatThrownBy(session::flush).isInstanceOf(RollbackRequired.class);

            session.rollback();
            assertThat(session.contains(driver)).isFalse();
        }
    }

    @Test
    void in_the_middle_of_a_transaction_is_over_at_rollback() {
        try (Session session = sessions.open()) {
            session.scalars(select(DRIVER));
            database.next("executeQuery").losesConnection();
            assertThatThrownBy(() -> session.scalars(select(DRIVER))).isInstanceOf(ConnectionLost.class);

            session.rollback();
            session.scalars(select(DRIVER));
        }
    }

    @Test
    void at_the_commit_ends_the_transaction_and_takes_the_objects_back() {
        database.answer(
                sql -> sql.startsWith("SELECT"),
                Rows.columns("id", "name", "city").row(7L, "Ada", "Oslo"));
        database.answer(sql -> sql.startsWith("INSERT"), Rows.columns("id").row(8L));
        try (Session session = sessions.open()) {
            Driver changed = session.one(DRIVER, 7L);
            changed.city = "Bergen";
            Driver added = Driver.named("Bob");
            session.add(added);
            session.flush();
            assertThat(added.id).isEqualTo(8L);
            database.next("commit").losesConnection();

            assertThatThrownBy(session::commit).isInstanceOf(CommitOutcomeUnknown.class);

            assertThat(session.inTransaction()).isFalse();
            assertThat(database.open()).isZero();
            assertThat(changed.city).isEqualTo("Oslo");
            assertThat(session.contains(changed)).isTrue();
            assertThat(added.id).isNull();
            assertThat(session.contains(added)).isFalse();
        }
    }
}
