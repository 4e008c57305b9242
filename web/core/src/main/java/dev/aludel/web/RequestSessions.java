package dev.aludel.web;

import dev.aludel.engine.CommitOutcomeUnknown;
import dev.aludel.engine.ConnectionLost;
import dev.aludel.engine.DatabaseException;
import dev.aludel.engine.TransactionRolledBack;
import dev.aludel.orm.ReadSession;
import dev.aludel.orm.Sessions;
import dev.aludel.orm.StaleObject;
import dev.aludel.pool.Explanation;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives each request its session: what every web host shares.
///
/// ```java
/// RequestSessions requests = RequestSessions.of(sessions);
/// try (RequestScope scope = requests.open("GET /trips")) {
///     handler.handle(request, scope.session());               // the handler gets the session as a parameter
///     scope.finish(response.status()).ifPresent(response::replaceBy);
/// }
/// ```
///
/// Safe for many threads; a service has one.
public final class RequestSessions {
    private static final Logger log = LoggerFactory.getLogger(RequestSessions.class);

    private final Sessions sessions;
    private final Storm timeouts;

    private RequestSessions(Sessions sessions) {
        this.sessions = sessions;
        this.timeouts = new Storm(sessions.engine().ticker());
    }

    /// Returns sessions for requests, opened from `sessions`.
    public static RequestSessions of(Sessions sessions) {
        return new RequestSessions(sessions);
    }

    /// Opens the scope of one request. It holds no connection until the handler's first SQL.
    ///
    /// A host that calls handlers may do so in a [dev.aludel.engine.WorkScope], as the one for Javalin
    /// does: then the pool knows that what the handler opens by itself belongs to the same request.
    ///
    /// @param label the route, for example `GET /trips/{id}`: it names the request in explanations and
    ///              metrics, so it must not contain what differs from request to request
    public RequestScope open(String label) {
        return new RequestScope(this, label, sessions.labelled(label).open());
    }

    /// Runs a request that only reads: each statement in auto-commit, the connection given back after its last row.
    ///
    /// @param label the route, as in [#open]
    /// @return empty if the work returned, or the answer to give because no connection came free in time
    /// @throws X what the work throws, unless there is an answer to it
    public <X extends Exception> Optional<Answer> read(String label, Reading<X> work) throws X {
        try {
            sessions.labelled(label).read(session -> {
                work.read(session);
                return true;
            });
            return Optional.empty();
        } catch (Exception | Error failure) {
            Optional<Answer> answer = answerTo(label, failure);
            if (answer.isEmpty()) {
                throw failure;
            }
            return answer;
        }
    }

    /// The work of a request that only reads.
    @FunctionalInterface
    public interface Reading<X extends Exception> {
        /// Reads, and produces the answer.
        void read(ReadSession session) throws X;
    }

    /// Returns the answer to a failure for which the handler is not to blame, or empty: it is the host's to handle.
    Optional<Answer> answerTo(String label, Throwable failure) {
        return Explanation.find(failure).map(explanation -> busy(label, explanation));
    }

    /// Returns the answer to changes that could not be written: nothing of them was saved.
    Answer unsaved(String label, RuntimeException failure) {
        return answerTo(label, failure).orElseGet(() -> refused(label, failure, Answer.notSaved()));
    }

    /// Returns the answer to a failed COMMIT. Only what the database itself said tells what became of the changes; a
    /// failure of any other kind, in the driver or here, may have come after it had committed.
    Answer uncommitted(String label, RuntimeException failure) {
        Answer otherwise = failure instanceof DatabaseException ? Answer.notSaved() : Answer.outcomeUnknown();
        return answerTo(label, failure).orElseGet(() -> refused(label, failure, otherwise));
    }

    private static Answer refused(String label, RuntimeException failure, Answer otherwise) {
        log.error("{}: the commit failed and the answer was replaced", label, failure);
        return switch (failure) {
            case CommitOutcomeUnknown _ -> Answer.outcomeUnknown();
            case TransactionRolledBack _, ConnectionLost _ -> Answer.tryAgain();
            case StaleObject _ -> Answer.conflict();
            default -> otherwise;
        };
    }

    /// The host goes by the answer, so that nobody else would see the error.
    void brokenOff(String label, Error failure) {
        log.error("{}: the commit was broken off, and the answer says that its outcome is not known", label, failure);
    }

    /// The outcome stands: it was known before the session was to be closed.
    void notClosed(String label, RuntimeException failure) {
        log.error("{}: the request has ended, but its session could not be closed", label, failure);
    }

    private Answer busy(String label, Explanation explanation) {
        timeouts.report().ifPresent(unreported -> {
            String more = unreported == 0 ? "" : " (and " + unreported + " more since the last report)";
            log.warn("{}: answered 503{}\n{}", label, more, explanation.text());
        });
        return Answer.busy(explanation.waited());
    }
}
