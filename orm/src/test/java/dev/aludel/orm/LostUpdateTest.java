package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Quote_.QUOTE;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Unsafe;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// design 6: no silent lost update; connection-model 4.10
@DisplayNameGeneration(ReplaceUnderscores.class)
class LostUpdateTest {
    private final Database database = Database.postgres();
    private final Sessions sessions = database.sessions();
    private final Driver ada = Driver.named("Ada");
    private final Trip trip = Trip.coded("OSL-7", ada);

    @BeforeEach
    void save_a_trip() {
        sessions.run(session -> session.add(trip));
        database.sent();
    }

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void is_refused_by_the_version() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            found.seats = 3;
            sessions.run(other -> other.one(TRIP, trip.id()).seats = 5);

            assertThatThrownBy(session::commit)
                    .isInstanceOfSatisfying(StaleObject.class, stale -> {
                        assertThat(stale.entity()).isEqualTo(Trip.class);
                        assertThat(stale.id()).isEqualTo(trip.id);
                    })
                    .hasMessage("a Trip was to be changed, but another transaction, or a statement of this one, has"
                            + " changed or deleted its row since it was read: its version in the database is"
                            + " another, or the row is gone. Nothing was overwritten: roll back, get it again, and"
                            + " decide anew");
        }
        assertThat(seats()).isEqualTo(5);
    }

    @Test
    void does_not_happen_when_the_version_still_fits() {
        sessions.run(session -> {
            Trip found = session.one(TRIP, trip.id());
            found.seats = 3;
            session.flush();
            assertThat(found.revision).isEqualTo(1);
            found.seats = 4;
        });

        assertThat(database.sent())
                .filteredOn(line -> line.startsWith("UPDATE"))
                .containsExactly(
                        "UPDATE trips SET seats=?, revision=? WHERE trips.id = ? AND trips.revision = ?",
                        "UPDATE trips SET seats=?, revision=? WHERE trips.id = ? AND trips.revision = ?");
        Trip found = sessions.read(session -> session.one(TRIP, trip.id()));
        assertThat(found.revision).isEqualTo(2);
    }

    @Test
    void of_an_object_from_an_earlier_transaction_is_refused_by_the_version_too() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            session.commit();
            sessions.run(other -> other.one(TRIP, trip.id()).seats = 5);
            found.seats = 3;

            assertThatThrownBy(session::commit).isInstanceOf(StaleObject.class);

            session.rollback();
            session.one(TRIP, trip.id()).seats += 1;
            session.commit();
        }
        assertThat(seats()).isEqualTo(6);
    }

    @Test
    void of_a_stale_object_without_version_is_refused_by_what_would_be_overwritten() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.commit();
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            database.sent();
            found.city = "Bergen";

            assertThatThrownBy(session::commit)
                    .isInstanceOf(StaleObject.class)
                    .hasMessageContaining("the values to be replaced are others in the database, or the row is gone");

            assertThat(database.sent()).contains("UPDATE drivers SET city=? WHERE drivers.id = ? AND drivers.city = ?");
        }
        assertThat(city()).isEqualTo("Oslo");
    }

    @Test
    void is_none_where_a_stale_object_changes_another_column_than_the_other_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.commit();
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            found.name = "Eve";
            session.commit();
        }
        assertThat(city()).isEqualTo("Oslo");
    }

    @Test
    void of_a_stale_value_that_was_null_is_refused_as_well() {
        Sessions quotes = quotes();
        try (Session session = quotes.open()) {
            Quote found = session.one(QUOTE, "Q-1");
            session.commit();
            database.elsewhere(update(QUOTE).set(QUOTE.note, "theirs").everywhere());
            database.sent();
            found.note = "ours";

            assertThatThrownBy(session::commit).isInstanceOf(StaleObject.class);

            assertThat(database.sent())
                    .contains("UPDATE quotes SET note=? WHERE quotes.code = ? AND quotes.note IS NULL");
        }
        Quote found = quotes.read(session -> session.one(QUOTE, "Q-1"));
        assertThat(found.note).isEqualTo("theirs");
    }

    @Test
    void is_not_suspected_because_the_database_has_rounded_what_was_written() {
        Sessions quotes = quotes();
        try (Session session = quotes.open()) {
            Quote quote = session.one(QUOTE, "Q-1");
            quote.fare = new BigDecimal("1.005");
            session.commit();
            quote.fare = new BigDecimal("2.005");
            session.commit();
            quote.fare = BigDecimal.ONE;
            session.flush();
            session.rollback();
            quote.fare = BigDecimal.TEN;
            session.commit();
        }
        Quote found = quotes.read(session -> session.one(QUOTE, "Q-1"));
        assertThat(found.fare).isEqualByComparingTo("10");
    }

    @Test
    void of_a_value_that_may_be_rounded_is_refused_once_it_was_read() {
        try (Session session = quotes().open()) {
            Quote quote = session.one(QUOTE, "Q-1");
            quote.fare = new BigDecimal("1.005");
            session.commit();
            session.refresh(quote);
            assertThat(quote.fare).isEqualTo(new BigDecimal("1.01"));
            session.commit();
            database.elsewhere(update(QUOTE).set(QUOTE.fare, BigDecimal.TWO).everywhere());
            quote.fare = BigDecimal.TEN;

            assertThatThrownBy(session::commit).isInstanceOf(StaleObject.class);
        }
    }

    @Test
    void cannot_come_from_a_statement_of_the_same_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.execute(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            found.city = "Bergen";

            assertThatThrownBy(session::flush).isInstanceOf(StaleObject.class);
        }
    }

    @Test
    void a_version_that_still_fits_proves_nothing_after_a_statement_that_does_not_count_it() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            session.execute(update(TRIP).set(TRIP.code, "BGO-1").everywhere());
            found.seats = 3;
            session.flush();

            assertThat(session.one(TRIP, trip.id()).code).isEqualTo("BGO-1");
            assertThat(found.seats).isEqualTo(3);
        }
    }

    @Test
    void of_a_row_that_is_gone_is_refused() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            database.elsewhere(delete(TRIP).everywhere());
            database.elsewhere(delete(DRIVER).everywhere());
            found.city = "Bergen";

            assertThatThrownBy(session::flush).isInstanceOf(StaleObject.class);
        }
    }

    @Test
    void by_a_delete_is_refused_by_the_version() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            sessions.run(other -> other.one(TRIP, trip.id()).seats = 5);
            session.delete(found);

            assertThatThrownBy(session::commit)
                    .isInstanceOf(StaleObject.class)
                    .hasMessageStartingWith("a Trip was to be deleted, but");
        }
        assertThat(seats()).isEqualTo(5);
    }

    // the UPDATE is the model's: Session says that @Version is the means against this
    @Test
    void without_a_version_happens_to_an_object_that_was_read_in_the_same_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            sessions.run(other -> other.one(DRIVER, ada.id()).city = "Oslo");
            found.city = "Bergen";
            database.sent();
            session.commit();

            assertThat(database.sent()).contains("UPDATE drivers SET city=? WHERE drivers.id = ?");
        }
        assertThat(city()).isEqualTo("Bergen");
    }

    @Test
    void without_a_version_happens_by_a_delete_even_of_a_stale_object() {
        database.elsewhere(delete(TRIP).everywhere());
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.commit();
            sessions.run(other -> other.one(DRIVER, ada.id()).city = "Oslo");
            session.delete(found);
            session.commit();
        }
        List<Driver> drivers =
                sessions.read(session -> session.scalars(select(DRIVER)).all());
        assertThat(drivers).isEmpty();
    }

    @Test
    void is_none_if_a_row_to_be_deleted_is_gone_but_it_is_logged() {
        try (LogLines log = LogLines.of(Session.class.getName());
                Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            database.elsewhere(delete(TRIP).everywhere());
            database.elsewhere(delete(DRIVER).everywhere());
            session.delete(found);
            session.commit();

            assertThat(log.messages())
                    .containsExactly("DELETE on table drivers expected to remove 1 row(s), 0 were there: another"
                            + " transaction, or a statement of this one, was first");
        }
    }

    /// Sessions that know one quote, without fare and note.
    private Sessions quotes() {
        database.elsewhere(
                Unsafe.statement("create table quotes (code varchar primary key, fare numeric(10, 2), note varchar)"));
        Sessions quotes = Sessions.on(database.engine(), QUOTE);
        quotes.run(session -> session.add(Quote.coded("Q-1")));
        return quotes;
    }

    private int seats() {
        return sessions.read(session -> session.scalars(select(TRIP.seats)).scalarOne());
    }

    private String city() {
        return sessions.read(session -> session.scalars(select(DRIVER.city)).scalarOne());
    }
}
