package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.EmptyTrip_.EMPTY_TRIP;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.One;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadSessionTest {
    private final Database database = Database.h2();
    private final Sessions sessions = database.sessions();

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void has_one_object_for_a_row_with_the_newest_values() {
        Driver ada = saved("Ada");

        sessions.read(session -> {
            Driver found = session.one(DRIVER, ada.id());
            database.elsewhere(update(DRIVER).set(DRIVER.city, "Oslo").everywhere());
            assertThat(found.city).isEmpty();

            assertThat(session.scalars(select(DRIVER)).one()).isSameAs(found);
            assertThat(found.city).isEqualTo("Oslo");
            return found;
        });
    }

    @Test
    void follows_a_reference() {
        Driver ada = saved("Ada");

        assertThat(sessions.<@Nullable Driver, RuntimeException>read(
                        session -> session.get(DRIVER, One.<Driver>ofId(ada.id()))))
                .extracting(found -> found.name)
                .isEqualTo("Ada");
        assertThat(sessions.<@Nullable Driver, RuntimeException>read(session -> session.get(DRIVER, One.of(ada))))
                .isSameAs(ada);
        assertThat(sessions.<@Nullable Driver, RuntimeException>read(
                        session -> session.get(DRIVER, One.<Driver>unset())))
                .isNull();
    }

    @Test
    void returns_null_for_a_row_that_is_not_there() {
        assertThat(sessions.<Boolean, RuntimeException>read(session -> session.get(DRIVER, 1L) == null))
                .isTrue();
        assertThatThrownBy(() -> sessions.read(session -> session.one(DRIVER, 1L)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("table drivers has no row with this id: use get(…), which returns null, if that may be");
    }

    @Test
    void refuses_a_query_that_writes() {
        assertThatThrownBy(() -> sessions.read(session -> session.scalars(insert(DRIVER)
                        .set(DRIVER.name, "Ada")
                        .set(DRIVER.city, "")
                        .returning(DRIVER.id))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("read takes a query that only reads");
        assertThat(sessions.<Integer, RuntimeException>read(
                        session -> session.scalars(select(DRIVER)).size()))
                .isZero();
    }

    @Test
    void refuses_what_is_not_registered_and_ids_of_another_type() {
        assertThatThrownBy(() -> sessions.read(session -> session.get(EMPTY_TRIP, 1L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dev.aludel.orm.EmptyTrip is not registered");
        assertThatThrownBy(() -> sessions.read(session -> session.get(DRIVER, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the id of Driver is a Long, but was given as Integer: write 7L instead of 7");
    }

    @Test
    void passes_on_what_the_work_throws() {
        assertThatThrownBy(() -> sessions.read(_ -> {
                    throw new IOException("quotes are closed");
                }))
                .isExactlyInstanceOf(IOException.class);
    }

    @Test
    void is_closed_when_the_work_has_returned() {
        List<ReadSession> kept = new ArrayList<>();
        sessions.read(kept::add);

        assertThatThrownBy(() -> kept.getFirst().get(DRIVER, 1L))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this session is closed: read what is needed within sessions.read");
    }

    private Driver saved(String name) {
        Driver driver = Driver.named(name);
        sessions.run(session -> session.add(driver));
        return driver;
    }
}
