package dev.aludel.orm;

import static dev.aludel.orm.Country_.COUNTRY;
import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Employee_.EMPLOYEE;
import static dev.aludel.orm.Key_.KEY;
import static dev.aludel.orm.Lock_.LOCK;
import static dev.aludel.orm.Region_.REGION;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.ConstraintViolated;
import dev.aludel.sql.One;
import dev.aludel.sql.Sql;
import dev.aludel.sql.Unsafe;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.10
@DisplayNameGeneration(ReplaceUnderscores.class)
class FlushOrderTest {
    private final Database database = Database.postgres();
    private final Sessions sessions = database.sessions();

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void inserts_what_is_referred_to_first_and_its_generated_id_flows_on() {
        Driver driver = Driver.named("Ada");
        Trip trip = Trip.coded("OSL-7", driver);

        sessions.run(session -> {
            session.add(trip);
            assertThat(session.contains(driver)).isTrue();
        });

        assertThat(database.sent())
                .containsExactly(
                        "BEGIN (implicit)",
                        "INSERT INTO drivers (name, city) VALUES (?, ?) RETURNING drivers.id",
                        "INSERT INTO trips (code, seats, fare, driver_id, revision) VALUES (?, ?, ?, ?, ?)"
                                + " RETURNING trips.id",
                        "COMMIT");
        Trip found = sessions.read(session -> session.one(TRIP, trip.id()));
        assertThat(found.driverId()).isEqualTo(driver.id).isNotNull();
    }

    @Test
    void finds_new_objects_that_were_referred_to_after_their_owner_was_added() {
        Trip trip = Trip.coded("OSL-7");
        sessions.run(session -> {
            session.add(trip);
            trip.driver = One.of(Driver.named("Ada"));
            session.flush();
            trip.driver = One.of(Driver.named("Bob"));
        });

        assertThat(names()).containsExactly("Ada", "Bob");
        assertThat(driverOf(trip)).isEqualTo("Bob");
    }

    @Test
    void deletes_what_refers_first() {
        Driver driver = Driver.named("Ada");
        Trip trip = Trip.coded("OSL-7", driver);
        sessions.run(session -> {
            session.add(trip);
            session.flush();
            database.sent();
            session.delete(driver);
            session.delete(trip);
        });

        assertThat(database.sent())
                .containsExactly(
                        "DELETE FROM trips WHERE trips.id = ? AND trips.revision = ?",
                        "DELETE FROM drivers WHERE drivers.id = ?",
                        "COMMIT");
    }

    @Test
    void updates_only_what_has_changed() {
        Driver driver = Driver.named("Ada");
        sessions.run(session -> session.add(driver));
        database.sent();

        sessions.run(session -> {
            Driver found = session.one(DRIVER, driver.id());
            found.city = "Oslo";
            session.flush();
            session.flush();
        });

        assertThat(database.sent())
                .containsExactly(
                        "BEGIN (implicit)",
                        "SELECT drivers.id, drivers.name, drivers.city FROM drivers WHERE drivers.id = ?",
                        "UPDATE drivers SET city=? WHERE drivers.id = ?",
                        "COMMIT");
    }

    @Test
    void updates_rows_in_the_order_of_their_ids() {
        List<Driver> drivers = saved(List.of("A", "B", "C"));
        try (Session session = sessions.open()) {
            session.scalars(select(DRIVER).orderBy(DRIVER.id.desc())).forEach(driver -> driver.city = "Oslo");
            database.sent();
            session.commit();
        }

        assertThat(database.sentValues())
                .containsExactlyElementsOf(drivers.stream()
                        .map(driver -> "{'city': 'Oslo', 'id_1': " + driver.id + "}")
                        .toList());
    }

    // connection-model 4.10: consecutive inserts with the same columns are grouped
    @Test
    void inserts_many_rows_at_a_time_and_gives_each_its_id() {
        List<Driver> drivers =
                saved(IntStream.range(0, 1213).mapToObj(number -> "D" + number).toList());

        assertThat(database.sent())
                .filteredOn(line -> line.startsWith("INSERT"))
                .as("chunks of 1000, 100, 100, 10, 1, 1, 1")
                .hasSize(7);
        List<Driver> found = sessions.read(session ->
                session.scalars(select(DRIVER).orderBy(DRIVER.id.asc())).all());
        assertThat(found).hasSize(1213);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).id).isEqualTo(drivers.get(i).id);
            assertThat(found.get(i).name).isEqualTo(drivers.get(i).name);
        }
    }

    @Test
    void deletes_many_rows_at_a_time() {
        saved(List.of("A", "B", "C"));
        sessions.run(session -> {
            List<Driver> found = session.scalars(select(DRIVER)).all();
            database.sent();
            found.forEach(session::delete);
        });

        assertThat(database.sent()).containsExactly("DELETE FROM drivers WHERE drivers.id = ANY (?)", "COMMIT");
        assertThat(names()).isEmpty();
    }

    @Test
    void orders_objects_one_by_one_where_a_table_refers_to_itself() {
        Employee boss = Employee.named("boss");
        Employee middle = Employee.named("middle", boss);
        Employee worker = Employee.named("worker", middle);
        sessions.run(session -> {
            session.add(worker);
            session.add(Employee.named("lonely"));
        });

        assertThat(boss.id).isNotZero();
        sessions.run(session -> {
            Employee found = session.one(EMPLOYEE, worker.id);
            assertThat(found.bossId()).isEqualTo(middle.id);
            session.scalars(select(EMPLOYEE)).all().forEach(session::delete);
        });
        assertThat(sessions.<Integer, RuntimeException>read(
                        session -> session.scalars(select(EMPLOYEE)).size()))
                .isZero();
    }

    @Test
    void lets_a_row_refer_to_a_new_one_of_its_own_table() {
        Employee worker = Employee.named("worker");
        sessions.run(session -> session.add(worker));

        sessions.run(session -> {
            Employee found = session.one(EMPLOYEE, worker.id);
            found.boss = One.of(Employee.named("new boss"));
        });

        Employee found = sessions.read(session -> session.one(EMPLOYEE, worker.id));
        assertThat(found.bossId()).isNotEqualTo(worker.id);
    }

    @Test
    void orders_objects_one_by_one_where_tables_refer_to_each_other() {
        Lock lock = new Lock();
        lock.number = 1;
        Key key = new Key();
        key.number = 2;
        key.lock = One.of(lock);
        Sessions both = locksAndKeys();

        both.run(session -> {
            session.add(key);
            session.add(lock);
        });
        both.run(session -> {
            Lock found = session.one(LOCK, 1);
            found.key = One.of(session.one(KEY, 2));
        });
        both.run(session -> {
            Lock found = session.one(LOCK, 1);
            found.key = null;
            session.flush();
            session.delete(found);
            session.delete(session.one(KEY, 2));
        });

        assertThat(both.<Boolean, RuntimeException>read(session -> session.get(LOCK, 1) == null))
                .isTrue();
    }

    @Test
    void inserts_an_object_that_refers_to_itself_if_its_id_is_assigned() {
        Region norway = Region.of("NO", "Norway");
        norway.within = One.of(norway);
        Sessions regions = regions();
        regions.run(session -> session.add(norway));

        Region found = regions.read(session -> session.one(REGION, "NO"));
        assertThat(Objects.requireNonNull(found.within).idOrNull()).isEqualTo("NO");

        Employee self = Employee.named("self");
        self.boss = One.of(self);
        assertThatThrownBy(() -> sessions.run(session -> session.add(self)))
                .hasMessageStartingWith("objects to be inserted refer to each other in a circle (Employee)");
    }

    @Test
    void does_not_insert_an_object_with_an_assigned_id_because_it_is_referred_to() {
        Sessions regions = regions();
        regions.run(session -> session.add(Region.of("NO", "Norway")));
        Region detached = regions.read(session -> session.one(REGION, "NO"));
        Region oslo = Region.of("NO-03", "Oslo");
        oslo.within = One.of(detached);

        regions.run(session -> {
            session.add(oslo);
            assertThat(session.contains(detached)).isFalse();
        });

        Region found = regions.read(session -> session.one(REGION, "NO-03"));
        assertThat(Objects.requireNonNull(found.within).idOrNull()).isEqualTo("NO");
    }

    @Test
    void lets_the_database_refuse_a_reference_to_an_object_with_an_assigned_id_that_was_not_added() {
        Region oslo = Region.of("NO-03", "Oslo");
        oslo.within = One.of(Region.of("NO", "Norway"));

        assertThatThrownBy(() -> regions().run(session -> session.add(oslo)))
                .isInstanceOfSatisfying(
                        ConstraintViolated.class,
                        violated -> assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.FOREIGN_KEY));
    }

    @Test
    void gives_an_object_that_takes_a_row_over_the_version_of_the_row() {
        Sessions regions = regions();
        regions.run(session -> session.add(Region.of("NO", "Norway")));
        regions.run(session -> session.one(REGION, "NO").name = "Norge");
        Region same = Region.of("NO", "Norge");

        regions.run(session -> {
            session.delete(session.one(REGION, "NO"));
            session.add(same);
        });

        assertThat(same.revision).isEqualTo(1);
    }

    @Test
    void gives_such_an_object_its_own_version_back_at_rollback() {
        Sessions regions = regions();
        regions.run(session -> session.add(Region.of("NO", "Norway")));
        regions.run(session -> session.one(REGION, "NO").name = "Norge");
        Region same = Region.of("NO", "Noreg");

        try (Session session = regions.open()) {
            Region old = session.one(REGION, "NO");
            session.delete(old);
            session.add(same);
            session.flush();
            assertThat(same.revision).isEqualTo(2);

            session.rollback();

            assertThat(same.revision).isZero();
            assertThat(old.revision).isEqualTo(1);
            assertThat(session.contains(same)).isFalse();
            assertThat(session.one(REGION, "NO")).isSameAs(old);
        }
    }

    @Test
    void refuses_new_objects_that_refer_to_each_other_in_a_circle() {
        Employee one = Employee.named("one");
        Employee other = Employee.named("other", one);
        one.boss = One.of(other);

        assertThatThrownBy(() -> sessions.run(session -> session.add(one)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "objects to be inserted refer to each other in a circle (Employee), so none can be first: leave"
                                + " one reference unset, flush, then set it");
    }

    @Test
    void refuses_to_delete_rows_that_refer_to_each_other_in_a_circle() {
        Employee one = Employee.named("one");
        Employee other = Employee.named("other", one);
        sessions.run(session -> {
            session.add(other);
            session.flush();
            one.boss = One.of(other);
        });

        assertThatThrownBy(() -> sessions.run(
                        session -> session.scalars(select(EMPLOYEE)).all().forEach(session::delete)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "objects to be deleted refer to each other in a circle (Employee), so none can be first: unset"
                                + " one reference, flush, then delete");
    }

    @Test
    void sends_an_id_that_the_program_assigned() {
        sessions.run(session -> session.add(Country.of("NO", "Norway")));

        assertThat(database.sent()).contains("INSERT INTO countries (code, name) VALUES (?, ?)");
        Country found = sessions.read(session -> session.one(COUNTRY, "NO"));
        assertThat(found.getName()).isEqualTo("Norway");
    }

    // connection-model 4.10: "row switch"
    @Test
    void turns_an_insert_over_a_row_to_be_deleted_into_an_update() {
        sessions.run(session -> session.add(Country.of("NO", "Norway")));
        database.sent();

        sessions.run(session -> {
            Country old = session.one(COUNTRY, "NO");
            session.delete(old);
            session.add(Country.of("NO", "Norge"));
        });

        assertThat(database.sent())
                .contains("UPDATE countries SET name=? WHERE countries.code = ?")
                .noneMatch(line -> line.startsWith("DELETE") || line.startsWith("INSERT"));
        Country found = sessions.read(session -> session.one(COUNTRY, "NO"));
        assertThat(found.getName()).isEqualTo("Norge");
    }

    @Test
    void forgets_an_object_that_was_added_and_deleted() {
        sessions.run(session -> {
            Driver driver = Driver.named("Ada");
            session.add(driver);
            session.delete(driver);
        });

        assertThat(database.sent()).isEmpty();
    }

    @Test
    void keeps_an_object_that_was_deleted_and_added() {
        Driver driver = Driver.named("Ada");
        sessions.run(session -> {
            session.add(driver);
            session.flush();
            session.delete(driver);
            session.add(driver);
        });

        assertThat(names()).containsExactly("Ada");
    }

    private List<Driver> saved(List<String> names) {
        List<Driver> drivers = names.stream().map(Driver::named).toList();
        sessions.run(session -> drivers.forEach(session::add));
        return drivers;
    }

    private List<String> names() {
        return sessions.read(session ->
                session.scalars(select(DRIVER.name).orderBy(DRIVER.id.asc())).all());
    }

    private String driverOf(Trip trip) {
        return sessions.read(session -> {
            Trip found = session.one(TRIP, trip.id());
            return Objects.requireNonNull(session.get(DRIVER, found.driverId())).name;
        });
    }

    private Sessions regions() {
        Sql.createTables(REGION).forEach(database::elsewhere);
        return Sessions.on(database.engine(), REGION);
    }

    private Sessions locksAndKeys() {
        database.elsewhere(Unsafe.statement("create table locks (number integer primary key, key_id integer)"));
        database.elsewhere(Unsafe.statement(
                "create table door_keys (number integer primary key, lock_id integer references locks)"));
        database.elsewhere(Unsafe.statement("alter table locks add foreign key (key_id) references door_keys"));
        return Sessions.on(database.engine(), KEY, LOCK);
    }
}
