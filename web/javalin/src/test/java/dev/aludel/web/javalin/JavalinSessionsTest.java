package dev.aludel.web.javalin;

import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.web.javalin.Note_.NOTE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.engine.Engine;
import dev.aludel.engine.WorkBorrower;
import dev.aludel.engine.WorkScope;
import dev.aludel.orm.Session;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Borrower;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.NotFoundResponse;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A session per request in Javalin, over HTTP, on H2.
@DisplayNameGeneration(ReplaceUnderscores.class)
class JavalinSessionsTest {
    private final Engine engine = Engine.create("h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    private final JavalinSessions requests = JavalinSessions.on(Sessions.on(engine, NOTE));
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void create_the_table() {
        engine.run(connection -> connection.execute(createTable(NOTE)));
    }

    @AfterEach
    void nothing_is_left_behind() {
        http.close();
        assertThat(pool().checkedOut()).isZero();
        engine.close();
    }

    @Test
    void commits_when_the_handler_returns() {
        var response = ask(
                "/notes",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("hello"));
                    context.status(201).result("saved");
                })));
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("saved");
        assertThat(notes()).isEqualTo(1);
    }

    /// The time of the request is over when it begins.
    @Test
    void answers_503_at_once_when_a_connection_would_come_after_the_deadline() {
        JavalinSessions late = requests.within(Duration.ZERO);

        var writes = ask(
                "/notes",
                (routes, path) -> routes.get(
                        path,
                        late.handle((context, session) ->
                                session.scalars(select(count()).from(NOTE)).one())));
        var reads = ask(
                "/notes",
                (routes, path) -> routes.get(
                        path,
                        late.read((context, session) ->
                                session.scalars(select(count()).from(NOTE)).one())));

        assertThat(writes.statusCode()).isEqualTo(503);
        assertThat(reads.statusCode()).isEqualTo(503);
        assertThat(writes.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void asks_of_each_request_who_it_is_for() {
        AtomicReference<String> tenant = new AtomicReference<>();
        JavalinSessions known = requests.as(context -> Borrower.of(null).tenant(context.method() + " of acme"));

        ask(
                "/notes",
                (routes, path) -> routes.get(path, known.handle((context, session) -> {
                    tenant.set(String.valueOf(
                            requireNonNull(WorkBorrower.current()).tenant()));
                    context.result(String.valueOf(
                            session.scalars(select(count()).from(NOTE)).one()));
                })));
        assertThat(tenant).hasValue("GET of acme");

        var late = ask(
                "/notes",
                (routes, path) -> routes.get(
                        path,
                        requests.as(context -> Borrower.of(null).deadline(() -> Duration.ZERO))
                                .read((context, session) -> session.scalars(
                                                select(count()).from(NOTE))
                                        .one())));
        assertThat(late.statusCode()).isEqualTo(503);
    }

    @Test
    void serves_who_is_in_time() {
        var response = ask(
                "/notes",
                (routes, path) ->
                        routes.get(path, requests.within(Duration.ofHours(1)).handle((context, session) -> {
                            session.add(Note.saying("hello"));
                            context.result("saved");
                        })));

        assertThat(response.body()).isEqualTo("saved");
        assertThat(notes()).isEqualTo(1);
    }

    /// Each request is a piece of work of its own, whatever the handler opens beside its session, and
    /// on which thread.
    @Test
    void makes_each_request_one_piece_of_work_for_the_pool() {
        List<Object> scopes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ask(
                    "/notes/" + i,
                    (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                        scopes.add(Objects.requireNonNull(WorkScope.current()));
                        context.result("seen");
                    })));
        }
        ask(
                "/read",
                (routes, path) -> routes.get(path, requests.read((context, session) -> {
                    scopes.add(Objects.requireNonNull(WorkScope.current()));
                    context.result("seen");
                })));

        assertThat(scopes).hasSize(3).doesNotHaveDuplicates();
        assertThat(WorkScope.current()).isNull();
    }

    @Test
    void rolls_back_when_the_handler_throws_and_lets_javalin_answer() {
        var response = ask(
                "/notes",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("lost"));
                    session.flush();
                    throw new NotFoundResponse("no such page");
                })));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("no such page");
        assertThat(notes()).isZero();
    }

    @Test
    void leaves_exceptions_to_the_handlers_that_javalin_has_for_them() {
        var response = ask("/notes", (routes, path) -> {
            routes.exception(
                    IllegalStateException.class,
                    (e, context) -> context.status(418).result("a " + e.getMessage()));
            routes.get(path, requests.handle((context, session) -> {
                throw new IllegalStateException("teapot");
            }));
        });
        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.body()).isEqualTo("a teapot");
    }

    @Test
    void rolls_back_when_the_handler_answers_500() {
        var response = ask(
                "/notes",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("lost"));
                    session.flush();
                    context.status(500).result("sorry");
                })));
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("sorry");
        assertThat(notes()).isZero();
    }

    @Test
    void finds_a_dependency_in_the_same_session() {
        long before = pool().checkouts();
        var response = ask(
                "/me",
                (routes, path) -> routes.get(
                        path,
                        requests.handle(
                                (context, session) ->
                                        session.scalars(select(NOTE)).all().size(),
                                (context, session, size) -> {
                                    assertThat(session.inTransaction()).isTrue();
                                    context.result(size + " and "
                                            + session.scalars(select(NOTE))
                                                    .all()
                                                    .size());
                                })));
        assertThat(response.body()).isEqualTo("0 and 0");
        assertThat(pool().checkouts() - before).isEqualTo(1);
    }

    @Test
    void gives_the_connection_back_after_each_read() {
        var response = ask(
                "/notes",
                (routes, path) -> routes.get(path, requests.read((context, session) -> {
                    int size = session.scalars(select(NOTE)).all().size();
                    context.result(size + " notes, " + pool().checkedOut() + " connections");
                })));
        assertThat(response.body()).isEqualTo("0 notes, 0 connections");
    }

    @Test
    void labels_a_request_with_its_method_and_the_path_as_it_was_registered() {
        ask(
                "/notes/7",
                (routes, path) -> routes.get("/notes/{id}", requests.handle((context, session) -> {
                    session.get(NOTE, Long.valueOf(context.pathParam("id")));
                })));
        assertThat(engine.pool().orElseThrow().usage()).extracting(Usage::label).contains("GET /notes/{id}");
    }

    @Test
    void commits_before_the_first_byte_when_the_handler_streams() {
        var response = ask(
                "/stream",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("hello"));
                    try (var out = context.outputStream()) {
                        seen.add(notes() + " committed, " + pool().checkedOut() + " out");
                        out.write("streamed".getBytes(StandardCharsets.UTF_8));
                        seen.add(attempt(session));
                    }
                })));
        assertThat(response.body()).isEqualTo("streamed");
        assertThat(seen).containsExactly("1 committed, 0 out", "refused");
    }

    @Test
    void commits_before_the_first_byte_through_the_servlet_response_too() {
        var response = ask(
                "/stream",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("hello"));
                    context.res().getOutputStream().write("streamed".getBytes(StandardCharsets.UTF_8));
                    seen.add(notes() + " committed");
                })));
        assertThat(response.body()).isEqualTo("streamed");
        assertThat(seen).containsExactly("1 committed");
    }

    @Test
    void has_committed_before_a_result_stream_is_read() {
        var response = ask(
                "/lazy",
                (routes, path) -> routes.get(path, requests.handle((context, session) -> {
                    session.add(Note.saying("hello"));
                    context.result(new FilterInputStream(InputStream.nullInputStream()) {
                        @Override
                        public int read(byte[] bytes, int offset, int length) {
                            seen.add(notes() + " committed, " + attempt(session));
                            return -1;
                        }
                    });
                })));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seen).containsExactly("1 committed, refused");
    }

    @Test
    void gives_the_handler_all_of_javalins_context() {
        var response = ask(
                "/echo/7?name=ada",
                (routes, path) -> routes.get(
                        "/echo/{id}",
                        requests.handle((context, session) -> context.result(context.method() + " " + context.path()
                                + " " + context.pathParam("id") + " " + context.queryParam("name") + " "
                                + context.endpoint().path + " [" + context.body() + "]"))));
        assertThat(response.body()).isEqualTo("GET /echo/7 7 ada /echo/{id} []");
    }

    @Test
    void serves_many_requests_at_a_time_on_virtual_threads() {
        List<HttpResponse<String>> responses = new ArrayList<>();
        serve(
                routes -> routes.get("/notes", requests.handle((context, session) -> {
                    session.add(Note.saying("hello"));
                    context.result(String.valueOf(Thread.currentThread().isVirtual()));
                })),
                uri -> {
                    var pending = java.util.stream.Stream.generate(() -> http.sendAsync(
                                    HttpRequest.newBuilder(uri.resolve("/notes"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()))
                            .limit(200)
                            .toList();
                    pending.forEach(each -> responses.add(each.join()));
                });
        assertThat(responses).hasSize(200).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("true");
        });
        assertThat(notes()).isEqualTo(200);
    }

    /// Starts a server with one route and asks for a path once.
    private HttpResponse<String> ask(String path, BiConsumer<RoutesConfig, String> route) {
        List<HttpResponse<String>> response = new ArrayList<>();
        serve(routes -> route.accept(routes, path), uri -> response.add(get(uri.resolve(path))));
        return response.getFirst();
    }

    private static void serve(java.util.function.Consumer<RoutesConfig> routes, java.util.function.Consumer<URI> use) {
        Javalin server = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            routes.accept(config.routes);
        });
        server.start(0);
        try {
            use.accept(URI.create("http://localhost:" + server.port()));
        } finally {
            server.stop();
        }
    }

    private HttpResponse<String> get(URI uri) {
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .join();
    }

    private static String attempt(Session session) {
        try {
            session.scalars(select(NOTE)).all();
            return "allowed";
        } catch (IllegalStateException e) {
            return "refused";
        }
    }

    private long notes() {
        return engine.read(select(count()).from(NOTE)).one();
    }

    private PoolSnapshot pool() {
        return engine.pool().orElseThrow().snapshot();
    }
}
