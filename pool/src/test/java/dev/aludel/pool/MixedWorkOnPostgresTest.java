package dev.aludel.pool;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A batch, or one tenant, that asks for far more than there is, beside others, on a real server. What is counted is
/// who is served before whom, so that nothing depends on how fast the machine is.
@DisplayNameGeneration(ReplaceUnderscores.class)
class MixedWorkOnPostgresTest {
    private static final Borrower BATCH = Borrower.of("batch").tenant("acme").priority(Priority.LOW);
    private static final int CALLERS = 20;
    private static final int TIMES = 50;

    private final List<Caller<Integer>> batch = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicBoolean somebodyComes = new AtomicBoolean();
    private QueuePool pool = pool(settings -> {});

    private static QueuePool pool(Consumer<Settings> configure) {
        Postgres server = Postgres.shared();
        return (QueuePool) Pool.of(settings -> configure.accept(
                settings.name("mixed").url(server.jdbcUrl("postgres")).size(4).timeout(ofMinutes(2))));
    }

    @AfterEach
    void ends() {
        over.set(true);
        batch.forEach(Caller::result);
        pool.close(ofSeconds(10));
    }

    /// Has so many come again and again, five for each connection that there is.
    private void flood(Runnable before) {
        for (int i = 0; i < CALLERS; i++) {
            batch.add(Caller.start("batch " + i, () -> {
                int times = 0;
                for (; !over.get(); times++) {
                    work(BATCH, before);
                }
                return times;
            }));
        }
        Await.until(
                () -> pool.snapshot().waiting() > CALLERS / 2,
                () -> pool.snapshot().toString());
    }

    private void work(Borrower who, Runnable before) throws SQLException {
        try (Checkout checkout = pool.checkOutFor(who)) {
            served.incrementAndGet();
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try (Statement statement = checkout.connection().createStatement()) {
                statement.execute("select pg_sleep(0.002)");
            }
            before.run();
            atOnce.decrementAndGet();
        }
    }

    /// Who has a connection when somebody comes gives it back only when that one waits, so that it is
    /// known whose turn is next.
    private void untilHeWaits() {
        while (somebodyComes.get() && !isInTheQueue()) {
            LockSupport.parkNanos(50_000);
        }
    }

    /// To be counted is not enough: who is only about to enter the queue is passed over.
    private boolean isInTheQueue() {
        for (Waiter waiter : pool.line().waiters()) {
            if (waiter.priority == Priority.NORMAL) {
                return true;
            }
        }
        return false;
    }

    @Test
    void a_batch_of_low_priority_has_at_most_what_it_had_when_somebody_came() throws Exception {
        flood(this::untilHeWaits);
        for (int i = 0; i < TIMES; i++) {
            somebodyComes.set(true);
            int before = served.get();
            try (Checkout mine = pool.checkOutFor(Borrower.of("normal"))) {
                int passed = served.get() - before;
                somebodyComes.set(false);
                assertThat(mine.label()).isEqualTo("normal");
                assertThat(passed).as("loans of the batch, %s in all", served).isLessThan(CALLERS / 2);
            }
        }
    }

    @Test
    void a_tenant_at_its_cap_leaves_a_connection_for_another_at_once() throws Exception {
        pool.close();
        pool = pool(settings -> settings.maxPerTenant(3));
        flood(() -> {});
        for (int i = 0; i < TIMES; i++) {
            try (Checkout mine = pool.checkOutFor(Borrower.of("other").tenant("other"))) {
                assertThat(mine.connection().isClosed()).isFalse();
            }
        }

        assertThat(mostAtOnce).hasValueLessThanOrEqualTo(3);
        assertThat(pool.snapshot().timeouts()).isZero();
    }
}
