package dev.aludel.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The users of the demo: a program for a JVM of its own, so that it costs the service no memory and no threads.
///
/// Every client sends its next request as soon as it has its answer, until the time is up, and waits for its last one.
/// Each answer is one line on standard output ([Answer#line]). When standard input ends, the program ends, so that it
/// does not outlive the one that started it.
///
/// Usage: `LoadClient URL CLIENTS SECONDS`
final class LoadClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http;
    private final HttpRequest request;
    private final PrintStream out;

    private LoadClient(HttpClient http, URI target, PrintStream out) {
        this.http = http;
        this.request = HttpRequest.newBuilder(target).timeout(PATIENCE).build();
        this.out = out;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Thread.ofVirtual().start(LoadClient::endWithTheStarter);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(executor)
                        .build()) {
            var client = new LoadClient(http, URI.create(arguments[0]), out);
            client.play(Integer.parseInt(arguments[1]), Duration.ofSeconds(Long.parseLong(arguments[2])));
        }
    }

    private static void endWithTheStarter() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever sent: only the end counts
            }
        } catch (IOException e) {
            // the starter is gone: the same end
        }
        Runtime.getRuntime().halt(1);
    }

    private void play(int clients, Duration duration) throws InterruptedException {
        var ready = new CountDownLatch(clients);
        var start = new CountDownLatch(1);
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                users.execute(() -> {
                    ready.countDown();
                    if (began(start)) {
                        use(System.nanoTime() + duration.toNanos());
                    }
                });
            }
            ready.await();
            start.countDown();
        }
    }

    private static boolean began(CountDownLatch start) {
        try {
            start.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void use(long end) {
        while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
            out.println(ask().line());
        }
    }

    private Answer ask() {
        long sent = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            String text = response.statusCode() == 200 ? "" : response.body();
            return new Answer(response.statusCode(), since(sent), text);
        } catch (IOException e) {
            return new Answer(Answer.NONE, since(sent), e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(Answer.NONE, since(sent), "interrupted");
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
