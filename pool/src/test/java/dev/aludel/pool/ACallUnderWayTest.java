package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// F31, invariant 3: a call that another thread begins while the connection is checked in either is seen, or does not
/// reach the driver.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ACallUnderWayTest {
    private final RecordingDriver driver = new RecordingDriver();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private volatile @Nullable Thread stopping;

    /// Stops a thread where it looks at the clock: between its look at the loan and its call of the driver.
    private long time() {
        if (Thread.currentThread() == stopping) {
            stopping = null;
            stopped.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return System.nanoTime();
    }

    private Pool pool(LongSupplier ticker) {
        Scheduling real = Scheduling.system();
        return Pool.of(settings -> settings.connections(driver)
                .size(1)
                .maxOverflow(0)
                .scheduling(new Scheduling(
                        ticker, real.park(), LockSupport::unpark, real.executor(), new Random(1), Deadlines.NEAR)));
    }

    @Test
    void when_the_connection_is_checked_in_and_lent_again_does_not_reach_the_driver() throws Exception {
        try (Pool pool = pool(this::time)) {
            Connection first = pool.getConnection();
            first.setAutoCommit(false);
            Caller<Boolean> stale = Caller.start("stale", () -> {
                stopping = Thread.currentThread();
                first.rollback();
                return true;
            });
            stopped.await();
            first.close();
            try (Connection next = pool.getConnection()) {
                next.setAutoCommit(false);
                next.createStatement().execute("insert into trips values (1)");
                long before = driver.count("Connection.rollback");

                goesOn.countDown();

                assertThat(stale.failure())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08003"));
                assertThat(driver.count("Connection.rollback")).isEqualTo(before);
                next.commit();
            }
        }
    }
}
