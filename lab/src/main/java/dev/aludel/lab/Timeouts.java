package dev.aludel.lab;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolListener;
import dev.aludel.pool.PoolTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps the explanation of every timeout of a pool.
final class Timeouts implements PoolListener {
    private final List<Explanation> explanations = new CopyOnWriteArrayList<>();

    @Override
    public void timedOut(PoolTimeoutException timeout) {
        explanations.add(timeout.explanation());
    }

    List<Explanation> explanations() {
        return List.copyOf(explanations);
    }
}
