package dev.aludel.web.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.engine.Engine;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FakeDatabase;
import io.javalin.Javalin;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the user reads over HTTP when the handler said yes and the database said no, or when no connection came free.
@DisplayNameGeneration(ReplaceUnderscores.class)
class FailedCommitTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool = Pool.of(settings -> settings.connections(database::connect)
            .size(1)
            .prePing(false) // a check would need more than its time
            .timeout(Duration.ofMillis(1)));
    private final JavalinSessions requests = JavalinSessions.on(Sessions.on(Engine.of(pool, Dialects.POSTGRESQL)));
    private final HttpClient http = HttpClient.newHttpClient();
    private final Javalin server = Javalin.create(config -> {
        config.concurrency.useVirtualThreads = true;
        config.startup.showJavalinBanner = false;
        config.routes.get("/result", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            context.status(201).contentType("application/json").result("{\"saved\": true}");
        }));
        config.routes.get("/stream", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            context.status(201).outputStream().write("saved".getBytes(StandardCharsets.UTF_8));
        }));
        config.routes.before(
                "/created", context -> context.cookie("filter", "kept").header("X-Trace", "7"));
        config.routes.get("/created", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            context.header("Location", "/notes/7").header("ETag", "1").header("Cache-Control", "max-age=60");
            context.header("X-Trace", "8").cookie("handler", "gone").redirect("/notes/7", HttpStatus.CREATED);
        }));
        config.routes.get("/wrapped", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            try {
                context.outputStream();
            } catch (RuntimeException e) {
                throw new IllegalStateException("no stream", e);
            }
        }));
        config.routes.get("/future", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            context.future(() -> CompletableFuture.runAsync(
                    () -> context.status(201).result("saved"),
                    task -> Thread.ofVirtual().start(task)));
        }));
        config.routes.get("/async", requests.handle((context, session) -> {
            session.execute(Unsafe.statement("UPDATE notes SET text = 'x'"));
            context.async(() -> context.status(201).result("saved"));
        }));
    });

    @BeforeEach
    void start() throws SQLException {
        pool.checkOut("warm up", Duration.ofSeconds(10)).close();
        server.start(0);
    }

    @AfterEach
    void nothing_is_left_behind() {
        http.close();
        server.stop();
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
        assertThat(database.open()).isZero();
    }

    @Test
    void replaces_status_and_body_of_the_handler() throws Exception {
        database.next("commit").fails("23505");
        HttpResponse<String> response = get("/result");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(response.body()).startsWith("Your last change was not saved").doesNotContain("true");
    }

    @Test
    void takes_back_the_headers_of_the_handler_and_keeps_those_of_filters() throws Exception {
        database.next("commit").fails("23505");
        HttpResponse<String> refused = get("/created");
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.headers().map()).doesNotContainKeys("location", "etag", "cache-control");
        assertThat(refused.headers().allValues("X-Trace")).containsExactly("7");
        assertThat(refused.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("filter=kept");

        HttpResponse<String> saved = get("/created");
        assertThat(saved.statusCode()).isEqualTo(201);
        assertThat(saved.headers().firstValue("Location")).hasValue("/notes/7");
        assertThat(saved.headers().allValues("Set-Cookie")).hasSize(2);
    }

    @Test
    void replaces_them_before_a_streaming_handler_has_sent_a_byte() throws Exception {
        database.next("commit").fails("23505");
        HttpResponse<String> response = get("/stream");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).startsWith("Your last change was not saved");
    }

    @Test
    void replaces_them_although_the_handler_wraps_what_it_is_told() throws Exception {
        database.next("commit").fails("23505");
        HttpResponse<String> response = get("/wrapped");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).startsWith("Your last change was not saved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/future", "/async"})
    void replaces_what_was_to_be_answered_later(String path) throws Exception {
        database.next("commit").fails("23505");
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).startsWith("Your last change was not saved");
        assertThat(get(path).body()).as("the next one").isEqualTo("saved");
    }

    @Test
    void says_503_and_claims_no_rollback_when_the_connection_is_lost_meanwhile() throws Exception {
        database.next("commit").losesConnection();
        HttpResponse<String> response = get("/result");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).startsWith("It is not known whether your change was saved");
    }

    @Test
    void says_503_and_how_long_to_wait_when_no_connection_comes_free() throws Exception {
        try (var taken = pool.checkOut("GET /slow")) {
            HttpResponse<String> response = get("/result");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(response.body()).startsWith("The service is busy");
            assertThat(taken.label()).isEqualTo("GET /slow");
        }
    }

    @Test
    void is_no_concern_of_the_next_request() throws Exception {
        database.next("commit").fails("23505");
        assertThat(get("/result").statusCode()).isEqualTo(500);
        assertThat(get("/result").statusCode()).isEqualTo(201);
        assertThat(get("/stream").body()).isEqualTo("saved");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
