package dev.aludel.lab;

import dev.aludel.orm.Session;
import dev.aludel.orm.Sessions;
import dev.aludel.sql.Unsafe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// A service whose requests are two tasks on one executor, as some web frameworks run them: first who asks, then what
/// he
/// asks for. A request has one session for both.
final class TwoTasks implements AutoCloseable {
    /// How many threads the executor has.
    static final int THREADS = 40;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("worker-", 1).factory());
    private final Sessions sessions;

    TwoTasks(Sessions sessions) {
        this.sessions = sessions;
    }

    /// Keeps its transaction, and so its connection, from the first task to the second.
    CompletableFuture<Void> keeping() {
        Session session = sessions.open();
        return CompletableFuture.supplyAsync(() -> user(session), threads)
                .thenAcceptAsync(user -> answer(session, user), threads)
                .whenComplete((nothing, failure) -> session.close());
    }

    /// Ends its transaction with the first task, and begins another one in the second.
    CompletableFuture<Void> releasing() {
        Session session = sessions.open();
        return CompletableFuture.supplyAsync(() -> userAlone(session), threads)
                .thenAcceptAsync(user -> answer(session, user), threads)
                .whenComplete((nothing, failure) -> session.close());
    }

    /// Does both in one task.
    CompletableFuture<Void> together() {
        return CompletableFuture.runAsync(() -> sessions.run(session -> answer(session, user(session))), threads);
    }

    private static Object user(Session session) {
        return session.scalars(Unsafe.sql("SELECT 'Ada'")).all();
    }

    private static Object userAlone(Session session) {
        Object user = user(session);
        session.commit();
        return user;
    }

    private static void answer(Session session, Object user) {
        session.scalars(Unsafe.sql("SELECT 'a trip for ' || 'Ada'")).all();
        if (user.toString().isEmpty()) {
            throw new IllegalStateException("nobody asks");
        }
    }

    /// Makes so many requests at once, and waits for all of them.
    static Answers play(int requests, Supplier<CompletableFuture<Void>> request) {
        long began = System.nanoTime();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            answers.add(request.get()
                    .handle((nothing, failure) -> new Answer(
                            failure == null ? 200 : 503,
                            Duration.ofNanos(System.nanoTime() - began),
                            failure == null ? "" : String.valueOf(failure.getMessage()))));
        }
        List<Answer> all = answers.stream().map(CompletableFuture::join).toList();
        return new Answers(all, Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
