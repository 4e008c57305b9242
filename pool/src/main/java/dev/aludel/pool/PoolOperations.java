package dev.aludel.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What is asked of a pool by those who run it, and not by borrowers.
abstract class PoolOperations implements Pool {
    abstract Config config();

    abstract Line line();

    abstract Lending lending();

    abstract Queueing queueing();

    abstract Explainer explainer();

    abstract Zombies zombies();

    abstract Running running();

    abstract Closing closing();

    abstract long now();

    /// @throws SQLException if the pool is closed
    void checkOpen() throws SQLException {
        if (lending().isClosed()) {
            throw queueing().closed();
        }
    }

    @Override
    public String name() {
        return config().name();
    }

    @Override
    public void resize(int size, int maxOverflow) {
        running().resize(size, maxOverflow);
    }

    @Override
    public boolean suspend(Duration bound) {
        return running().suspend(Queueing.saturated(bound));
    }

    @Override
    public void resume() {
        running().resume();
    }

    @Override
    public int warmUp(Duration bound) throws SQLException {
        checkOpen();
        return running().warmUp(Queueing.saturated(bound));
    }

    @Override
    public void close(Duration bound) {
        closing().close(Queueing.saturated(bound));
    }

    @Override
    public int getLoginTimeout() {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toSeconds(config().timeout() + 999_999_999));
    }

    @Override
    public PoolSnapshot snapshot() {
        int[] states = line().states();
        return new PoolSnapshot(
                name(),
                line().capacity().size(),
                line().capacity().maxOverflow(),
                states[Slot.LENT],
                states[Slot.IDLE],
                states[Slot.CONNECTING],
                queueing().waiting(),
                line().checkouts(),
                queueing().timeouts(),
                lending().suspendedSince() != 0,
                zombies().count());
    }

    @Override
    public List<Usage> usage() {
        return explainer().usage();
    }

    @Override
    public Explanation explain() {
        return explainer().explain(now());
    }

    @Override
    public String toString() {
        return "Pool[" + name() + "]";
    }
}
