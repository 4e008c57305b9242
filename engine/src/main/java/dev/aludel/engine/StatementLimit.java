package dev.aludel.engine;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a statement may run, and who sees to it.
sealed interface StatementLimit {
    /// Returns the limit in whole seconds: zero for none, or null if it is not known here.
    @Nullable
    Duration known();

    /// Gives a new statement its limit, unless its pool has done so.
    void putOn(Statement statement) throws SQLException;

    /// Set on each statement, over what its source has set.
    record PerStatement(Duration known) implements StatementLimit {
        public PerStatement {
            known = wholeSeconds(known);
        }

        @Override
        public void putOn(Statement statement) throws SQLException {
            statement.setQueryTimeout((int) known.toSeconds());
        }
    }

    /// Set by the pool.
    ///
    /// @param known what it sets, or null if others have decided that
    record ByPool(@Nullable Duration known) implements StatementLimit {
        public ByPool {
            known = known == null ? null : wholeSeconds(known);
        }

        @Override
        public void putOn(Statement statement) {}
    }

    private static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(time.plusNanos(999_999_999).toSeconds());
    }
}
