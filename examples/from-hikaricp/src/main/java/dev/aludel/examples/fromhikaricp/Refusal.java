package dev.aludel.examples.fromhikaricp;

import dev.aludel.pool.ConnectFailedException;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolTimeoutException;
import java.sql.SQLException;

/// What a service may make of `getConnection` when it throws.
final class Refusal {
    private Refusal() {}

    static String of(SQLException failure) {
        return switch (failure) {
            case PoolTimeoutException timeout -> "busy: " + longest(timeout.explanation());
            case ConnectFailedException down -> "down: SQLState " + down.getSQLState();
            default -> "closed or interrupted: SQLState " + failure.getSQLState();
        };
    }

    private static String longest(Explanation explanation) {
        return explanation.holders().isEmpty()
                ? "nobody has a connection"
                : explanation.holders().getFirst().site() + " has a connection";
    }
}
