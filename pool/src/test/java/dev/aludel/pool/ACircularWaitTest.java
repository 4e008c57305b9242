package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Callers who each have a connection and want a second one (reliability row F37). Nobody moves the
/// clock: who waited for a timeout would wait for ever.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ACircularWaitTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private Pool pool(int size) {
        return pools.pool(settings -> settings.size(size).name("trips").timeout(ofSeconds(60)));
    }

    /// What a caller got, who wants a second connection while he has one.
    private record Outcome(int number, @Nullable Throwable failure) {}

    private static Caller<Outcome> nesting(Thread.Builder thread, Pool pool, int number, int all) {
        return Caller.start(thread, () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                uses(outer);
                Pools.awaitSnapshot(pool, snapshot -> snapshot.checkouts() >= all);
                return new Outcome(number, catchThrowable(() -> second(pool).close()));
            }
        });
    }

    private static CircularWaitException refusal(Outcome outcome) {
        assertThat(outcome.failure()).isInstanceOf(CircularWaitException.class);
        return (CircularWaitException) Objects.requireNonNull(outcome.failure());
    }

    private static void uses(Checkout checkout) throws SQLException {
        Canary.select(checkout.connection());
    }

    private static Checkout second(Pool pool) throws Exception {
        return pool.checkOut("inner");
    }

    @Test
    void ends_at_once_for_the_youngest_and_the_others_go_on() throws Exception {
        Pool pool = pool(3);
        List<Caller<Outcome>> callers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            callers.add(nesting(Thread.ofVirtual().name("caller " + i), pool, i, 3));
        }

        List<Throwable> failures = callers.stream()
                .map(Caller::result)
                .map(Outcome::failure)
                .filter(failure -> failure != null)
                .toList();

        assertThat(failures).singleElement().isInstanceOf(CircularWaitException.class);
        assertThat(pool.snapshot().timeouts()).isEqualTo(1);
    }

    @Test
    void is_explained_with_the_lines_of_both_checkouts() throws Exception {
        Pool pool = pool(1);

        Outcome outcome = nesting(Thread.ofVirtual(), pool, 0, 1).result();

        CircularWaitException refusal = refusal(outcome);
        Explanation explanation = refusal.explanation();
        Diagnosis.CircularWait circle =
                (Diagnosis.CircularWait) explanation.diagnoses().getFirst();
        assertThat(circle.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(circle.nested()).isEqualTo(1);
        assertThat(circle.enough()).isEqualTo(2);
        assertThat(explanation.summary())
                .matches(
                        "Pool 'trips': refused at once: all 1 who have a connection wait for a second one, and so would"
                                + " this caller, which has trips#1 for outer at ACircularWaitTest\\.nesting\\(.*:\\d+\\), and wants"
                                + " another for inner at ACircularWaitTest\\.second\\(.*:\\d+\\)");
        assertThat(refusal.getSQLState()).isEqualTo("HYT00");
        assertThat(refusal.getMessage()).isEqualTo(explanation.text());
    }

    /// Their stacks show that they are still at the same work.
    @Test
    void of_platform_threads_ends_when_it_has_stood_for_a_moment() throws Exception {
        Pool pool = pool(1);
        Caller<Outcome> caller = nesting(Thread.ofPlatform(), pool, 0, 1);
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 1 && snapshot.waiting() == 1);
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(Duration.ofNanos(Circles.GRACE));

        CircularWaitException refusal = refusal(caller.result());
        assertThat(refusal.explanation().diagnoses().getFirst().confidence()).isEqualTo(Confidence.LIKELY);
    }

    /// A near miss: nobody has used the connection, which may be somebody else's by now.
    @Test
    void of_connections_that_were_not_used_must_stand_for_a_moment() throws Exception {
        Pool pool = pool(1);
        Caller<Boolean> caller = Caller.start("caller", () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                assertThat(outer.label()).isEqualTo("outer");
                return catchThrowable(() -> second(pool).close()) instanceof CircularWaitException;
            }
        });
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 1 && snapshot.waiting() == 1);
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(Duration.ofNanos(Circles.GRACE - 1));
        assertThat(pool.snapshot().waiting()).isEqualTo(1);
        pools.clock.advance(Duration.ofNanos(1));

        assertThat(caller.result()).isTrue();
    }

    /// A near miss: the one who came first is about to give up, and gives back what he has.
    @Test
    void is_not_seen_where_one_of_them_waits_for_a_moment_only() throws Exception {
        Pool pool = pool(2);
        CountDownLatch first = new CountDownLatch(1);
        Caller<Boolean> hasty = Caller.start("hasty", () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                uses(outer);
                first.await();
                return catchThrowable(() -> pool.checkOut("inner", Duration.ofMillis(100)))
                        instanceof CircularWaitException;
            }
        });
        Caller<Boolean> patient = Caller.start("patient", () -> {
            try (Checkout outer = pool.checkOut("outer")) {
                uses(outer);
                Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 2 && snapshot.waiting() == 1);
                return catchThrowable(() -> second(pool).close()) instanceof CircularWaitException;
            }
        });
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 2);
        first.countDown();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 2);
        pools.clock.awaitParked(patient.thread());
        pools.clock.awaitParked(hasty.thread());

        pools.clock.advance(Duration.ofMillis(100));

        assertThat(hasty.result()).isFalse();
        assertThat(patient.result()).isFalse();
    }

    /// A near miss: another thread has the connection, and returns it.
    @Test
    void is_not_seen_where_a_connection_was_handed_to_another_thread() throws Exception {
        Pool pool = pool(1);
        Caller<Checkout> asks = Caller.start("asks", () -> {
            Checkout outer = pool.checkOut("outer");
            Caller<Boolean> uses = Caller.start(
                    "uses", () -> outer.connection().createStatement().execute("SELECT 1"));
            uses.result();
            try (Checkout inner = pool.checkOut("inner")) {
                assertThat(inner.label()).isEqualTo("inner");
                return outer;
            }
        });
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 1 && snapshot.waiting() == 1);
        pools.clock.awaitParked(asks.thread());
        pools.clock.advance(ofSeconds(1));

        assertThat(pool.snapshot().waiting()).isEqualTo(1);
        pools.clock.advance(ofSeconds(60));
        assertThat(asks.failure())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(CircularWaitException.class);
    }

    /// A near miss: the thread has other work now, and whoever goes on with the first gives the connection back.
    @Test
    void is_not_seen_in_a_thread_that_has_got_other_work() throws Exception {
        Pool pool = pool(1);
        try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
            Checkout kept = worker.submit(() -> second(pool)).get();
            Future<Checkout> other = worker.submit(() -> second(pool));
            pools.clock.awaitParked(1);

            pools.clock.advance(ofSeconds(1));
            pools.clock.awaitParked(1);
            assertThat(pool.snapshot().waiting()).isEqualTo(1);
            kept.close();

            other.get().close();
        }
    }

    /// A near miss: somebody works, and gives his connection back.
    @Test
    void is_not_seen_while_one_of_the_holders_works() throws Exception {
        Pool pool = pool(2);
        Checkout working = pool.checkOut("working");
        Caller<Outcome> nesting = nesting(Thread.ofVirtual(), pool, 0, 2);
        pools.clock.awaitParked(nesting.thread());

        working.close();

        assertThat(nesting.result().failure()).isNull();
    }

    /// A near miss: a connection is on its way.
    @Test
    void is_not_seen_while_a_connection_is_being_opened() throws Exception {
        Pool pool = pool(2);
        pool.checkOut("opens the first").close();
        Gate connect = pools.database.every("connect").hangs();
        Caller<Outcome> nesting = nesting(Thread.ofVirtual(), pool, 0, 2);
        connect.awaitHanging(1);
        pools.clock.awaitParked(nesting.thread());

        connect.open();

        assertThat(nesting.result().failure()).isNull();
    }

    /// Two of them wait for each other, and a third who has none waits before them: he gets what is given back.
    @Test
    void is_opened_for_those_who_only_wait_too() throws Exception {
        Pool pool = pool(2);
        CountDownLatch third = new CountDownLatch(1);
        List<Caller<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            callers.add(Caller.start("caller " + i, () -> {
                try (Checkout outer = pool.checkOut("outer")) {
                    uses(outer);
                    third.await();
                    return catchThrowable(() -> second(pool).close()) instanceof CircularWaitException;
                }
            }));
        }
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 2);
        Caller<Checkout> waits = pools.waiting("third", pool);
        third.countDown();

        waits.result().close();
        assertThat(callers.stream().map(Caller::result)).containsExactlyInAnyOrder(true, false);
    }
}
