package dev.aludel.benchmarks;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.benchmarks.Tally.Request;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The load on doors that open at once, never, or only to say no.
@DisplayNameGeneration(ReplaceUnderscores.class)
class OpenLoadTest {
    private static final LoadStep STEP = LoadStep.of(1, ofMillis(400), ofMillis(100));

    private static StepResult played(Door door, int attempts) throws InterruptedException {
        OpenLoad load = new OpenLoad(door, attempts);
        StepResult result = load.play(STEP, 200, 1);
        load.end();
        load.settle();
        return result;
    }

    @Test
    void every_request_of_the_schedule_arrives_however_long_the_others_wait() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        StepResult waiting = played(
                deadline -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new SQLException(e);
                    }
                    throw new AssertionError("nobody opens");
                },
                1);
        StepResult refused = played(
                deadline -> {
                    throw new SQLTransientConnectionException("no");
                },
                1);

        Arrivals arrivals = new Arrivals(200, OpenLoad.MEAN_WORK, 1);
        int due = 0;
        for (long at = arrivals.next().at();
                at < STEP.length().toNanos();
                at = arrivals.next().at()) {
            due += STEP.counts(at) ? 1 : 0;
        }
        double seconds = STEP.counted().toNanos() / 1e9;
        assertThat(due).isPositive();
        assertThat(waiting.figure(Figure.OFFERED)).isEqualTo(due / seconds);
        assertThat(refused.figure(Figure.OFFERED)).isEqualTo(due / seconds);
        assertThat(waiting.figure(Figure.REFUSED_IN_ALL)).isZero();
        assertThat(waiting.figure(Figure.GOODPUT)).isZero();
    }

    /// When somebody was asked for a connection, and by when it was wanted: between these two instants.
    private record Asked(long before, long after, Duration left) {
        long begunBy() {
            return before + left.toNanos() - OpenLoad.DEADLINE.toNanos();
        }

        long begunNotAfter() {
            return after + left.toNanos() - OpenLoad.DEADLINE.toNanos();
        }
    }

    @Test
    void who_is_refused_tries_again_at_once_as_often_as_it_may_and_has_half_a_second_anew() throws Exception {
        List<Asked> asked = new CopyOnWriteArrayList<>();
        OpenLoad load = new OpenLoad(
                deadline -> {
                    long before = System.nanoTime();
                    Duration left = deadline.left();
                    asked.add(new Asked(before, System.nanoTime(), left));
                    throw new SQLTransientConnectionException("no");
                },
                4,
                false); // on a slow machine a client's time may be up before he is refused
        long due = System.nanoTime() - ofMillis(100).toNanos();

        load.begin(attempt(load, due));

        load.awaitIdle(); // an attempt is begun before the one that was refused is over
        load.end();
        assertThat(asked).hasSize(4);
        assertThat(due).isBetween(asked.getFirst().begunBy(), asked.getFirst().begunNotAfter());
        for (int i = 1; i < 4; i++) {
            assertThat(asked.get(i).begunBy()).isLessThanOrEqualTo(asked.get(i).before());
            assertThat(asked.get(i).begunNotAfter())
                    .isGreaterThanOrEqualTo(asked.get(i - 1).after());
        }
    }

    @Test
    void a_client_that_has_heard_nothing_for_half_a_second_tries_again_while_the_first_attempt_goes_on() {
        CountDownLatch second = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        OpenLoad load = new OpenLoad(
                deadline -> {
                    second.countDown();
                    reached(done);
                    throw new SQLTransientConnectionException("no");
                },
                2);

        load.begin(attempt(load, System.nanoTime() - OpenLoad.DEADLINE.toNanos()));

        assertThat(reached(second)).isTrue();
        done.countDown();
        load.end();
    }

    @Test
    void an_answer_that_comes_too_late_is_none_for_its_client() {
        Tally tally = new Tally(STEP);
        Request request = new Request(tally, ofMillis(100).toNanos(), 0.010);
        OpenLoad load = new OpenLoad(deadline -> new StubDriver().connect(StubDriver.URL, new Properties()), 1);

        new Attempt(load, request, 1, System.nanoTime() - ofMillis(501).toNanos()).run();
        assertThat(tally.windows().getFirst().good()).isZero();
        new Attempt(load, request, 1, System.nanoTime() + Duration.ofMinutes(1).toNanos()).run();

        assertThat(tally.figures(0)).containsEntry(Figure.LATE, 1.0);
        assertThat(tally.windows().getFirst().good()).isEqualTo(1);
    }

    @Test
    void a_connection_that_comes_when_all_is_over_is_given_back_by_a_thread_that_is_not_interrupted() throws Exception {
        Queue<Boolean> closed = new ConcurrentLinkedQueue<>();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch opens = new CountDownLatch(1);
        OpenLoad load = new OpenLoad(
                deadline -> {
                    asked.countDown();
                    reachedWhateverComes(opens);
                    return closing(() -> closed.add(Thread.currentThread().isInterrupted()));
                },
                1);
        Attempt attempt = attempt(load, System.nanoTime());
        load.begin(attempt);
        assertThat(reached(asked)).isTrue();

        attempt.cut();
        opens.countDown();
        load.settle();

        assertThat(closed).containsExactly(false);
    }

    private static Attempt attempt(OpenLoad load, long due) {
        return new Attempt(load, new Request(new Tally(STEP), 0, 0.010), 1, due);
    }

    private static boolean reached(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void reachedWhateverComes(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A connection that tells when it is closed.
    private static Connection closing(Runnable told) {
        return (Connection) Proxy.newProxyInstance(
                OpenLoadTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        told.run();
                        return null;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
