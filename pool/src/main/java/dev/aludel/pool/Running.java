package dev.aludel.pool;

import java.sql.SQLException;
import java.util.BitSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/// What is done to a pool while it runs: another size, a pause, a warm-up.
final class Running {
    private final QueuePool pool;
    private final Config config;
    private final Line line;
    private final Lending lending;
    private final Growth growth;
    private final Upkeep upkeep;
    private final Connects connects;
    private final Logger log;
    private final Lock resizing = new ReentrantLock();

    Running(QueuePool pool, Lending lending, Growth growth, Upkeep upkeep, Connects connects, Logger log) {
        this.pool = pool;
        this.config = pool.config();
        this.line = pool.line();
        this.lending = lending;
        this.growth = growth;
        this.upkeep = upkeep;
        this.connects = connects;
        this.log = log;
    }

    void resize(int size, int maxOverflow) {
        if (config.kind() != PoolKind.QUEUE) {
            throw new UnsupportedOperationException("a pool of kind " + config.kind() + " " + config.kind().reason
                    + ": only kind QUEUE can be resized");
        }
        Capacity next = Ranges.capacity(size, maxOverflow, config.minIdle());
        log.info(
                "Pool '{}' resized from {} + {} to {} + {}",
                config.name(),
                line.capacity().size(),
                line.capacity().maxOverflow(),
                size,
                maxOverflow);
        resizing.lock();
        try {
            line.resize(next);
        } finally {
            resizing.unlock();
        }
        pool.retireIdle();
        grow();
    }

    private void grow() {
        growth.grow();
        if (config.minIdle() > 0) {
            upkeep.start();
        }
    }

    /// @param bound nanoseconds to wait until nothing is lent
    boolean suspend(long bound) {
        log.info("Pool '{}' suspended: callers wait until it is resumed", config.name());
        lending.suspend();
        pool.physical().nextGeneration();
        pool.retireIdle();
        pool.explainer().stop();
        return lending.await(line::isVacant, pool.now() + bound);
    }

    void resume() {
        if (lending.resume()) {
            log.info("Pool '{}' resumed", config.name());
            grow();
        }
    }

    /// @param bound nanoseconds to wait until all are open
    int warmUp(long bound) throws SQLException {
        BitSet tried = new BitSet();
        int before = connects.failures();
        lending.await(() -> isWarm(tried, before), pool.now() + bound);
        int open = open();
        Throwable failure = connects.failureAfter(before);
        if (open < line.capacity().size() && failure != null) {
            throw ConnectFailedException.of(config, failure);
        }
        return open;
    }

    /// Returns how many connections are open, without overflow.
    private int open() {
        int open = 0;
        for (Slot slot : line.slots()) {
            int state = slot.state();
            boolean holds = state != Slot.EMPTY && state != Slot.CONNECTING;
            open += holds && slot.index < line.capacity().size() ? 1 : 0;
        }
        return open;
    }

    /// Opens what is empty, each slot once: that of an attempt, too, that was under way before and fails. A server that
    /// refuses one after another is not asked for the rest.
    ///
    /// @param failures how many had failed when the warm-up began
    /// @return whether nothing is being opened
    private boolean isWarm(BitSet tried, int failures) {
        if (connects.isRefused() && connects.failures() != failures) {
            tried.set(0, line.capacity().size());
        }
        for (Slot slot : line.slots()) {
            boolean wanted = lending.isOpen()
                    && slot.index < line.capacity().size()
                    && slot.state() == Slot.EMPTY
                    && !tried.get(slot.index);
            if (wanted && growth.open(slot)) {
                tried.set(slot.index);
            } else if (wanted) {
                return false; // whatever ends next has it look again
            }
        }
        return line.count(Slot.CONNECTING) == 0;
    }
}
