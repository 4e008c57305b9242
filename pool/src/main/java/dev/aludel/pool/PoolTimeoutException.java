package dev.aludel.pool;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/// No connection within the time allowed. The message says why, who has them and what to do; [#explanation] says the
/// same as data.
///
/// If connections could not be opened, the driver's last error is the cause. SQLState is HYT00 (timeout expired).
///
/// One of a pool that is wrapped ([Explained#wrap]) has that pool's own error as its cause, and the SQLState of that.
///
/// One that is a [PoolOverloadedException] or a [CircularWaitException] was thrown at once: nobody has waited.
public sealed class PoolTimeoutException extends SQLTransientConnectionException implements Explained
        permits PoolOverloadedException, CircularWaitException {
    private static final long serialVersionUID = 1L;

    private static final String TIMEOUT = "HYT00";

    private final transient Explanation explanation;

    PoolTimeoutException(Explanation explanation, String text, @Nullable Throwable cause) {
        super(text, TIMEOUT, cause);
        this.explanation = explanation;
    }

    private PoolTimeoutException(Explanation explanation, String text, String state, int code, Throwable cause) {
        super(text, state, code, cause);
        this.explanation = explanation;
    }

    /// Returns that of another pool's error, whose SQLState and code it has.
    static PoolTimeoutException ofOther(Explanation explanation, String text, SQLException said) {
        String state = said.getSQLState() == null ? TIMEOUT : said.getSQLState();
        return new PoolTimeoutException(explanation, text, state, said.getErrorCode(), said);
    }

    static PoolTimeoutException of(Explanation explanation, @Nullable Throwable lastFailure) {
        return new PoolTimeoutException(explanation, explanation.text(), cause(explanation, lastFailure));
    }

    /// Returns the last failure if it has to do with it, else null.
    static @Nullable Throwable cause(Explanation explanation, @Nullable Throwable lastFailure) {
        boolean unconnected = explanation.diagnoses().stream().anyMatch(NotConnected.class::isInstance);
        return unconnected ? lastFailure : null;
    }

    @Override
    public Explanation explanation() {
        return explanation;
    }
}
