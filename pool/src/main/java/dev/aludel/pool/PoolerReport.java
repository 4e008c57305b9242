package dev.aludel.pool;

import java.time.Duration;

/// What could be told of a pooler between the pool and the server.
public sealed interface PoolerReport {
    /// What its console shows of those who use the same database as the same user.
    ///
    /// @param paused  whether it says that the database is paused
    /// @param waiting clients whose statement waits for a session of the server
    /// @param longest for how long the first of them has
    /// @param serving sessions of the server that are lent to clients
    /// @param size    how many sessions it may have for them; 0 if it does not say
    record Queue(boolean paused, int waiting, Duration longest, int serving, int size) implements PoolerReport {}

    /// It gave up on statements during the wait, as they had waited in it for too long.
    ///
    /// @param statements how many, of the last 32
    /// @param waited     for how long they had waited within the wait, all together
    record ThrownOut(int statements, Duration waited) implements PoolerReport {}
}
