package dev.aludel.engine;

import dev.aludel.pool.Explained;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolTimeoutException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The pool had no connection within its timeout, or refused to let anybody more wait (`maxWaiting`): then the
/// cause is a [dev.aludel.pool.PoolOverloadedException]. The text and the [#explanation] say who has them, and
/// what to do.
public final class PoolTimeout extends DatabaseException implements Explained {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Explanation explanation;

    private PoolTimeout(PoolTimeoutException cause) {
        super(String.valueOf(cause.getMessage()), cause);
        explanation = cause.explanation();
    }

    /// Finds the pool's timeout in a chain of causes, as a wrapper around the pool may have hidden it.
    static Optional<DatabaseException> find(SQLException cause) {
        for (@Nullable Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof PoolTimeoutException timeout) return Optional.of(new PoolTimeout(timeout));
        }
        return Optional.empty();
    }

    /// Returns why the wait was in vain.
    ///
    /// @throws IllegalStateException if this was serialised meanwhile: only the text travels
    @Override
    public Explanation explanation() {
        Explanation here = explanation;
        if (here != null) return here;
        throw new IllegalStateException(
                "the explanation of a PoolTimeout does not travel by serialisation: read getMessage(), which says the same");
    }
}
