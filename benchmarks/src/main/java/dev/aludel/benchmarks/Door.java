package dev.aludel.benchmarks;

import dev.aludel.pool.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Where the requests of an open load get their connections.
@FunctionalInterface
interface Door {
    /// Whoever fills a pool waits for its connects.
    Duration PATIENT = Duration.ofSeconds(30);

    /// Returns a connection; to close it gives it back.
    Connection lend(Deadline deadline) throws SQLException;

    /// Has so many connections opened.
    default void fill(int size) throws SQLException {
        Deadline deadline = Deadline.in(PATIENT);
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(lend(deadline));
        }
        for (Connection connection : all) {
            connection.close();
        }
    }
}
