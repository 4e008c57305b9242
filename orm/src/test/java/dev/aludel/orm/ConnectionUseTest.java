package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.DatabaseException;
import dev.aludel.sql.Unsafe;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// When a session has a connection, by the pool's account and by the server's.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectionUseTest {
    private Database database;
    private Sessions sessions;

    @BeforeEach
    void create_database() {
        database = Database.postgres();
        sessions = database.sessions();
    }

    @AfterEach
    void nothing_is_left_behind() throws SQLException {
        database.assertNothingHeld();
        database.assertServerSeesNobody();
        database.close();
    }

    // connection-model 4.2
    @Test
    void none_for_a_new_session_nor_for_add_delete_and_begin() {
        try (Session session = sessions.open()) {
            assertHeld(session, 0, false);
            Driver driver = Driver.named("Ada");
            session.add(driver);
            assertHeld(session, 0, true);
            session.delete(driver);
            assertHeld(session, 0, true);
        }
        try (Session session = sessions.open();
                SessionTransaction _ = session.begin()) {
            assertHeld(session, 0, true);
        }
        assertThat(database.sent()).isEmpty();
    }

    // connection-model rows 155, 156
    @Test
    void one_from_the_first_statement_until_the_transaction_ends() {
        try (Session session = sessions.open()) {
            session.flush();
            assertHeld(session, 0, false);

            session.add(Driver.named("Ada"));
            session.flush();
            assertHeld(session, 1, true);
            session.commit();
            assertHeld(session, 0, false);

            session.scalars(select(DRIVER));
            assertHeld(session, 1, true);
            session.rollback();
            assertHeld(session, 0, false);

            session.get(DRIVER, 99L);
            assertHeld(session, 1, true);
            session.commit();

            session.execute(update(DRIVER).set(DRIVER.city, "Oslo").where(DRIVER.name.eq("Ada")));
            assertHeld(session, 1, true);
        }
    }

    @Test
    void none_for_an_object_at_hand() {
        sessions.run(session -> session.add(Driver.named("Ada")));
        try (Session session = sessions.open()) {
            Driver driver = session.scalars(select(DRIVER)).one();
            database.sent();

            assertThat(session.get(DRIVER, driver.id())).isSameAs(driver);

            assertThat(database.sent()).isEmpty();
        }
    }

    // connection-model 4.2: no automatic rollback
    @Test
    void one_still_after_a_statement_that_failed() {
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> session.scalars(Unsafe.sql("select 1 / 0")))
                    .isInstanceOf(DatabaseException.class);

            assertHeld(session, 1, true);
        }
    }

    @Test
    void none_between_the_queries_of_a_read() throws SQLException {
        sessions.run(session -> session.add(Driver.named("Ada")));
        database.sent();

        sessions.read(session -> {
            database.assertNothingHeld();
            Driver driver = session.scalars(select(DRIVER)).one();
            database.assertNothingHeld();
            database.assertServerSeesNobody();
            return session.get(DRIVER, driver.id());
        });

        assertThat(database.sent()).noneMatch(line -> line.startsWith("BEGIN") || line.equals("COMMIT"));
    }

    @Test
    void none_after_a_unit_of_work_that_returned_or_threw() {
        sessions.run(session -> session.add(Driver.named("Ada")));
        database.assertNothingHeld();

        assertThatThrownBy(() -> sessions.run(session -> {
                    session.add(Driver.named("Bob"));
                    session.flush();
                    throw new InterruptedException("as checked as can be");
                }))
                .isExactlyInstanceOf(InterruptedException.class);
        database.assertNothingHeld();

        assertThat(sessions.<Integer, RuntimeException>read(
                        session -> session.scalars(select(DRIVER)).size()))
                .isEqualTo(1);
    }

    @Test
    void carries_the_label_of_its_sessions() {
        Sessions labelled = sessions.labelled("GET /holds");

        labelled.run(session ->
                session.execute(insert(DRIVER).set(DRIVER.name, "Ada").set(DRIVER.city, "Oslo")));
        labelled.read(session -> session.get(TRIP, 1L));

        assertThat(database.engine().pool().orElseThrow().usage())
                .filteredOn(usage -> "GET /holds".equals(usage.label()))
                .extracting(usage -> usage.checkouts())
                .containsExactly(2L);
    }

    private void assertHeld(Session session, int connections, boolean inTransaction) {
        assertThat(database.checkedOut()).as("connections").isEqualTo(connections);
        assertThat(session.inTransaction()).as("in transaction").isEqualTo(inTransaction);
    }
}
