package dev.aludel.metrics;

import dev.aludel.pool.Borrower;
import dev.aludel.pool.Checkout;
import dev.aludel.pool.Deadline;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pool that lends nothing and says of itself what a test has told it.
final class SpokenPool implements Pool {
    /// What happens in the middle of a question, once.
    interface Pause {
        void run() throws InterruptedException;
    }

    private record Words(PoolSnapshot snapshot, List<Usage> usage) {}

    private volatile Words words = new Words(new PoolSnapshot("trips", 2, 1, 0, 0, 0, 0, 0, 0, false, 0), List.of());
    private volatile Words late = words;
    private volatile @Nullable Thread held;
    private volatile @Nullable Pause pause;

    void says(PoolSnapshot snapshot, Usage... usage) {
        words = new Words(snapshot, List.of(usage));
    }

    /// Holds up the next who asks for the usage, who then learns of both what was so before.
    void beforeItAnswers(Pause value) {
        late = words;
        pause = value;
    }

    @Override
    public List<Usage> usage() {
        Pause now = pause;
        if (now == null) return words.usage();
        pause = null;
        held = Thread.currentThread();
        try {
            now.run();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while held up", e);
        }
        return late.usage();
    }

    @Override
    public PoolSnapshot snapshot() {
        return Thread.currentThread().equals(held) ? late.snapshot() : words.snapshot();
    }

    @Override
    public String name() {
        return "trips";
    }

    @Override
    public Connection getConnection() {
        throw lendsNothing();
    }

    @Override
    public Checkout checkOut(@Nullable String label) {
        throw lendsNothing();
    }

    @Override
    public Checkout checkOut(@Nullable String label, Duration timeout) {
        throw lendsNothing();
    }

    @Override
    public Checkout checkOut(@Nullable String label, Deadline deadline) {
        throw lendsNothing();
    }

    @Override
    public Checkout checkOutFor(Borrower borrower) {
        throw lendsNothing();
    }

    @Override
    public int warmUp(Duration bound) {
        throw lendsNothing();
    }

    @Override
    public void resize(int size, int maxOverflow) {
        throw lendsNothing();
    }

    @Override
    public boolean suspend(Duration bound) {
        throw lendsNothing();
    }

    @Override
    public void resume() {
        throw lendsNothing();
    }

    @Override
    public Explanation explain() {
        throw lendsNothing();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void invalidate() {}

    @Override
    public void close(Duration bound) {}

    private static UnsupportedOperationException lendsNothing() {
        return new UnsupportedOperationException("this pool lends nothing");
    }
}
