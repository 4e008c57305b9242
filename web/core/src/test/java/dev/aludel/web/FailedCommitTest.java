package dev.aludel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.engine.Engine;
import dev.aludel.orm.Session;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FakeDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A handler said that all is well, and then the commit failed: its answer must not go out.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FailedCommitTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool =
            Pool.of(settings -> settings.connections(database::connect).size(1));
    private final Sessions sessions = Sessions.on(Engine.of(pool, Dialects.POSTGRESQL));
    private final RequestSessions requests = RequestSessions.of(sessions);
    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestSessions.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.setAdditive(false);
        logger.addAppender(log);
    }

    @AfterEach
    void nothing_is_left_behind() {
        logger.detachAppender(log);
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
        assertThat(database.open()).isZero();
    }

    @Test
    void a_refused_commit_is_answered_by_500_that_claims_nothing_of_what_was_committed_before() {
        database.next("commit").fails(new SQLException("duplicate key (email)=(ada@example.org)", "23505"));
        Answer answer = save();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.headers()).isEmpty();
        assertThat(answer.body()).isEqualTo("Your last change was not saved.");
    }

    @Test
    void a_conflict_is_answered_by_503_and_left_to_the_user_to_repeat() {
        database.next("commit").fails("40001");
        Answer answer = save();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).isEmpty();
        assertThat(answer.body()).isEqualTo("Your last change was not saved; another attempt may succeed.");
    }

    // F03
    @Test
    void a_connection_lost_during_the_commit_is_answered_by_503_that_claims_no_rollback() {
        database.next("commit").losesConnection();
        Answer answer = save();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).isEmpty();
        assertThat(answer.body())
                .startsWith("It is not known whether your change was saved")
                .doesNotContain("not saved", "nothing was changed", "rolled back");
    }

    @Test
    void a_driver_that_breaks_during_the_commit_leaves_the_outcome_unknown() {
        database.next("commit").fails(new IllegalStateException("a bug of the driver"));
        Answer answer = save();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).startsWith("It is not known whether your change was saved");
    }

    @Test
    void an_error_during_the_commit_leaves_the_outcome_unknown() {
        database.next("commit").fails(new OutOfMemoryError("no heap"));
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            assertThatThrownBy(() -> scope.finish(200)).isInstanceOf(OutOfMemoryError.class);
            assertThat(scope.fail(new OutOfMemoryError("no heap")))
                    .hasValueSatisfying(answer ->
                            assertThat(answer.body()).startsWith("It is not known whether your change was saved"));
        }
        assertThat(log.list)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getThrowableProxy().getClassName()).isEqualTo("java.lang.OutOfMemoryError"));
    }

    @Test
    void a_session_that_refuses_to_close_does_not_take_a_commit_back() {
        Session session = sessions.open();
        try (RequestScope scope = new RequestScope(requests, "POST /notes", session, refusal(session))) {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            assertThat(scope.finish(200)).isEmpty();
            assertThat(scope.finish(200)).as("again").isEmpty();
        }
        assertThat(database.calls("commit")).isEqualTo(1);
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getFormattedMessage())
                    .isEqualTo("POST /notes: the request has ended, but its session could not be closed");
        });
    }

    @Test
    void a_session_that_refuses_to_close_does_not_hide_a_failed_commit() {
        database.next("commit").fails("40001");
        Session session = sessions.open();
        try (RequestScope scope = new RequestScope(requests, "POST /notes", session, refusal(session))) {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            assertThat(scope.finish(200))
                    .hasValueSatisfying(answer -> assertThat(answer.body()).endsWith("another attempt may succeed."));
        }
    }

    /// As when another thread is inside: the session is closed all the same, by that one.
    private static Runnable refusal(Session session) {
        return () -> {
            session.close();
            throw new IllegalStateException("a session is used by two threads at once");
        };
    }

    @Test
    void the_failure_goes_to_the_log_with_its_route() {
        database.next("commit").fails("40001");
        save();
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getFormattedMessage())
                    .isEqualTo("POST /notes: the commit failed and the answer was replaced");
            assertThat(event.getThrowableProxy().getClassName()).isEqualTo("dev.aludel.engine.TransactionRolledBack");
        });
    }

    @Test
    void a_second_end_gives_the_same_answer() {
        database.next("commit").fails("40001");
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            assertThat(scope.finish(200)).isPresent().isEqualTo(scope.finish(200));
        }
        assertThat(database.calls("commit")).isEqualTo(1);
    }

    private Answer save() {
        try (RequestScope scope = requests.open("POST /notes")) {
            scope.session().execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            return scope.finish(200).orElseThrow();
        }
    }
}
