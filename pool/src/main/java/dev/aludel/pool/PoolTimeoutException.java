package dev.aludel.pool;

import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/// No connection within the time allowed. The message says why, who has them and what to do; [#explanation] says the
/// same as data.
///
/// If connections could not be opened, the driver's last error is the cause. SQLState is HYT00 (timeout expired).
///
/// One that is a [PoolOverloadedException] or a [CircularWaitException] was thrown at once: nobody has waited.
public sealed class PoolTimeoutException extends SQLTransientConnectionException implements Explained
        permits PoolOverloadedException, CircularWaitException {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    PoolTimeoutException(Explanation explanation, String text, @Nullable Throwable cause) {
        super(text, "HYT00", cause);
        this.explanation = explanation;
    }

    static PoolTimeoutException of(Explanation explanation, @Nullable Throwable lastFailure) {
        return new PoolTimeoutException(explanation, explanation.text(), cause(explanation, lastFailure));
    }

    /// Returns the last failure if it has to do with it, else null.
    static @Nullable Throwable cause(Explanation explanation, @Nullable Throwable lastFailure) {
        boolean unconnected = explanation.diagnoses().stream().anyMatch(Diagnosis.NotConnected.class::isInstance);
        return unconnected ? lastFailure : null;
    }

    @Override
    public Explanation explanation() {
        return explanation;
    }
}
