package dev.aludel.web;

import dev.aludel.orm.Session;
import java.util.Optional;

/// One request and its session, from before the handler until just before the first byte of the answer.
///
/// The host calls [#finish] when the handler has returned, or when it is about to send a first byte, whichever comes
/// first; or [#fail] when the handler threw. [#close] must follow, and undoes what was neither. After any of the three
/// the session is closed: SQL in it is an error.
///
/// For one thread at a time, as its session.
public final class RequestScope implements AutoCloseable {
    private final RequestSessions requests;
    private final String label;
    private final Session session;
    private final Runnable closing;
    private boolean ended;
    private Optional<Answer> outcome = Optional.empty();

    RequestScope(RequestSessions requests, String label, Session session) {
        this(requests, label, session, session::close);
    }

    /// @param closing closes the session; to be replaced by tests, which cannot make a session refuse it
    RequestScope(RequestSessions requests, String label, Session session, Runnable closing) {
        this.requests = requests;
        this.label = label;
        this.session = session;
        this.closing = closing;
    }

    /// Returns the session of this request. Nobody needs to commit or close it.
    public Session session() {
        return session;
    }

    /// Ends the request as its handler meant it: commits, or rolls back if the status says that the service failed.
    ///
    /// A second call changes nothing and returns the same.
    ///
    /// @param status the status that the handler chose; 500 and more roll back
    /// @return empty if all is well, or the answer that must take the place of the handler's, because what that one
    ///         claims did not happen
    public Optional<Answer> finish(int status) {
        if (!ended) {
            ended = true;
            try {
                end(status);
            } finally {
                closeQuietly();
            }
        }
        return outcome;
    }

    /// Notes the outcome as soon as more is known of it: what follows may fail, and must not make it a lie.
    private void end(int status) {
        outcome = Optional.of(Answer.notSaved());
        if (status >= 500) {
            session.rollback();
            outcome = Optional.empty();
        } else if (flush()) {
            outcome = Optional.of(Answer.outcomeUnknown());
            outcome = commit();
        }
    }

    /// Apart from the commit: whatever fails here, nothing was saved by it.
    private boolean flush() {
        try {
            session.flush();
            return true;
        } catch (RuntimeException e) {
            outcome = Optional.of(requests.unsaved(label, e));
            return false;
        }
    }

    private Optional<Answer> commit() {
        try {
            session.commit();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(requests.uncommitted(label, e));
        } catch (Error e) {
            requests.brokenOff(label, e);
            throw e;
        }
    }

    private void closeQuietly() {
        try {
            closing.run();
        } catch (RuntimeException e) {
            requests.notClosed(label, e);
        }
    }

    /// Ends a request whose handler threw: rolls back.
    ///
    /// If [#finish] has replaced the answer before, this returns that one, whatever the handler made of it.
    ///
    /// @return the answer to give, or empty: then the host handles the failure as if there were no scope
    public Optional<Answer> fail(Throwable failure) {
        if (outcome.isPresent()) {
            return outcome;
        }
        rollback(failure);
        Optional<Answer> answer = requests.answerTo(label, failure);
        if (!ended) {
            ended = true;
            outcome = answer.or(() -> Optional.of(Answer.notSaved()));
        }
        return answer;
    }

    private void rollback(Throwable failure) {
        try {
            closing.run();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /// Rolls back what was not finished, and closes the session. Harmless after [#finish] and [#fail].
    @Override
    public void close() {
        session.close();
    }
}
