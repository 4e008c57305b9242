package dev.aludel.orm;

import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.engine.Engine;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConcurrentUseTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);
    private final Sessions sessions = Sessions.on(engine, DRIVER);

    // F32
    @Test
    void by_two_threads_at_once_is_an_error_that_shows_both() throws Exception {
        // given a thread that waits for the database, in a session
        Gate gate = database.next("prepareStatement").hangs();
        try (Session session = sessions.open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<?> first = CompletableFuture.runAsync(() -> session.scalars(select(DRIVER)), threads);
            gate.awaitHanging(1);

            // when another uses it
            IllegalStateException error =
                    catchThrowableOfType(IllegalStateException.class, () -> session.add(Driver.named("Ada")));

            // then it sees itself and the other one
            assertThat(error)
                    .hasMessageContaining("a session is used by two threads at once")
                    .hasMessageContaining("was in scalars() at ConcurrentUseTest")
                    .hasMessageContaining("called add() at ConcurrentUseTest");
            assertThat(error.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("add"));
            assertThat(Objects.requireNonNull(error.getCause()).getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("scalars"));
            gate.open();
            first.get(10, TimeUnit.SECONDS);
        }
        assertThat(database.open()).isZero();
    }

    @Test
    void a_close_meanwhile_is_made_up_for_by_the_thread_inside() throws Exception {
        // given a thread that waits for the database, in a session
        Gate gate = database.next("prepareStatement").hangs();
        Session session = sessions.open();
        CompletableFuture<?> inside = scalarsElsewhere(session);
        gate.awaitHanging(1);

        // when it is closed, once
        assertThatThrownBy(session::close).isInstanceOf(IllegalStateException.class);
        assertThat(database.open()).isEqualTo(1);
        gate.open();
        inside.get(10, TimeUnit.SECONDS);

        // then nothing is held
        assertThat(database.open()).isZero();
        assertThat(database.rollbacks()).isEqualTo(1);
        assertThatThrownBy(session::flush).hasMessageStartingWith("this session is closed");
    }

    @Test
    void leaving_a_block_meanwhile_is_made_up_for_by_the_thread_inside() throws Exception {
        Gate gate = database.next("prepareStatement").hangs();
        try (Session session = sessions.open()) {
            SessionTransaction block = session.begin();
            CompletableFuture<?> inside = scalarsElsewhere(session);
            gate.awaitHanging(1);

            assertThatThrownBy(block::close).isInstanceOf(IllegalStateException.class);
            gate.open();
            inside.get(10, TimeUnit.SECONDS);

            assertThat(database.open()).isZero();
            assertThat(block.isActive()).isFalse();
            session.begin().close();
        }
    }

    private static CompletableFuture<?> scalarsElsewhere(Session session) {
        return CompletableFuture.runAsync(() -> session.scalars(select(DRIVER)), Thread::startVirtualThread);
    }

    @Test
    void one_after_the_other_is_allowed() throws Exception {
        try (Session session = sessions.open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Driver driver = Driver.named("Ada");
            threads.submit(() -> session.add(driver)).get(10, TimeUnit.SECONDS);

            assertThat(session.contains(driver)).isTrue();
        }
    }
}
