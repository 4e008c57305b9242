package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Trip_.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.sql.Unsafe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.5, row 160
@DisplayNameGeneration(ReplaceUnderscores.class)
class AutoflushTest {
    private final Database database = Database.postgres();
    private final Session session = database.sessions().open();

    @AfterEach
    void close() {
        session.close();
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void comes_before_a_query_of_the_table() {
        session.add(Driver.named("Ada"));

        assertThat(session.scalars(select(count()).from(DRIVER)).scalarOne()).isEqualTo(1);
    }

    @Test
    void does_not_come_before_a_query_of_another_table() {
        session.add(Driver.named("Ada"));

        session.scalars(select(count()).from(TRIP));

        assertThat(database.sent()).noneMatch(line -> line.startsWith("INSERT"));
    }

    @Test
    void brings_along_what_its_rows_depend_on() {
        session.add(Trip.coded("OSL-7", Driver.named("Ada")));

        assertThat(session.scalars(select(count()).from(TRIP)).scalarOne()).isEqualTo(1);

        assertThat(database.sent())
                .filteredOn(line -> line.startsWith("INSERT"))
                .hasSize(2);
    }

    @Test
    void brings_along_deletes_of_what_refers_to_rows_to_be_deleted() {
        Driver driver = Driver.named("Ada");
        Trip trip = Trip.coded("OSL-7", driver);
        session.add(trip);
        session.commit();
        session.delete(driver);
        session.delete(trip);

        assertThat(session.scalars(select(count()).from(DRIVER)).scalarOne()).isZero();
    }

    @Test
    void comes_before_a_get_that_misses_and_not_before_one_that_hits() {
        Driver ada = Driver.named("Ada");
        session.add(ada);
        session.flush();
        session.add(Driver.named("Bob"));
        database.sent();

        session.one(DRIVER, ada.id());
        assertThat(database.sent()).isEmpty();

        session.get(DRIVER, 99L);
        assertThat(database.sent()).first().asString().startsWith("INSERT");
    }

    @Test
    void writes_everything_before_a_statement_whose_tables_are_unknown() {
        session.add(Driver.named("Ada"));

        assertThat(session.scalars(Unsafe.sql("select count(*) from drivers")).scalarOne())
                .isEqualTo(1L);
    }

    @Test
    void comes_before_a_statement_that_changes_the_table() {
        Driver ada = Driver.named("Ada");
        session.add(ada);

        assertThat(session.execute(update(DRIVER).set(DRIVER.city, "Oslo").everywhere()))
                .isEqualTo(1);
        session.one(DRIVER, ada.id());
        assertThat(ada.city).isEqualTo("Oslo");
    }

    @Test
    void comes_before_a_query_that_writes_whose_rows_the_objects_take() {
        Driver ada = Driver.named("Ada");
        session.add(ada);
        session.commit();
        session.refresh(ada);
        ada.name = "Eve";

        Driver returned = session.scalars(
                        update(DRIVER).set(DRIVER.city, "Oslo").everywhere().returning(DRIVER))
                .one();

        assertThat(returned).isSameAs(ada);
        assertThat(ada.name).isEqualTo("Eve");
        assertThat(ada.city).isEqualTo("Oslo");
        session.rollback();
        assertThat(ada.name).isEqualTo("Ada");
        assertThat(ada.city).isEmpty();
    }

    @Test
    void comes_before_raw_SQL_that_writes_whose_rows_the_objects_take() {
        Driver ada = Driver.named("Ada");
        session.add(ada);
        session.flush();

        session.scalars(Unsafe.sql("update drivers set city = 'Oslo' returning id, name, city")
                .as(DRIVER));

        assertThat(ada.city).isEqualTo("Oslo");
    }

    @Test
    void finds_changed_objects_too() {
        Driver ada = Driver.named("Ada");
        session.add(ada);
        session.flush();
        ada.city = "Oslo";

        assertThat(session.scalars(select(DRIVER.city)).scalarOne()).isEqualTo("Oslo");
    }
}
