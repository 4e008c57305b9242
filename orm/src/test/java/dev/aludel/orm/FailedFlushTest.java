package dev.aludel.orm;

import static dev.aludel.orm.Country_.COUNTRY;
import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.ConstraintViolated;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.4, with its gap closed
@DisplayNameGeneration(ReplaceUnderscores.class)
class FailedFlushTest {
    private final Database database = Database.postgres();
    private final Sessions sessions = database.sessions();

    @BeforeEach
    void save_two_countries() {
        sessions.run(session -> {
            session.add(Country.of("NO", "Norway"));
            session.add(Country.of("SE", "Sweden"));
        });
        database.sent();
    }

    @AfterEach
    void nothing_is_left_behind() throws SQLException {
        database.assertNothingHeld();
        database.assertServerSeesNobody();
        database.close();
    }

    @Test
    void rolls_back_and_gives_the_connection_back_at_once() throws SQLException {
        try (Session session = sessions.open()) {
            fail(session);

            assertThat(database.sent()).last().isEqualTo("ROLLBACK");
            assertThat(session.inTransaction()).isTrue();
            database.assertNothingHeld();
            database.assertServerSeesNobody();
        }
    }

    // connection-model row 176
    @Test
    void answers_every_use_with_the_original_failure_until_rollback() {
        try (Session session = sessions.open()) {
            Driver driver = fail(session);

            List<ThrowingCallable> uses = List.of(
                    () -> session.add(driver),
                    () -> session.delete(driver),
                    () -> session.get(DRIVER, 1L),
                    () -> session.scalars(select(DRIVER)),
                    () -> session.contains(driver),
                    () -> session.refresh(driver),
                    session::flush,
                    session::commit,
                    session::begin);
            for (ThrowingCallable use : uses) {
                assertThatThrownBy(use)
                        .isInstanceOf(RollbackRequired.class)
                        .hasMessageStartingWith(
                                "the transaction of this session was rolled back when a flush failed: call"
                                        + " rollback() to begin anew, or close the session. The flush failed with: the unique key")
                        .hasCauseInstanceOf(ConstraintViolated.class);
            }

            session.rollback();

            session.add(driver);
            session.commit();
            assertThat(driver.id).isNotNull();
        }
    }

    @Test
    void makes_objects_new_again_that_it_had_inserted() {
        try (Session session = sessions.open()) {
            Driver driver = fail(session);

            assertThat(driver.id).isNull();
        }
    }

    // connection-model row 177
    @Test
    void drops_changes_made_before_rollback_and_says_so() {
        try (LogLines log = LogLines.of(Session.class.getName());
                Session session = sessions.open()) {
            Country country = session.one(COUNTRY, "NO");
            fail(session);
            country.setName("Norge");

            session.rollback();

            assertThat(country.getName()).isEqualTo("Norway");
            assertThat(log.messages())
                    .containsExactly(
                            "objects were changed after a failed flush and before rollback(): these changes are"
                                    + " discarded");
        }
    }

    @Test
    void ends_a_unit_of_work_with_its_own_error() {
        assertThatThrownBy(() -> sessions.run(session -> {
                    session.add(Driver.named("Ada"));
                    session.add(Country.of("SE", "Sverige"));
                }))
                .isInstanceOfSatisfying(ConstraintViolated.class, violated -> {
                    assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.UNIQUE);
                    assertThat(violated.getMessage()).doesNotContain("Sverige");
                });

        assertThat(sessions.<Integer, RuntimeException>read(
                        session -> session.scalars(select(DRIVER)).size()))
                .isZero();
    }

    @Test
    void in_a_block_is_healed_by_leaving_it() {
        try (Session session = sessions.open()) {
            assertThatThrownBy(() -> {
                        try (SessionTransaction transaction = session.begin()) {
                            session.add(Country.of("SE", "Sverige"));
                            transaction.commit();
                        }
                    })
                    .isInstanceOf(ConstraintViolated.class);

            session.add(Driver.named("Ada"));
            session.commit();
        }
    }

    /// Fails after the driver was inserted, and before the country is.
    private static Driver fail(Session session) {
        Driver driver = Driver.named("Ada");
        session.add(driver);
        session.add(Country.of("SE", "Sverige"));
        assertThatThrownBy(session::flush).isInstanceOf(ConstraintViolated.class);
        return driver;
    }
}
