package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.One;
import dev.aludel.sql.Unsafe;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.7
@DisplayNameGeneration(ReplaceUnderscores.class)
class IdentityMapTest {
    private final Database database = Database.h2();
    private final Sessions sessions = database.sessions();
    private final Driver ada = Driver.named("Ada");
    private final Trip trip = Trip.coded("OSL-7", ada);

    @BeforeEach
    void save_a_trip() {
        sessions.run(session -> session.add(trip));
    }

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void has_one_object_for_a_row_however_it_is_read() {
        record Pair(Trip trip, Driver driver) {}
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());

            assertThat(session.scalars(select(TRIP)).one()).isSameAs(found);
            assertThat(session.scalars(Unsafe.sql("select id, code, seats, fare, driver_id, revision from trips")
                                    .as(TRIP))
                            .one())
                    .isSameAs(found);
            Pair pair = session.scalars(select(TRIP, DRIVER)
                            .from(TRIP)
                            .join(DRIVER, TRIP.driver.eq(DRIVER.id))
                            .as(Pair::new))
                    .one();
            assertThat(pair.trip()).isSameAs(found);
            assertThat(pair.driver()).isSameAs(session.one(DRIVER, ada.id()));
        }
    }

    @Test
    void follows_a_reference_by_its_object_or_by_its_id() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            database.sent();

            assertThat(session.get(DRIVER, session.one(TRIP, trip.id()).driver)).isSameAs(found);
            assertThat(session.get(DRIVER, One.of(found))).isSameAs(found);
            assertThat(session.get(DRIVER, One.<Driver>unset())).isNull();
            assertThat(session.get(DRIVER, One.<Driver>ofId(99L))).isNull();
            assertThat(session.get(DRIVER, new Trip().driver)).isNull();
        }
    }

    @Test
    void has_other_objects_than_another_session() {
        Trip one = sessions.call(session -> session.one(TRIP, trip.id()));
        Trip other = sessions.call(session -> session.one(TRIP, trip.id()));

        assertThat(one).isNotSameAs(other);
        assertThat(one.code).isEqualTo(other.code);
    }

    @Test
    void keeps_what_was_loaded_when_the_row_is_read_again_in_the_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());

            session.scalars(select(DRIVER));

            assertThat(found.city).isEmpty();
        }
    }

    // design 6: objects stay readable and are stale
    @Test
    void refreshes_a_stale_object_at_the_first_get_of_the_next_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.commit();
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            assertThat(found.city).isEmpty();

            assertThat(session.one(DRIVER, ada.id())).isSameAs(found);

            assertThat(found.city).isEqualTo("Oslo");
            database.sent();
            session.one(DRIVER, ada.id());
            assertThat(database.sent()).isEmpty();
        }
    }

    @Test
    void refreshes_stale_objects_in_the_first_query_of_the_next_transaction() {
        try (Session session = sessions.open()) {
            Driver found = session.one(DRIVER, ada.id());
            session.rollback();
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());

            session.scalars(select(DRIVER));

            assertThat(found.city).isEqualTo("Oslo");
        }
    }

    @Test
    void forgets_a_stale_object_whose_row_is_gone() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            session.commit();
            database.elsewhere(delete(TRIP).everywhere());

            assertThat(session.get(TRIP, trip.id())).isNull();
            assertThat(session.contains(found)).isFalse();
        }
    }

    @Test
    void marks_stale_what_a_statement_may_have_changed() {
        try (Session session = sessions.open()) {
            Driver driver = session.one(DRIVER, ada.id());
            Trip found = session.one(TRIP, trip.id());

            assertThat(session.execute(update(DRIVER).set(DRIVER.city, "Oslo").everywhere()))
                    .isEqualTo(1);
            database.sent();
            session.one(DRIVER, ada.id());
            session.one(TRIP, trip.id());

            assertThat(driver.city).isEqualTo("Oslo");
            assertThat(database.sent()).hasSize(1);
            session.execute(Unsafe.statement("update trips set code = 'BGO-1'"));
            session.scalars(select(TRIP));
            assertThat(found.code).isEqualTo("BGO-1");
        }
    }

    @Test
    void takes_in_what_a_changing_query_returns() {
        try (Session session = sessions.open()) {
            Driver driver = session.scalars(insert(DRIVER)
                            .set(DRIVER.name, "Bob")
                            .set(DRIVER.city, "")
                            .returning(DRIVER))
                    .one();
            driver.city = "Bergen";
            session.commit();
        }

        assertThat(sessions.<List<String>, RuntimeException>read(
                        session -> session.scalars(select(DRIVER.city).orderBy(DRIVER.city.desc()))
                                .all()))
                .containsExactly("Bergen", "");
    }

    @Test
    void reads_an_object_again_on_request_and_drops_its_changes() {
        try (Session session = sessions.open()) {
            Driver driver = session.one(DRIVER, ada.id());
            driver.name = "Bob";
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());

            session.refresh(driver);

            assertThat(driver.name).isEqualTo("Ada");
            assertThat(driver.city).isEqualTo("Oslo");
        }
    }

    @Test
    void says_so_if_the_row_to_read_again_is_gone() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            database.elsewhere(delete(TRIP).everywhere());

            assertThatThrownBy(() -> session.refresh(found))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage(
                            "the row of a Trip is gone: another transaction, or a statement of this one, has deleted"
                                    + " it, and the object is no longer one of this session");
        }
    }

    @Test
    void keeps_a_loaded_reference_when_its_owner_is_refreshed() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());
            found.driver = One.of(session.one(DRIVER, ada.id()));
            session.commit();

            session.one(TRIP, trip.id());

            assertThat(Objects.requireNonNull(found.driver).get().name).isEqualTo("Ada");
        }
    }

    @Test
    void knows_which_objects_are_in_the_session() {
        try (Session session = sessions.open()) {
            Trip found = session.one(TRIP, trip.id());

            assertThat(session.contains(found)).isTrue();
            assertThat(session.contains(trip)).isFalse();
            assertThat(session.contains(Trip.coded("new"))).isFalse();
            session.delete(found);
            assertThat(session.contains(found)).isFalse();
            assertThat(session.get(TRIP, trip.id())).isNull();
        }
    }

    // connection-model row 163
    @Test
    void refuses_an_object_of_another_session() {
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> session.add(trip))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a Trip that has an id already was added");
            assertThatThrownBy(() -> session.delete(trip))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a Trip that is not in this session was to be deleted");
            assertThatThrownBy(() -> session.refresh(trip))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a Trip that has no row in this session was to be refreshed");
        }
    }
}
