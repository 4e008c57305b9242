package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What those do who hold connections outside SQL, in the eyes of one who waits in vain (reliability section 5:
/// D-NESTED, D-LEAK, D-IDLE-TX, and hold-and-wait).
@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldersWithoutSqlTest {
    private static final Duration WAIT = ofSeconds(10);

    @RegisterExtension
    final Pools pools = new Pools().planted();

    private volatile CountDownLatch has = new CountDownLatch(1);

    private Pool pool(int size) {
        return pools.pool(settings -> settings.size(size).name("trips").timeout(ofSeconds(60)));
    }

    /// Lets a caller wait until its time is up, and returns what it is told.
    private Explanation timeout(Pool pool) {
        Caller<Checkout> late = pools.waiting("late", pool, WAIT.toNanos());
        pools.clock.advance(WAIT);
        return ((PoolTimeoutException) late.failure()).explanation();
    }

    private static <D extends Diagnosis> D only(Class<D> kind, Explanation explanation) {
        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(kind);
        return kind.cast(explanation.diagnoses().getFirst());
    }

    /// A thread that was given a connection may have been unparked once too often.
    private void rest(Duration time) {
        long end = pools.clock.getAsLong() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - pools.clock.getAsLong()) {
            pools.clock.parkNanos(left);
        }
    }

    /// A request of two tasks on the same executor, which keeps its connection in between.
    private static Checkout firstTask(Pool pool) throws Exception {
        return pool.checkOut("GET /authed");
    }

    @Test
    void who_keep_them_between_two_tasks_while_all_threads_wait_are_hold_and_wait() throws Exception {
        Pool pool = pool(2);
        try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
            List<Checkout> kept = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                kept.add(workers.submit(() -> firstTask(pool)).get());
            }
            List<Future<Checkout>> stuck = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                stuck.add(workers.submit(() -> firstTask(pool)));
            }
            pools.clock.awaitParked(4);

            Explanation explanation = timeout(pool);

            Diagnosis.HoldAndWait both = only(Diagnosis.HoldAndWait.class, explanation);
            assertThat(both.holders()).isEqualTo(2);
            assertThat(both.idle()).isEqualTo(2);
            assertThat(both.waiting()).isEqualTo(4);
            assertThat(both.enough()).isEqualTo(6);
            assertThat(both.confidence()).isEqualTo(Confidence.LIKELY);
            assertThat(explanation.text())
                    .contains("20.0 were held outside SQL: GET /authed 20.0; for 2 of 2 of them no thread is at work,"
                            + " while 4 callers wait for one: each has what the other needs (likely)")
                    .contains("try:  open, use and close the connection within one task");
            assertThat(stuck).noneMatch(Future::isDone);
            workers.shutdownNow();
            for (Checkout checkout : kept) {
                checkout.close();
            }
        }
    }

    /// A near miss: a thread works for each connection.
    @Test
    void who_work_on_a_thread_of_their_own_are_not_hold_and_wait() throws Exception {
        Pool pool = pool(2);
        List<Caller<String>> holders = List.of(holding(pool), holding(pool));

        only(Diagnosis.HeldOutsideSql.class, timeout(pool));

        pools.clock.advance(ofSeconds(60));
        holders.forEach(Caller::result);
    }

    /// Starts somebody who has a connection, and returns when he rests: he may park before, for it.
    private Caller<String> resting(String name, Callable<String> work) throws InterruptedException {
        Caller<String> caller = Caller.start(name, work);
        has.await();
        pools.clock.awaitParked(caller.thread());
        has = new CountDownLatch(1);
        return caller;
    }

    private Caller<String> holding(Pool pool) throws InterruptedException {
        return resting("holder", () -> {
            try (Checkout checkout = pool.checkOut("GET /holds")) {
                has.countDown();
                rest(ofSeconds(30));
                return String.valueOf(checkout.label());
            }
        });
    }

    // F37
    /// If all of them did, it would not last: see [ACircularWaitTest].
    @Test
    void who_want_a_second_one_are_a_circular_wait_if_they_are_most() throws Exception {
        Pool pool = pool(3);
        Caller<String> working = holding(pool);
        List<Caller<String>> callers = List.of(nesting(pool), nesting(pool));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 3 && snapshot.waiting() == 2);
        callers.forEach(caller -> pools.clock.awaitParked(caller.thread()));

        Explanation explanation = timeout(pool);

        Diagnosis.CircularWait circle =
                (Diagnosis.CircularWait) explanation.diagnoses().getFirst();
        assertThat(explanation.diagnoses().get(1)).isInstanceOf(Diagnosis.HeldOutsideSql.class); // a third of the time
        assertThat(circle.nested()).isEqualTo(2);
        assertThat(circle.holders()).isEqualTo(3);
        assertThat(circle.enough()).isEqualTo(4);
        assertThat(circle.confidence()).isEqualTo(Confidence.LIKELY);
        assertThat(explanation.text()).contains("; 2 of 3 who have one wait for a second one of this pool (likely)");
        pools.clock.advance(ofSeconds(60));
        working.result();
        callers.forEach(Caller::result);
    }

    private static Caller<String> nesting(Pool pool) {
        return Caller.start("nesting", () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 3);
                try (Checkout inner = pool.checkOut("inner")) {
                    return outer.label() + " and " + inner.label();
                }
            }
        });
    }

    /// A near miss: one of the two gets what it wants as soon as the other, who works, is done.
    @Test
    void of_whom_most_work_are_no_circular_wait() throws Exception {
        Pool pool = pool(3);
        List<Caller<String>> holders = List.of(holding(pool), holding(pool));
        Caller<Checkout> nested = Caller.start("nested", () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                assertThat(outer.label()).isEqualTo("outer");
                return pool.checkOut("inner");
            }
        });
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 3 && snapshot.waiting() == 1);
        pools.clock.awaitParked(nested.thread());

        only(Diagnosis.HeldOutsideSql.class, timeout(pool));

        pools.clock.advance(ofSeconds(60));
        holders.forEach(Caller::result);
        nested.result().close();
    }

    // F36
    @Test
    void whose_threads_have_ended_are_leaks() throws Exception {
        Pool pool = pool(2);
        List<Checkout> forgotten = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Caller<Checkout> caller = Caller.start("forgets", () -> pool.checkOut("GET /forgets"));
            forgotten.add(caller.result());
            caller.thread().join();
        }

        Explanation explanation = timeout(pool);

        Diagnosis.Leaked leaked = only(Diagnosis.Leaked.class, explanation);
        assertThat(leaked.left()).isEqualTo(2);
        assertThat(leaked.longest()).isEqualTo(WAIT);
        assertThat(leaked.remedy()).startsWith("put the connection that GET /forgets checks out in try-with-resources");
        assertThat(explanation.text())
                .contains(
                        "; the threads that checked 2 of them out have ended, and nobody has used these for up to 10 s");
        for (Checkout checkout : forgotten) {
            checkout.close();
        }
    }

    // F38
    @Test
    void in_transactions_without_sql_are_idle_in_transaction() throws Exception {
        Pool pool = pool(1);
        Caller<String> idle = resting("idle", () -> {
            try (Checkout checkout = pool.checkOut("GET /idle")) {
                checkout.connection().setAutoCommit(false);
                Canary.select(checkout.connection());
                has.countDown();
                rest(ofSeconds(30));
                return "done";
            }
        });

        Explanation explanation = timeout(pool);

        Diagnosis.IdleInTransaction waiting = only(Diagnosis.IdleInTransaction.class, explanation);
        assertThat(waiting.idle()).isEqualTo(1);
        assertThat(waiting.longest()).isEqualTo(WAIT);
        assertThat(waiting.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(waiting.remedy()).startsWith("only reads so far: use ");
        assertThat(explanation.text())
                .contains("; 1 have a transaction open and have run no SQL for up to 10 s (certain)");
        pools.clock.advance(ofSeconds(60));
        idle.result();
    }

    /// A near miss: it is quiet for less than five seconds.
    @Test
    void in_transactions_with_sql_now_and_then_are_not_idle() throws Exception {
        Pool pool = pool(1);
        Caller<String> busy = resting("busy", () -> {
            try (Checkout checkout = pool.checkOut("GET /busy")) {
                checkout.connection().setAutoCommit(false);
                for (int i = 0; i < 10; i++) {
                    Canary.select(checkout.connection());
                    has.countDown();
                    rest(ofSeconds(3));
                }
                return "done";
            }
        });
        Caller<Checkout> late = pools.waiting("late", pool, WAIT.toNanos());
        for (int i = 0; i < 3; i++) {
            pools.clock.advance(ofSeconds(3));
            pools.clock.awaitParked(busy.thread());
        }
        pools.clock.advance(ofSeconds(1));

        only(Diagnosis.HeldOutsideSql.class, ((PoolTimeoutException) late.failure()).explanation());

        for (int i = 0; i < 10; i++) {
            pools.clock.advance(ofSeconds(3));
            if (!busy.thread().isAlive()) {
                break;
            }
        }
    }
}
