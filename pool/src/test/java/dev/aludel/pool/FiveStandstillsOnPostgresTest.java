package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import dev.example.Requests;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The five ways in which a service of the model comes to a standstill on 8 + 4 connections, in Java,
/// on a PostgreSQL; and what the callers are told who wait in vain.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FiveStandstillsOnPostgresTest {
    private static final int THREADS = 40;
    private static final int REQUESTS = 200;
    private static final int CONNECTIONS = 12;
    private static final Duration PATIENCE = ofMillis(700);

    private final Pool pool =
            Pool.of(settings -> settings.url(Postgres.shared().jdbcUrl("postgres") + "&ApplicationName=standstill")
                    .name("trips")
                    .size(8)
                    .maxOverflow(4)
                    .timeout(PATIENCE));
    private final Requests requests = new Requests(pool);

    @AfterEach
    void close() {
        requests.answer();
        pool.close(Duration.ZERO);
    }

    private List<CompletableFuture<?>> sent(int count, Request request) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(request.send());
        }
        return sent;
    }

    @FunctionalInterface
    private interface Request {
        CompletableFuture<?> send();
    }

    /// Returns what the first is told whose time is up.
    private static Explanation toldTheFirst(List<CompletableFuture<?>> sent) {
        Await.until(() -> told(sent).findAny().isPresent(), () -> "nobody's time was up of " + sent.size());
        return told(sent).findFirst().orElseThrow();
    }

    private static Stream<Explanation> told(List<CompletableFuture<?>> sent) {
        return sent.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(CompletableFuture::exceptionNow)
                .map(Explanation::find)
                .flatMap(Optional::stream);
    }

    private static void assertStandstill(Explanation explanation) {
        assertThat(explanation.summary())
                .isEqualTo("QueuePool limit of size 8 overflow 4 reached, connection timed out, timeout 0.70"
                        + " (pool 'trips')");
        assertThat(explanation.holders()).hasSize(CONNECTIONS);
    }

    /// Each request is two tasks on an executor and keeps its connection in between: `/authed`.
    @Test
    void one_who_have_a_connection_wait_for_a_thread_and_who_have_a_thread_for_a_connection() {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Explanation explanation = toldTheFirst(sent(REQUESTS, () -> requests.authed(threads)));

            assertStandstill(explanation);
            assertThat(explanation.diagnoses().getFirst()).isInstanceOfSatisfying(Diagnosis.HoldAndWait.class, both -> {
                assertThat(both.holders()).isEqualTo(CONNECTIONS);
                assertThat(both.enough()).isGreaterThan(CONNECTIONS);
            });
            threads.shutdownNow();
        }
    }

    /// The connection is returned in a task of its own: a framework's clean-up.
    @Test
    void two_the_clean_up_waits_behind_those_who_wait_for_what_it_returns() {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Explanation explanation = toldTheFirst(sent(REQUESTS, () -> requests.cleanedUpLater(threads)));

            assertStandstill(explanation);
            assertThat(explanation.diagnoses().getFirst()).isInstanceOf(Diagnosis.HoldAndWait.class);
            threads.shutdownNow();
        }
    }

    /// A handler on the event loop waits for a connection: `/async_blocking`.
    @Test
    void three_the_event_loop_waits_that_would_return_them() {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Explanation explanation = toldTheFirst(sent(CONNECTIONS + 1, () -> requests.onALoop(loop)));

            assertStandstill(explanation);
            assertThat(explanation.diagnoses().getFirst()).isInstanceOf(Diagnosis.EventLoop.class);
        } finally {
            requests.answer();
            loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /// Each request asks somebody else while it has its connection: `/holds`.
    @Test
    void four_each_holds_its_connection_for_long() throws SQLException {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            assertHeld(toldTheFirst(sent(60, () -> requests.holds(threads))));
            requests.answer();
        }
    }

    /// Nothing bounds who waits: `/async_holds`.
    @Test
    void five_all_wait_at_once() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Executor unbounded = threads;
            assertHeld(toldTheFirst(sent(REQUESTS, () -> requests.holds(unbounded))));
            requests.answer();
        }
    }

    private static void assertHeld(Explanation explanation) {
        assertStandstill(explanation);
        assertThat(explanation.diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.HeldOutsideSql.class, held -> {
                    assertThat(held.shares().getFirst().label()).isEqualTo("GET /holds");
                    assertThat(held.remedy()).contains("Requests.asksQuotes");
                });
    }
}
