package dev.example;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/// The requests of a web service, each in one of the ways in which such services are written.
public final class Requests {
    private final Pool pool;
    private final CountDownLatch quotes = new CountDownLatch(1);

    public Requests(Pool pool) {
        this.pool = pool;
    }

    /// The remote service answers all who have asked, and who will.
    public void answer() {
        quotes.countDown();
    }

    /// Who asks is told by a first task, and answered by a second one, with the same connection.
    public CompletableFuture<?> authed(Executor threads) {
        return CompletableFuture.supplyAsync(() -> opened("GET /authed"), threads)
                .thenApplyAsync(Requests::queried, threads)
                .thenAcceptAsync(Checkout::close, threads);
    }

    /// One task does it all, but for returning the connection.
    public CompletableFuture<?> cleanedUpLater(Executor threads) {
        return CompletableFuture.supplyAsync(() -> queried(opened("GET /fast")), threads)
                .thenAcceptAsync(Checkout::close, threads);
    }

    /// Handlers on an event loop, which go on there when the remote service has answered.
    public CompletableFuture<?> onALoop(Executor loop) {
        return CompletableFuture.supplyAsync(() -> queried(opened("GET /async")), loop)
                .thenCompose(checkout -> answered().thenApply(none -> checkout))
                .thenAcceptAsync(Checkout::close, loop);
    }

    private CompletableFuture<Void> answered() {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            asksQuotes();
            answered.complete(null);
        });
        return answered;
    }

    /// Asks the remote service while it has a connection.
    public CompletableFuture<?> holds(Executor threads) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Checkout checkout = queried(opened("GET /holds"))) {
                        asksQuotes();
                        queried(checkout);
                    }
                },
                threads);
    }

    private void asksQuotes() {
        try {
            quotes.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Checkout opened(String label) {
        try {
            return pool.checkOut(label);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private static Checkout queried(Checkout checkout) {
        try (Statement statement = checkout.connection().createStatement();
                ResultSet rows = statement.executeQuery("select 1")) {
            rows.next();
            return checkout;
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }
}
