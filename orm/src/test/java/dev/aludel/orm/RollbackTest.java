package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.DatabaseException;
import dev.aludel.sql.Unsafe;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.3, rows 159 and 180
@DisplayNameGeneration(ReplaceUnderscores.class)
class RollbackTest {
    private final Database database = Database.postgres();
    private final Sessions sessions = database.sessions();
    private final Trip saved = Trip.coded("OSL-7", Driver.named("Ada"));

    @BeforeEach
    void save_a_trip() {
        sessions.run(session -> session.add(saved));
        database.sent();
    }

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void makes_added_objects_new_again() {
        try (Session session = sessions.open()) {
            Trip pending = Trip.coded("pending");
            Trip flushed = Trip.coded("flushed");
            session.add(flushed);
            session.flush();
            flushed.seats = 3;
            session.flush();
            session.add(pending);

            session.rollback();

            assertThat(session.contains(pending)).isFalse();
            assertThat(session.contains(flushed)).isFalse();
            assertThat(flushed.id).isNull();
            assertThat(flushed.revision).isZero();
            session.add(flushed);
            session.commit();
            assertThat(flushed.id).isNotNull();
        }
    }

    @Test
    void gives_changed_objects_the_values_that_they_had() {
        try (Session session = sessions.open()) {
            Trip trip = session.one(TRIP, saved.id());
            trip.seats = 3;
            session.flush();
            trip.seats = 4;
            trip.code = "BGO-1";

            session.rollback();

            assertThat(trip.seats).isZero();
            assertThat(trip.code).isEqualTo("OSL-7");
            assertThat(trip.revision).isZero();
            trip.seats = 5;
            session.commit();
        }
        assertThat(sessions.<Integer, RuntimeException>read(
                        session -> session.scalars(select(TRIP.seats)).scalarOne()))
                .isEqualTo(5);
    }

    @Test
    void takes_back_changes_made_outside_a_transaction() {
        try (Session session = sessions.open()) {
            Trip trip = session.one(TRIP, saved.id());
            session.commit();
            trip.seats = 3;

            session.rollback();

            assertThat(trip.seats).isZero();
        }
    }

    @Test
    void takes_back_what_a_statement_had_changed() {
        try (Session session = sessions.open()) {
            Driver driver = session.scalars(select(DRIVER)).one();
            session.execute(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            session.scalars(select(DRIVER));
            assertThat(driver.city).isEqualTo("Oslo");

            session.rollback();

            assertThat(driver.city).isEmpty();
        }
    }

    @Test
    void keeps_deleted_objects() {
        try (Session session = sessions.open()) {
            Trip trip = session.one(TRIP, saved.id());
            session.delete(trip);
            session.rollback();
            assertThat(session.contains(trip)).isTrue();

            session.delete(trip);
            session.flush();
            assertThat(session.contains(trip)).isFalse();
            session.rollback();

            assertThat(session.contains(trip)).isTrue();
            assertThat(session.one(TRIP, saved.id())).isSameAs(trip);
        }
    }

    @Test
    void brings_an_object_back_whose_row_a_statement_had_deleted() {
        try (Session session = sessions.open()) {
            Trip trip = session.one(TRIP, saved.id());
            trip.seats = 5;
            session.flush();
            session.execute(delete(TRIP).everywhere());
            assertThat(session.get(TRIP, saved.id())).isNull();
            assertThat(session.contains(trip)).isFalse();

            session.rollback();

            assertThat(trip.seats).isZero();
            assertThat(session.contains(trip)).isTrue();
            assertThat(session.one(TRIP, saved.id())).isSameAs(trip);
        }
    }

    @Test
    void brings_an_object_back_whose_row_was_gone_when_it_was_refreshed() {
        try (Session session = sessions.open()) {
            Trip trip = session.one(TRIP, saved.id());
            session.execute(delete(TRIP).everywhere());
            assertThatThrownBy(() -> session.refresh(trip)).isInstanceOf(NoSuchElementException.class);

            session.rollback();

            assertThat(session.one(TRIP, saved.id())).isSameAs(trip);
        }
    }

    @Test
    void makes_an_added_object_new_again_whose_row_a_statement_had_deleted() {
        try (Session session = sessions.open()) {
            Trip trip = Trip.coded("BGO-1");
            session.add(trip);
            session.flush();
            session.execute(delete(TRIP).everywhere());
            assertThat(session.get(TRIP, trip.id())).isNull();

            session.rollback();

            assertThat(trip.id).isNull();
            session.add(trip);
            session.commit();
            assertThat(trip.id).isNotNull();
        }
    }

    @Test
    void without_a_transaction_sends_nothing() {
        try (Session session = sessions.open()) {
            session.rollback();
            session.commit();
        }
        assertThat(database.sent()).isEmpty();
    }

    @Test
    void happens_when_a_session_is_closed_without_commit() {
        try (Session session = sessions.open()) {
            session.one(TRIP, saved.id()).seats = 3;
            session.flush();
        }
        assertThat(database.sent()).last().isEqualTo("ROLLBACK");
    }

    @Test
    void heals_a_transaction_that_a_statement_broke() {
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> session.scalars(Unsafe.sql("select 1 / 0")))
                    .isInstanceOf(DatabaseException.class);
            session.rollback();
            assertThat(session.one(TRIP, saved.id())).isNotNull();
        }
    }

    // connection-model row 170: what the database does not commit is not kept
    @Test
    void is_what_a_commit_ends_in_that_the_database_refuses() {
        database.elsewhere(Unsafe.statement(
                "alter table drivers add constraint one_name unique (name) deferrable initially deferred"));
        try (Session session = sessions.open()) {
            Driver twin = Driver.named("Ada");
            session.add(twin);

            assertThatThrownBy(session::commit).isInstanceOf(DatabaseException.class);

            database.assertNothingHeld();
            assertThat(session.inTransaction()).isFalse();
            assertThat(twin.id).isNull();
            twin.name = "Eve";
            session.add(twin);
            session.commit();
        }
    }
}
