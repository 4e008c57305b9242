package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// What the tests of a server's view of itself have in common.
final class ServerViews {
    private ServerViews() {}

    /// Runs a statement that may have to wait; its result is what it threw.
    static Caller<Optional<SQLException>> run(Connection connection, String sql) {
        return Caller.start("runs " + sql, () -> {
            try {
                Sql.run(connection, sql);
                return Optional.empty();
            } catch (SQLException e) {
                return Optional.of(e);
            }
        });
    }

    /// Returns all that a server showed, which must be all there is.
    static <T> List<T> seen(ServerView<T> view) {
        if (view instanceof ServerView.Seen<T>(List<T> all, var gap)) {
            assertThat(gap).isNull();
            return all;
        }
        throw new AssertionError(view);
    }
}
