package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

// connection-model 4.3, row 182
@DisplayNameGeneration(ReplaceUnderscores.class)
class TransactionBlockTest {
    private final Database database = Database.h2();
    private final Sessions sessions = database.sessions();

    @AfterEach
    void close() {
        database.assertNothingHeld();
        database.close();
    }

    @Test
    void commits_on_request() {
        try (Session session = sessions.open()) {
            try (SessionTransaction transaction = session.begin()) {
                session.add(Driver.named("Ada"));
                transaction.commit();
                assertThat(transaction.isActive()).isFalse();
                database.assertNothingHeld();
            }
            assertThat(session.inTransaction()).isFalse();
        }
        assertThat(names()).containsExactly("Ada");
    }

    @Test
    void rolls_back_when_it_is_left_without_commit() {
        try (Session session = sessions.open()) {
            try (SessionTransaction _ = session.begin()) {
                session.add(Driver.named("Ada"));
                session.flush();
            }
            database.assertNothingHeld();
            session.add(Driver.named("Bob"));
            session.commit();
        }
        assertThat(names()).containsExactly("Bob");
    }

    // connection-model row 158
    @Test
    void cannot_begin_within_a_transaction() {
        try (Session session = sessions.open()) {
            session.add(Driver.named("Ada"));
            assertThatThrownBy(session::begin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("begin() within a transaction, which began by begin(), or by itself at the first add,"
                            + " delete, get or query: call commit() or rollback() first");
            session.rollback();

            try (SessionTransaction _ = session.begin()) {
                assertThatThrownBy(session::begin).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    // connection-model row 178
    @Test
    void is_finished_once_and_for_all() {
        try (Session session = sessions.open()) {
            SessionTransaction committed = session.begin();
            committed.commit();
            assertThatThrownBy(committed::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this transaction is finished: it was committed already, and cannot be committed: begin"
                            + " another with session.begin()");
            assertThatThrownBy(committed::rollback)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this transaction was committed and cannot be rolled back: undo it by a new one");
            committed.close();

            SessionTransaction rolledBack = session.begin();
            rolledBack.rollback();
            rolledBack.rollback();
            assertThatThrownBy(rolledBack::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("it was rolled back already");
            rolledBack.close();
        }
    }

    // connection-model row 183
    @Test
    void refuses_work_after_it_has_ended() {
        try (Session session = sessions.open();
                SessionTransaction _ = session.begin()) {
            Driver driver = Driver.named("Ada");
            session.add(driver);
            session.commit();

            List<ThrowingCallable> uses = List.of(
                    () -> session.add(Driver.named("Bob")),
                    () -> session.delete(driver),
                    () -> session.scalars(select(DRIVER)),
                    session::flush,
                    session::begin);
            for (ThrowingCallable use : uses) {
                assertThatThrownBy(use)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(
                                "the transaction of this begin() block is finished, and what is done now would run in"
                                        + " another one: leave the block first");
            }
        }
        assertThat(names()).containsExactly("Ada");
    }

    @Test
    void is_ended_by_the_session_that_is_closed_inside() {
        Session session = sessions.open();
        SessionTransaction transaction = session.begin();
        session.close();

        transaction.close();

        assertThat(transaction.isActive()).isFalse();
    }

    @Test
    void lets_a_unit_of_work_roll_back_by_itself() {
        sessions.run(session -> {
            session.add(Driver.named("Ada"));
            session.rollback();
        });
        sessions.run(session -> {
            session.add(Driver.named("Bob"));
            session.commit();
        });

        assertThat(names()).containsExactly("Bob");
    }

    @Test
    void returns_the_value_of_a_unit_of_work() {
        Driver ada = sessions.call(session -> {
            Driver driver = Driver.named("Ada");
            session.add(driver);
            return driver;
        });

        assertThat(ada.id).isNotNull();
    }

    private List<String> names() {
        return sessions.read(session -> session.scalars(select(DRIVER.name)).all());
    }
}
