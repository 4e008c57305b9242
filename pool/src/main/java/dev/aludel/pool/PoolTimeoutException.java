package dev.aludel.pool;

import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/// No connection within the time allowed. The message says why, who has them and what to do; [#explanation] says the
/// same as data.
///
/// If connections could not be opened, the driver's last error is the cause. SQLState is HYT00 (timeout expired).
public final class PoolTimeoutException extends SQLTransientConnectionException implements Explained {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    private PoolTimeoutException(Explanation explanation, @Nullable Throwable cause) {
        super(explanation.text(), "HYT00", cause);
        this.explanation = explanation;
    }

    static PoolTimeoutException of(Explanation explanation, @Nullable Throwable lastFailure) {
        boolean unconnected = explanation.diagnoses().stream().anyMatch(Diagnosis.NotConnected.class::isInstance);
        return new PoolTimeoutException(explanation, unconnected ? lastFailure : null);
    }

    @Override
    public Explanation explanation() {
        return explanation;
    }
}
