package dev.aludel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.engine.Engine;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// No connection in time: the user gets 503, the operator the explanation, once.
@DisplayNameGeneration(ReplaceUnderscores.class)
class BusyPoolTest {
    private final FakeDatabase database = new FakeDatabase();
    private final VirtualClock clock = new VirtualClock();
    private final Pool pool = Pool.of(settings ->
            settings.connections(database::connect).name("trips").size(1).timeout(Duration.ofMillis(1)));
    private final Engine engine = Engine.of(pool, Dialects.POSTGRESQL, options -> options.ticker(clock));
    private final RequestSessions requests = RequestSessions.of(Sessions.on(engine));
    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestSessions.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Checkout last;

    @BeforeEach
    void take_the_only_connection() throws SQLException {
        log.start();
        logger.setAdditive(false);
        logger.addAppender(log);
        last = pool.checkOut("GET /slow", Duration.ofSeconds(10));
    }

    @AfterEach
    void nothing_is_left_behind() {
        logger.detachAppender(log);
        last.close();
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
        assertThat(database.open()).isZero();
    }

    @Test
    void is_answered_by_503_with_a_time_to_wait_and_nothing_else() {
        assertThat(query()).hasValueSatisfying(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsEntry("Retry-After", "1");
            assertThat(answer.body()).isEqualTo("The service is busy: no database connection came free in time.");
        });
    }

    @Test
    void is_explained_in_the_log_once_for_a_storm() {
        for (int i = 0; i < 20; i++) {
            query();
        }
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .startsWith("GET /fast: answered 503\nQueuePool limit of size 1 overflow 0 reached")
                    .contains("GET /slow");
        });
    }

    @Test
    void is_explained_again_after_a_minute_with_the_number_of_those_in_between() {
        query();
        query();
        query();
        clock.advance(Duration.ofMinutes(1));
        query();
        assertThat(log.list).hasSize(2);
        assertThat(log.list.getLast().getFormattedMessage())
                .startsWith("GET /fast: answered 503 (and 2 more since the last report)\n");
    }

    @Test
    void is_answered_alike_when_the_handler_wraps_it() {
        try (RequestScope scope = requests.open("GET /fast")) {
            assertThat(scope.fail(new IllegalStateException("wrapped", timeout(scope))))
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(503));
        }
    }

    @Test
    void is_answered_alike_in_a_read() {
        Optional<Answer> answer = requests.read(
                "GET /reads", session -> session.scalars(Unsafe.sql("SELECT 1")).all());
        assertThat(answer).hasValueSatisfying(busy -> assertThat(busy.status()).isEqualTo(503));
    }

    @Test
    void is_answered_alike_in_a_read_that_wraps_it() {
        Optional<Answer> answer = requests.read("GET /reads", session -> {
            try {
                session.scalars(Unsafe.sql("SELECT 1")).all();
            } catch (RuntimeException e) {
                throw new IllegalStateException("wrapped", e);
            }
        });
        assertThat(answer).hasValueSatisfying(busy -> assertThat(busy.status()).isEqualTo(503));
    }

    @Test
    void leaves_other_failures_of_a_read_to_the_host() {
        assertThatThrownBy(() -> requests.read("GET /reads", session -> {
                    throw new SQLException("a bug");
                }))
                .isInstanceOf(SQLException.class);
    }

    private Optional<Answer> query() {
        try (RequestScope scope = requests.open("GET /fast")) {
            return scope.fail(timeout(scope));
        }
    }

    private static RuntimeException timeout(RequestScope scope) {
        try {
            scope.session().scalars(Unsafe.sql("SELECT 1")).all();
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("there was a connection");
    }
}
