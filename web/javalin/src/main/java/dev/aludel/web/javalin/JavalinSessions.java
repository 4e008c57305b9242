package dev.aludel.web.javalin;

import dev.aludel.engine.WorkBorrower;
import dev.aludel.engine.WorkDeadline;
import dev.aludel.engine.WorkScope;
import dev.aludel.orm.ReadSession;
import dev.aludel.orm.Session;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Borrower;
import dev.aludel.web.Answer;
import dev.aludel.web.RequestScope;
import dev.aludel.web.RequestSessions;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.router.Endpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes Javalin handlers of methods that take a session.
///
/// ```java
/// JavalinSessions requests = JavalinSessions.on(sessions);
/// Javalin.create(config -> {
///     config.routes.get("/trips/{id}", requests.handle(trips::show));             // show(Context, Session)
///     config.routes.get("/me", requests.handle(drivers::current, trips::mine));   // mine(Context, Session, Driver)
///     config.routes.get("/report", requests.read(trips::report));                 // report(Context, ReadSession)
/// });
/// ```
///
/// - The session holds no connection before its first SQL. Its label is the route: `GET /trips/{id}`.
/// - It is committed when the handler returns, before the first byte of the answer leaves. A handler
///   that writes to [Context#outputStream] itself commits at the moment it asks for the stream.
/// - It is rolled back when the handler throws (that includes Javalin's `HttpResponseException`s) or
///   sets a status of 500 or more. Exceptions go on to Javalin's exception handlers.
/// - If the commit fails, the handler's answer is replaced: status, body, headers and cookies. What
///   filters had set before it stays.
/// - When no connection comes free in time the answer is 503 with `Retry-After`; the explanation goes
///   to the log, once a minute.
/// - The request is one piece of work, a [WorkScope], for the pool: one that is strict refuses a handler a second
///   connection beside its session's.
/// - A session does not outlive its handler. What runs after it (`ctx.future`, `ctx.async`, a lazy
///   result stream) finds it closed; a future does not begin if the answer was replaced.
public final class JavalinSessions {
    private final RequestSessions requests;
    private final @Nullable Duration deadline;
    private final @Nullable Function<Context, Borrower> borrower;

    private JavalinSessions(
            RequestSessions requests, @Nullable Duration deadline, @Nullable Function<Context, Borrower> borrower) {
        this.requests = requests;
        this.deadline = deadline;
        this.borrower = borrower;
    }

    /// Returns a maker of handlers whose sessions are opened from `sessions`.
    public static JavalinSessions on(Sessions sessions) {
        return new JavalinSessions(RequestSessions.of(sessions), null, null);
    }

    /// Returns a maker of handlers whose requests are of use for so long after they began: one that would get its
    /// connection too late is answered 503 at once ([WorkDeadline]). By default a request waits as long as the pool
    /// lets it.
    public JavalinSessions within(Duration time) {
        return new JavalinSessions(requests, time, borrower);
    }

    /// Returns a maker of handlers that ask of each request on whose account it is and how urgent
    /// ([WorkBorrower]), for the pool's priorities and [Settings#maxPerTenant]. By default that is not
    /// known. His scope is the request, whatever he says.
    ///
    /// ```java
    /// JavalinSessions.on(sessions).as(context -> Borrower.of(null).tenant(tenantOf(context)));
    /// ```
    public JavalinSessions as(Function<Context, Borrower> who) {
        return new JavalinSessions(requests, deadline, who);
    }

    /// A handler that works in a session, one transaction.
    @FunctionalInterface
    public interface SessionHandler {
        /// Handles a request.
        void handle(Context context, Session session) throws Exception;
    }

    /// A handler that reads without a transaction.
    @FunctionalInterface
    public interface ReadHandler {
        /// Handles a request.
        void handle(Context context, ReadSession session) throws Exception;
    }

    /// Something that a handler needs and that takes SQL to find, for example the user who is logged in.
    @FunctionalInterface
    public interface Dependency<D> {
        /// Finds it, or throws (for example Javalin's `UnauthorizedResponse`).
        D resolve(Context context, Session session) throws Exception;
    }

    /// A handler that works in the session in which its dependency was found.
    @FunctionalInterface
    public interface DependentHandler<D> {
        /// Handles a request.
        void handle(Context context, Session session, D dependency) throws Exception;
    }

    /// Returns a Javalin handler that gives each request a session.
    public Handler handle(SessionHandler handler) {
        return context -> inScope(context, () -> serve(context, handler));
    }

    /// Returns a Javalin handler that first finds what the handler needs, in the same session and transaction.
    public <D> Handler handle(Dependency<D> dependency, DependentHandler<D> handler) {
        return handle((context, session) -> handler.handle(context, session, dependency.resolve(context, session)));
    }

    /// Returns a Javalin handler that gives each statement of a request its own connection, only for as long as it
    /// takes.
    public Handler read(ReadHandler handler) {
        return context -> {
            ResponseBefore before = ResponseBefore.of(context.res());
            inScope(
                    context,
                    () -> requests.<Exception>read(label(context), session -> handler.handle(context, session))
                            .ifPresent(answer -> give(answer, context, before)));
        };
    }

    /// What a handler does for one request.
    @FunctionalInterface
    private interface Serving {
        void serve() throws Exception;
    }

    /// What the handler opens by itself, on whatever thread of its own, belongs to the request.
    private void inScope(Context context, Serving serving) throws Exception {
        boolean ignored = WorkScope.<Boolean, Exception>within(new Object(), () -> {
            forWhom(context, () -> inTime(serving));
            return true;
        });
    }

    private void forWhom(Context context, Serving serving) throws Exception {
        if (borrower == null) {
            serving.serve();
            return;
        }
        boolean ignored = WorkBorrower.<Boolean, Exception>as(borrower.apply(context), () -> {
            serving.serve();
            return true;
        });
    }

    private void inTime(Serving serving) throws Exception {
        if (deadline == null) {
            serving.serve();
            return;
        }
        boolean ignored = WorkDeadline.<Boolean, Exception>within(deadline, () -> {
            serving.serve();
            return true;
        });
    }

    private void serve(Context context, SessionHandler handler) throws Exception {
        ResponseBefore before = ResponseBefore.of(context.res());
        try (RequestScope scope = requests.open(label(context))) {
            var view = new SessionContext(context, scope);
            try {
                handler.handle(view, scope.session());
                scope.finish(context.statusCode())
                        .ifPresentOrElse(answer -> give(answer, context, before), view::handOverFuture);
            } catch (Exception | Error failure) {
                Optional<Answer> answer = scope.fail(failure);
                if (answer.isEmpty()) {
                    throw failure;
                }
                give(answer.get(), context, before);
            }
        }
    }

    /// Returns the route as it was registered, so that all requests to it have one label.
    private static String label(Context context) {
        Endpoint endpoint = context.endpoint();
        return endpoint.method.name() + " " + endpoint.path;
    }

    private static void give(Answer answer, Context context, ResponseBefore before) {
        before.restore(context.res());
        answer.headers().forEach(context::header);
        context.status(answer.status()).contentType("text/plain").result(answer.body());
    }
}
