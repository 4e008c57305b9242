package dev.aludel.web;

import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.web.Note_.NOTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.engine.Engine;
import dev.aludel.orm.Session;
import dev.aludel.orm.Sessions;
import dev.aludel.orm.StaleObject;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import dev.aludel.sql.Unsafe;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// One session per request, on H2.
@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestScopeTest {
    private final Engine engine = Engine.create("h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    private final RequestSessions requests = RequestSessions.of(Sessions.on(engine, NOTE));

    @BeforeEach
    void create_the_table() {
        engine.run(connection -> connection.execute(createTable(NOTE)));
    }

    @AfterEach
    void nothing_is_left_behind() {
        assertThat(pool().checkedOut()).isZero();
        engine.close();
    }

    @Test
    void holds_no_connection_before_the_first_statement() {
        long before = pool().checkouts();
        try (RequestScope scope = requests.open("GET /nothing")) {
            assertThat(pool().checkedOut()).isZero();
            assertThat(scope.finish(200)).isEmpty();
        }
        assertThat(pool().checkouts()).isEqualTo(before);
    }

    @Test
    void commits_at_the_end_and_gives_the_connection_back() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("hello"));
            assertThat(scope.finish(201)).isEmpty();
            assertThat(pool().checkedOut()).isZero();
        }
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void commits_when_the_user_is_to_blame() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("a failed login, kept"));
            assertThat(scope.finish(403)).isEmpty();
        }
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void rolls_back_when_the_service_is_to_blame() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("lost"));
            scope.session().flush();
            assertThat(scope.finish(500)).isEmpty();
        }
        assertThat(notes()).isZero();
    }

    @Test
    void rolls_back_when_the_handler_throws_and_leaves_the_failure_to_the_host() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("lost"));
            scope.session().flush();
            assertThat(scope.fail(new IllegalStateException("a bug"))).isEmpty();
        }
        assertThat(notes()).isZero();
    }

    @Test
    void rolls_back_when_it_is_closed_without_an_end() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("lost"));
            scope.session().flush();
        }
        assertThat(notes()).isZero();
    }

    @Test
    void refuses_statements_after_its_end() {
        try (RequestScope scope = requests.open("GET /notes")) {
            scope.finish(200);
            assertThatThrownBy(() -> scope.session().scalars(select(NOTE)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void ends_once() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("hello"));
            assertThat(scope.finish(200)).isEmpty();
            assertThat(scope.finish(500)).isEmpty();
            assertThat(scope.fail(new IllegalStateException("after the end"))).isEmpty();
        }
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void answers_409_when_somebody_else_has_changed_the_row_meanwhile() {
        try (RequestScope scope = requests.open("PUT /notes/{id}")) {
            changeWhatIsGone(scope.session());
            assertThat(scope.finish(200)).hasValueSatisfying(answer -> {
                assertThat(answer.status()).isEqualTo(409);
                assertThat(answer.headers()).isEmpty();
                assertThat(answer.body()).startsWith("Your last change was not saved: somebody else");
            });
            assertThat(scope.finish(200))
                    .as("again")
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(409));
        }
    }

    @Test
    void answers_500_when_the_handler_ignored_that_its_changes_were_refused() {
        try (RequestScope scope = requests.open("PUT /notes/{id}")) {
            changeWhatIsGone(scope.session());
            assertThatThrownBy(() -> scope.session().flush()).isInstanceOf(StaleObject.class);
            assertThat(scope.finish(200))
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(500));
            assertThat(scope.finish(200)).as("again").isPresent();
        }
    }

    @Test
    void never_claims_success_after_a_failure() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("lost"));
            assertThat(scope.fail(new IllegalStateException("a bug"))).isEmpty();
            assertThat(scope.finish(200))
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(500));
        }
        assertThat(notes()).isZero();
    }

    @Test
    void keeps_to_a_replaced_answer_whatever_the_handler_throws_then() {
        try (RequestScope scope = requests.open("PUT /notes/{id}")) {
            changeWhatIsGone(scope.session());
            var answer = scope.finish(200);
            assertThat(answer).isPresent();
            assertThat(scope.fail(new IllegalStateException("later"))).isEqualTo(answer);
        }
    }

    @Test
    void takes_its_own_commits() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().add(Note.saying("first"));
            scope.session().commit();
            scope.session().add(Note.saying("second"));
            assertThat(scope.finish(500)).isEmpty();
        }
        assertThat(notes()).as("what the handler committed itself stays").isEqualTo(1);
    }

    @Test
    void carries_the_route_to_the_pool() {
        try (RequestScope scope = requests.open("GET /notes/{id}")) {
            scope.session().get(NOTE, 1L);
            scope.finish(200);
        }
        assertThat(engine.pool().orElseThrow().usage()).extracting(Usage::label).contains("GET /notes/{id}");
    }

    @Test
    void reads_give_the_connection_back_after_each_statement() {
        var answer = requests.read("GET /notes", session -> {
            session.scalars(select(NOTE)).all();
            assertThat(pool().checkedOut()).isZero();
        });
        assertThat(answer).isEmpty();
    }

    /// Changes a note that another transaction has deleted since it was read.
    private void changeWhatIsGone(Session session) {
        Note note = Note.saying("here");
        session.add(note);
        session.commit();
        session.refresh(note);
        engine.run(connection -> connection.execute(Unsafe.statement("DELETE FROM notes")));
        note.text = "gone";
    }

    private long notes() {
        return engine.read(select(count()).from(NOTE)).one();
    }

    private PoolSnapshot pool() {
        return engine.pool().orElseThrow().snapshot();
    }
}
