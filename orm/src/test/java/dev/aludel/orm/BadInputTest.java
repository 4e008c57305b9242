package dev.aludel.orm;

import static dev.aludel.orm.Country_.COUNTRY;
import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.EmptyTrip_.EMPTY_TRIP;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.ConstraintViolated;
import dev.aludel.engine.MappingMismatch;
import dev.aludel.sql.Column;
import dev.aludel.sql.One;
import dev.aludel.sql.Table;
import dev.aludel.sql.Types;
import dev.aludel.sql.Unsafe;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BadInputTest {
    private static final String NOT_REGISTERED =
            "dev.aludel.orm.EmptyTrip is not registered with these sessions, which know Trip, Driver, Employee,"
                    + " Country: annotate it with @Entity and name its table object in Sessions.on(engine, …)";

    private final Database database = Database.postgres();
    private final Sessions sessions = database.sessions();

    @AfterEach
    void nothing_is_left_behind() throws SQLException {
        database.assertNothingHeld();
        database.assertServerSeesNobody();
        database.close();
    }

    @Test
    void an_entity_that_is_not_registered_is_refused_by_name() {
        try (Session session = sessions.open()) {
            EmptyTrip trip = new EmptyTrip();
            List<ThrowingCallable> uses = List.of(
                    () -> session.add(trip),
                    () -> session.delete(trip),
                    () -> session.contains(trip),
                    () -> session.get(EMPTY_TRIP, 1L),
                    () -> session.scalars(select(EMPTY_TRIP)));
            for (ThrowingCallable use : uses) {
                assertThatThrownBy(use)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(NOT_REGISTERED);
            }
            assertThat(session.inTransaction()).isFalse();
        }
        assertThat(database.sent()).isEmpty();
    }

    @Test
    void an_unregistered_entity_in_a_pair_or_behind_a_reference_is_refused_as_well() {
        record Pair(Trip trip, Driver driver) {}
        sessions.run(session -> session.add(Trip.coded("OSL-7", Driver.named("Ada"))));
        Sessions tripsOnly = Sessions.on(database.engine(), TRIP);

        assertThatThrownBy(() -> tripsOnly.run(session -> session.scalars(select(TRIP, DRIVER)
                        .from(TRIP)
                        .join(DRIVER, TRIP.driver.eq(DRIVER.id))
                        .as(Pair::new))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "dev.aludel.orm.Driver is not registered with these sessions, which know Trip:");
        assertThatThrownBy(() -> tripsOnly.run(session -> session.add(Trip.coded("OSL-8", Driver.named("Bob")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dev.aludel.orm.Driver is not registered");
    }

    @Test
    void an_entity_that_is_registered_twice_is_refused() {
        assertThatThrownBy(() -> Sessions.on(database.engine(), TRIP, DRIVER, TRIP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Trip is registered twice: name each entity once in Sessions.on");
    }

    @Test
    void an_id_of_another_type_is_refused() {
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> session.get(TRIP, 7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the id of Trip is a Long, but was given as Integer: write 7L instead of 7");
            assertThatThrownBy(() -> session.get(COUNTRY, 7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the id of Country is a String, but was given as Integer");
        }
    }

    @Test
    void a_column_that_is_missing_is_named_at_the_first_statement() {
        database.elsewhere(Unsafe.statement("alter table trips drop column seats"));

        assertThatThrownBy(() -> sessions.run(session -> session.get(TRIP, 1L)))
                .isInstanceOf(MappingMismatch.class)
                .hasMessageContaining("column seats of table trips (entity Trip) is not in the database");
        assertThatThrownBy(() -> sessions.run(session -> session.add(Trip.coded("OSL-7"))))
                .isInstanceOf(MappingMismatch.class)
                .hasMessageContaining("column seats of table trips (entity Trip) is not in the database");
    }

    @Test
    void a_null_in_a_column_that_has_none_by_the_mapping_is_named() {
        database.elsewhere(Unsafe.statement("alter table drivers alter column city drop not null"));
        database.elsewhere(insert(DRIVER).set(DRIVER.name, "Ada"));

        assertThatThrownBy(() -> sessions.run(session -> session.scalars(select(DRIVER))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "drivers.city is NULL in the database, but its field in Driver is not @Nullable: annotate the"
                                + " field, or make the column NOT NULL");
    }

    @Test
    void a_null_in_a_primitive_column_is_named() {
        database.elsewhere(Unsafe.statement("alter table trips alter column seats drop not null"));
        database.elsewhere(insert(TRIP).set(TRIP.code, "OSL-7").set(TRIP.revision, 0));

        assertThatThrownBy(() -> sessions.run(session -> session.scalars(select(TRIP))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("trips.seats is NULL in the database, but its field in Trip is primitive: use its box and"
                        + " @Nullable, or make the column NOT NULL");
    }

    @Test
    void a_trigger_that_skips_rows_is_named_before_an_object_gets_the_id_of_another() {
        database.elsewhere(Unsafe.statement("create function skip_bob() returns trigger language plpgsql as"
                + " 'begin if new.name = ''Bob'' then return null; end if; return new; end'"));
        database.elsewhere(Unsafe.statement(
                "create trigger skip before insert on drivers for each row execute function skip_bob()"));
        Driver eve = Driver.named("Eve");

        assertThatThrownBy(() -> sessions.run(session -> {
                    session.add(Driver.named("Bob"));
                    for (int i = 0; i < 8; i++) session.add(Driver.named("Ada"));
                    session.add(eve);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "INSERT on table drivers was to insert 10 row(s), but the database gave 9 generated id(s): a"
                                + " trigger or rule of the table skips or adds rows. Execute insert(…) for such a table,"
                                + " or remove the trigger or rule");
        assertThat(eve.id).isNull();
    }

    @Test
    void another_table_object_of_an_entity_is_refused() {
        Archive archive = new Archive();
        String message = "table old_trips was given for Trip, but these sessions know it by another table object, of"
                + " table trips: use that one, or read the rows by engine.read";

        assertThatThrownBy(() -> sessions.run(session -> session.get(archive, 1L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> sessions.read(session -> session.scalars(select(archive))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /// A second table whose rows are trips.
    private static final class Archive extends Table<Trip> {
        private final Column<Trip, Long> id = column("id", Types.LONG, Column.Trait.ID);

        Archive() {
            super("old_trips", Trip.class);
        }

        @Override
        public Trip read(ResultSet row, int first) throws SQLException {
            Trip trip = new Trip();
            trip.id = id.read(row, first);
            return trip;
        }
    }

    @Test
    void a_broken_constraint_says_which() {
        Trip trip = Trip.coded("OSL-7");
        trip.driver = One.ofId(99L);

        assertThatThrownBy(() -> sessions.run(session -> session.add(trip)))
                .isInstanceOfSatisfying(ConstraintViolated.class, violated -> {
                    assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.FOREIGN_KEY);
                    assertThat(violated.getMessage()).doesNotContain("99").doesNotContain("OSL-7");
                });
    }

    @Test
    void an_assigned_id_that_is_in_the_session_already_is_refused() {
        try (Session session = sessions.open()) {
            session.add(Country.of("NO", "Norway"));
            session.flush();
            session.add(Country.of("NO", "Norge"));

            assertThatThrownBy(session::flush)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "a Country to be inserted has the id of another one in this session: change that object, or"
                                    + " use a free id");
        }
    }

    @Test
    void an_id_that_was_changed_is_refused() {
        sessions.run(session -> session.add(Country.of("NO", "Norway")));

        assertThatThrownBy(
                        () -> sessions.run(session -> session.one(COUNTRY, "NO").code("SE")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the id of a Country was changed, but it says which row the object is: restore it, and add a"
                                + " new object instead");
    }

    // ADR 0003
    @Test
    void a_closed_session_refuses_everything_but_close() {
        Session session = sessions.open();
        Driver driver = Driver.named("Ada");
        session.add(driver);
        session.flush();
        session.close();
        session.close();

        List<ThrowingCallable> uses = List.of(
                () -> session.add(driver),
                () -> session.delete(driver),
                () -> session.get(DRIVER, 1L),
                () -> session.refresh(driver),
                () -> session.contains(driver),
                () -> session.scalars(select(DRIVER)),
                () -> session.execute(update(DRIVER).set(DRIVER.city, "").everywhere()),
                session::flush,
                session::commit,
                session::rollback,
                session::begin,
                session::inTransaction);
        for (ThrowingCallable use : uses) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this session is closed: open another with sessions.open()");
        }
        assertThat(driver.name).isEqualTo("Ada");
    }

    @Test
    void a_statement_that_is_unfinished_is_refused_and_leaves_nothing_behind() {
        assertThatThrownBy(() ->
                        sessions.run(session -> session.execute(update(DRIVER).set(DRIVER.city, "Oslo"))))
                .isInstanceOf(IllegalStateException.class);
    }
}
